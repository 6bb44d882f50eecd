/** One place of a source file and what stands there instead. */
export interface Edit {
  /** From the project's folder. */
  file: string;
  /** Stands exactly once in the file. */
  find: string;
  replace: string;
}

/** A mistake that an engine could make. */
export interface Mutation {
  name: string;
  edits: Edit[];
}

const PROCESS = "src/app/process";
const AWS = "src/adapters/aws";

/** Mistakes that break a promise, each of which the simulation must find. */
export const MUTATIONS: Mutation[] = [
  {
    name: "an event is recorded before it is published",
    edits: [
      {
        file: `${PROCESS}/publish-event.ts`,
        find: "    const published = await attempts.once(",
        replace: `    const early = { topicArn: permission.topicArn, messageId: "m", sequence: "1" };
    await attempts.until(held, RECORD, () =>
      turn.calls.writeFact({ held, payload: publishedFact(turn, accepted, early) }),
    );
    const published = await attempts.once(`,
      },
    ],
  },
  {
    name: "a message is deleted before its publication is recorded",
    edits: [
      {
        file: `${PROCESS}/publish-event.ts`,
        find: "    await turn.attempts.until(turn.held, RECORD, write);",
        replace: "    await deleteMessage(turn);\n    await turn.attempts.until(turn.held, RECORD, write);",
      },
    ],
  },
  {
    name: "a group is given back, but for the message behind the head",
    edits: [
      {
        file: `${PROCESS}/lanes.ts`,
        find: "return crash(error);\n    const behind = lane.waiting.splice(0)",
        replace: "return crash(error);\n    const behind = lane.waiting.splice(1)",
      },
    ],
  },
  {
    name: "the messages behind a head whose lease is lost are kept",
    edits: [
      {
        file: `${PROCESS}/lanes.ts`,
        find: "    if (!(error instanceof HandBack)) return crash(error);",
        replace: `    if (!(error instanceof HandBack)) return crash(error);
    if (error.why === "lost") return giveBack([turn.held], error);`,
      },
    ],
  },
  {
    name: "two messages of a group go into one call",
    edits: [
      {
        file: `${PROCESS}/lanes.ts`,
        find: "      const finish = await takeTurn(lane, next);\n      if (finish !== undefined) void guard(lane, next.turn, finish);",
        replace: `      const { turn } = next;
      void takeTurn(lane, next).then((finish) => finish !== undefined && guard(lane, turn, finish));`,
      },
      {
        file: `${PROCESS}/calls.ts`,
        find: "      bytesOf: ({ payload }) => outgoingBytes(payload),\n      keyOf: ({ payload }) => payload.groupId,\n      crowd,",
        replace:
          "      bytesOf: ({ payload }) => outgoingBytes(payload),\n      keyOf: ({ payload }) => payload.body,\n      crowd,",
      },
    ],
  },
  {
    name: "receive counts are read as attempts",
    edits: [
      {
        file: `${PROCESS}/settle.ts`,
        find: '  if (held.message.receiveCount > 1) return { step: "ask-journal" };',
        replace: `  if (held.message.receiveCount > 4)
    return { step: "reject", rejection: { reason: "delivery-refused", detail: "tried too often" } };
  if (held.message.receiveCount > 1) return { step: "ask-journal" };`,
      },
    ],
  },
  {
    name: "what the registry said last goes on to hold while it does not answer",
    edits: [
      {
        file: `${PROCESS}/permissions.ts`,
        find: "    return !first.ok || does(first.reading) ? first : readAgain(clientId);",
        replace: `    const last = readings.get(clientId);
    if (!first.ok && last !== undefined)
      return { ok: true, reading: { ...last, startedAt: clock.monotonic() } };
    return !first.ok || does(first.reading) ? first : readAgain(clientId);`,
      },
    ],
  },
  {
    name: "permission is asked once, long before",
    edits: [
      {
        file: `${PROCESS}/permissions.ts`,
        find: "PERMISSION_LIVES_MS = 5_000",
        replace: "PERMISSION_LIVES_MS = 600_000",
      },
      { file: `${PROCESS}/permissions.ts`, find: "REFRESH_AFTER_MS = 4_000", replace: "REFRESH_AFTER_MS = 599_000" },
    ],
  },
  {
    name: "each publish has a deduplication id of its own",
    edits: [
      {
        file: `${PROCESS}/publish-event.ts`,
        find: "function publicationOf({ held }: Turn, { event, attributes }: ValidEvent) {",
        replace: `function publicationOf({ held, context }: Turn, { event: { id: given }, attributes }: ValidEvent) {
  const event = { id: given.slice(0, 64) + context.clock.random() };`,
      },
    ],
  },
  {
    name: "dead letters are told apart by their events",
    edits: [
      {
        file: `${PROCESS}/reject-message.ts`,
        find: "    groupId: message.messageId,\n    deduplicationId: message.messageId,",
        replace: "    groupId: fact.clientId,\n    deduplicationId: fact.eventId,",
      },
    ],
  },
  {
    name: "what the store left unprocessed counts as written",
    edits: [
      {
        file: `${AWS}/journal-writes.ts`,
        find: "if (!unprocessed.has(keyText(item))) return { ok: true };",
        replace: "if (!unprocessed.has(keyText(item)) || unprocessed.size > 0) return { ok: true };",
      },
    ],
  },
  {
    name: "an entry in no list counts as done",
    edits: [
      {
        file: `${AWS}/entry-results.ts`,
        find: "    const code = failure?.Code ?? NO_ANSWER;",
        replace: `    if (failure === undefined) return { ok: true, ...toValue({ Id: entryId(index) } as Done) };
    const code = failure?.Code ?? NO_ANSWER;`,
      },
    ],
  },
  {
    name: "a statement without an answer counts as done",
    edits: [
      {
        file: `${AWS}/journal-inserts.ts`,
        find: "  if (response === undefined) {",
        replace: "  if (response === undefined) return { ok: true, inserted: true };\n  if (response === undefined) {",
      },
    ],
  },
  {
    name: "a rejected message is deleted without a dead letter",
    edits: [
      {
        file: `${PROCESS}/reject-message.ts`,
        find: "    await attempts.until(held, SEND, () => calls.deadLetter({ held, payload }));",
        replace:
          "    if (held.message.receiveCount === 1) await attempts.until(held, SEND, () => calls.deadLetter({ held, payload }));",
      },
    ],
  },
  {
    name: "whatever the topic says is the sender's fault counts as a refusal",
    edits: [
      { file: "src/core/refusal.ts", find: "(isSenderFault && ENTRY_REFUSED.has(code))", replace: "isSenderFault" },
    ],
  },
  {
    name: "an accepted fact overwrites another one",
    edits: [
      {
        file: `${AWS}/journal.ts`,
        find: "      insertItems(\n        dynamodb,\n        table,\n        facts.map((fact) => toItem(fact, settings)),\n      ),",
        replace: `      writeItems(
        dynamodb,
        table,
        facts.map((fact) => toItem(fact, settings)),
      ).then((results) => results.map((result) => (result.ok ? { ...result, inserted: true } : result))),`,
      },
    ],
  },
  {
    name: "the journal is read as it was some seconds ago",
    edits: [
      {
        file: `${AWS}/journal.ts`,
        find: '          ConsistentRead: true,\n          KeyConditionExpression: "#eventId = :eventId AND',
        replace: '          KeyConditionExpression: "#eventId = :eventId AND',
      },
    ],
  },
  {
    name: "the registry is read as it was some seconds ago",
    edits: [{ file: `${AWS}/batch-get.ts`, find: "ConsistentRead: true", replace: "ConsistentRead: false" }],
  },
  {
    name: "the first page of the journal's answer counts as all of it",
    edits: [
      {
        file: `${AWS}/item-pages.ts`,
        find: "    yield* answer.Items ?? [];\n    start = answer.LastEvaluatedKey;\n",
        replace: "    yield* answer.Items ?? [];\n",
      },
    ],
  },
  {
    name: "calls are made for messages whose lease may be over",
    edits: [
      {
        file: `${PROCESS}/calls.ts`,
        find: "  if (!held.isGone && outlives(held.lease, now, callTimeoutMs)) return undefined;",
        replace: "  if (now.wall > 0 || !held.isGone || outlives(held.lease, now, callTimeoutMs)) return undefined;",
      },
    ],
  },
  {
    name: "what was published and not recorded is forgotten",
    edits: [
      {
        file: `${PROCESS}/publish-event.ts`,
        find: "      unrecorded.remember(fact);\n",
        replace: "",
      },
      { file: `${PROCESS}/publish-event.ts`, find: "    turn.unrecorded.abandon(fact);\n", replace: "" },
    ],
  },
  {
    name: "a blocked group lets what cannot pass go to the DLQ",
    edits: [
      {
        file: `${PROCESS}/poison-policy.ts`,
        find: '  if (policy === "skip") return;',
        replace: "  if (policy !== undefined) return;",
      },
    ],
  },
  {
    name: "a function lets the rest of a group pass when one of it fails",
    edits: [
      {
        file: `${PROCESS}/lanes.ts`,
        find: "    if (!(error instanceof HandBack)) return crash(error);\n    const behind = lane.waiting.splice(0)",
        replace:
          "    if (!(error instanceof HandBack)) return crash(error);\n    const behind = lane.waiting.splice(context.isBrief ? 1 : 0)",
      },
    ],
  },
  {
    name: "a function answers that what it could not do is done",
    edits: [
      {
        file: `${PROCESS}/batch-processor.ts`,
        find: "batchFailures(batch, ({ receiptHandle }) => done.has(receiptHandle))",
        replace: "batchFailures(batch, () => true)",
      },
    ],
  },
  {
    name: "a function trusts that its batch has waited nowhere",
    edits: [
      {
        file: `${PROCESS}/batch-leases.ts`,
        find: "      held.isGone = true;\n      tell(",
        replace: "      tell(",
      },
    ],
  },
];
