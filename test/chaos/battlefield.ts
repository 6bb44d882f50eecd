import { type AuditReport, audit } from "./audit.js";
import { settledMessages } from "./audit-journal.js";
import { CALL_LIVES_MS, chaosConfig } from "./chaos-config.js";
import { createChaosHome } from "./chaos-home.js";
import type { FaultPlan } from "./fault-plan.js";
import { openFaultProxy } from "./fault-proxy.js";
import { findFreePort } from "./loopback.js";
import { createProcessorSquad } from "./processor-squad.js";
import { sendMessages } from "./producer.js";
import { createPublishLedger, type LedgerVerdict } from "./publish-ledger.js";
import type { PlannedMessage, SentMessage } from "./sent-message.js";
import { connectTo, countMessages, readFacts, readStack } from "./stack-contents.js";
import { INGRESS_QUEUE } from "./stack-names.js";
import { createWaiting } from "./waiting.js";

/** Counts are looked at more than once, since a message may be on its way between two of them ("GetQueueAttributes"). */
const EMPTY_LOOKS = 3;
/** For a processor to start and make its first receive. */
const RECEIVING_WITHIN_MS = 30_000;

/** A stack, the proxy in front of it, and the processors behind the proxy. */
export interface Battlefield {
  /** Calls of the processors so far, by operation. */
  readonly calls: Readonly<Record<string, number>>;
  readonly folder: string;
  startProcessor(): Promise<void>;
  /** Resolves once a processor takes messages. */
  untilReceiving(): Promise<void>;
  /** `kill -9` of one of the processors that run, and at once another one. */
  restartProcessor(place: number): Promise<void>;
  /** `kill -9` of the stack, and at once a start. */
  restartStack(): Promise<void>;
  /** Sends messages, straight to the stack. */
  send(messages: readonly PlannedMessage[], pauseMs: number): Promise<void>;
  /** What was sent so far and has no outcome in the journal yet. */
  unsettled(): Promise<SentMessage[]>;
  /** Rejects when the whole run is told to stop. */
  wait(ms: number): Promise<void>;
  /** @returns whether the ingress queue was empty in time */
  untilDrained(withinMs: number): Promise<boolean>;
  /** Stops the processors, and holds what the stack has against all that was sent. */
  conclude(): Promise<Conclusion>;
  /** Ends everything, whatever state it is in, and removes its folder unless it is to be kept. */
  end(isKept: boolean): Promise<void>;
}

export interface Conclusion {
  messages: number;
  report: AuditReport;
  verdict: LedgerVerdict;
  findings: string[];
}

interface BattlefieldOptions {
  plan: FaultPlan;
  maxReceiveCount: number;
  /** Aborts when the whole run is told to stop. */
  stop: AbortSignal;
}

/** Makes a home and opens the proxy; no processor runs yet. */
export async function openBattlefield({ plan, maxReceiveCount, stop }: BattlefieldOptions): Promise<Battlefield> {
  const home = await createChaosHome(chaosConfig(maxReceiveCount, await findFreePort()));
  const ledger = createPublishLedger({ now: () => performance.now(), callLivesMs: CALL_LIVES_MS });
  const proxy = await openFaultProxy({ upstream: home.endpoint, plan, ledger });
  const squad = createProcessorSquad(home, proxy);
  const sent: SentMessage[] = [];
  const { wait, until } = createWaiting(stop);
  let stack = connectTo(home.endpoint());

  return {
    calls: proxy.calls,
    folder: home.folder,
    wait,
    startProcessor: squad.start,
    restartProcessor: squad.replace,
    async untilReceiving() {
      const isReceiving = () => proxy.calls.ReceiveMessage !== undefined;
      if (!(await until(RECEIVING_WITHIN_MS, isReceiving))) throw new Error("no processor takes messages");
    },
    async restartStack() {
      await home.restartStack();
      stack.destroy();
      stack = connectTo(home.endpoint());
    },
    async send(messages, pauseMs) {
      sent.push(...(await sendMessages({ stack: () => stack, messages, pauseMs })));
    },
    async unsettled() {
      const settled = settledMessages(await readFacts(stack));
      return sent.filter(({ messageId }) => !settled.has(messageId));
    },
    untilDrained(withinMs) {
      let empty = 0;
      return until(withinMs, async () => {
        empty = (await countMessages(stack, INGRESS_QUEUE)) === 0 ? empty + 1 : 0;
        return empty >= EMPTY_LOOKS;
      });
    },
    async conclude() {
      await squad.stop();
      const report = audit(sent, await readStack(stack));
      const verdict = ledger.verdict();
      const findings = [...squad.findings, ...report.findings, ...verdict.findings];
      return { messages: sent.length, report, verdict, findings };
    },
    async end(isKept) {
      squad.dismiss();
      stack.destroy();
      await home.end();
      await proxy.close();
      if (!isKept) await home.remove();
    },
  };
}
