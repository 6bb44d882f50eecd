import type { Browsed } from "../../app/dlq/browse-dead-letters.js";
import type { DeadLetter } from "../../app/dlq/dead-letter.js";
import type { CommandSpec, Invocation } from "../command-spec.js";
import { DEAD_LETTER_OPTIONS, type DeadLetterFlags, toFilter } from "../dead-letter-filter.js";
import type { StackSession } from "../stack-session.js";

/** What a terminal is given without `--limit`. */
const TERMINAL_LIMIT = 30;
/** How many more are counted behind those that are shown. */
const COUNT_AHEAD = 100;

export const dlqListCommand: CommandSpec<DeadLetterFlags> = {
  name: "list",
  summary: "list dead letters, each with its reason",
  description: `Lists dead letters, newest first, each with its reason; on a terminal, ${TERMINAL_LIMIT} of them unless --limit says otherwise. It reads the journal, and takes nothing from the DLQ; what only the DLQ knows of comes last.`,
  options: DEAD_LETTER_OPTIONS,
  examples: [
    { run: "evp dlq list", does: "what was rejected last" },
    { run: "evp dlq list --client client-1 --since 1h", does: "one client's, of the last hour" },
    { run: "evp dlq list --text account-42", does: "whatever mentions it" },
    { run: "evp dlq list --reason schema-violation --json", does: "for another program" },
  ],
  async run(invocation) {
    const { withStack } = await import("../stack-session.js");
    await withStack(invocation, { changes: false }, async (session) => {
      if (invocation.output.isJson) await listAsJson(invocation, session);
      else await listAsText(invocation, session);
    });
  },
};

async function listAsJson(invocation: Invocation<DeadLetterFlags>, session: StackSession): Promise<void> {
  const { openJsonList } = await import("../json-list.js");
  const list = openJsonList(invocation.context.stdout);
  await browse(invocation, session, invocation.flags.limit, list.add);
  await list.end();
}

async function listAsText(invocation: Invocation<DeadLetterFlags>, session: StackSession): Promise<void> {
  const { context, flags, output } = invocation;
  const { renderDeadLetters } = await import("../../ui/plain/dead-letters.js");
  const limit = flags.limit ?? (context.stdout.isTTY === true ? TERMINAL_LIMIT : undefined);
  const letters: DeadLetter[] = [];
  const browsed = await browse(invocation, session, limit, (letter) => {
    // No column shows it, and there may be thousands.
    letters.push({ ...letter, body: "" });
  });
  await output.list(letters, renderDeadLetters, "The DLQ holds nothing that matches.");
  tellOfOthers(invocation, browsed);
}

function tellOfOthers({ output }: Invocation<DeadLetterFlags>, { taken, more, isMoreOpen, hidden }: Browsed): void {
  if (more > 0) {
    const count = isMoreOpen ? `more than ${more}` : `${more}`;
    output.note(`${count} more, older: --limit ${taken + more}${isMoreOpen ? " or higher" : ""} shows them.`);
  }
  if (hidden > 0) {
    output.note(
      `${hidden} more on the DLQ that cannot be seen yet: a FIFO queue hands out 10 messages of a group, and the next when these are gone.`,
    );
  }
}

async function browse(
  { context, flags, stop }: Invocation<DeadLetterFlags>,
  { connection: { journal, deadLetters }, settings }: StackSession,
  limit: number | undefined,
  take: (letter: DeadLetter) => void | Promise<void>,
): Promise<Browsed> {
  const { browseDeadLetters } = await import("../../app/dlq/browse-dead-letters.js");
  const { createEnvelopeExaminer } = await import("../event-check.js");
  const ports = { journal, deadLetters, examine: createEnvelopeExaminer(settings), clock: context.clock };
  const filter = toFilter(flags, context.clock.now());
  return browseDeadLetters(ports, { filter, limit, countAhead: COUNT_AHEAD, signal: stop }, take);
}
