import { describe, expect } from "vitest";
import type { DesiredResource } from "../../src/core/stack-plan.js";
import type { Difference } from "../../src/core/stack-plan-differences.js";
import type { StackConnection } from "../../src/ports/stack-connection.js";
import { eventually } from "./eventually.js";
import { createAll, expectAll, only, type PlannedStack, type ProvisionerTarget, planned } from "./planned-stack.js";
import { receive } from "./queue-target.js";
import { NotTried, rulesOn } from "./rule.js";

/** What every provisioner does with every resource of a plan. */
export function provisionerContract(target: ProvisionerTarget): void {
  messagingContract(target.openMessaging);
  tablesContract(target.openTables);
  wholeStackContract(target.openWhole);
}

function messagingContract(open: () => Promise<PlannedStack>): void {
  const rule = rulesOn(open);

  describe("queues and topics", () => {
    rule("makes every one as the plan says", "CreateQueue, CreateTopic, Subscribe", async (stack) => {
      await expectAll(stack, "absent");
      await createAll(stack);
      await expectAll(stack, "matches");
    });

    rule("makes each once when two do it at the same time", "CreateQueue, CreateTopic, Subscribe", async (stack) => {
      await Promise.all([createAll(stack), createAll(stack)]);
      await expectAll(stack, "matches");
    });

    for (const [kind, page, attributes] of CHANGES) {
      rule(`finds a ${kind} that has drifted, and mends it`, page, async (stack) => {
        await createAll(stack);
        const resource = planned(stack, kind);
        await expectMendable(stack, { ...resource, attributes: { ...resource.attributes, ...attributes } }, attributes);
      });
    }

    rule("finds a queue's policy that has drifted, and mends it", "SetQueueAttributes", async (stack) => {
      await createAll(stack);
      const [first, second] = stack.plan.filter((one) => one.kind === "queue-policy");
      if (first === undefined || second === undefined) throw new Error("the plan has no two policies");
      await expectMendable(stack, { ...first, policy: second.policy }, { Policy: second.policy });
    });

    for (const [kind, page] of TAGGED) {
      rule(`refuses a ${kind} of another stack, and does not remove it`, page, (stack) => expectForeign(stack, kind));
    }

    rule(
      "removes every one, and finds nothing the second time",
      "DeleteQueue, DeleteTopic, Unsubscribe",
      expectRemovable,
    );
  });
}

function tablesContract(open: () => Promise<PlannedStack>): void {
  const rule = rulesOn(open);
  const oneTable = (stack: PlannedStack) => only(stack, (one) => one === planned(stack, "table"));
  const tables = (stack: PlannedStack) => only(stack, ({ kind }) => kind === "table");

  describe("tables", () => {
    for (const [kind, page] of SAFEGUARDS) {
      rule(`switches on ${kind}, and finds it on`, page, async (stack) => {
        const isPlanned = stack.plan.some((one) => one.kind === kind);
        if (!isPlanned) throw new NotTried("evp does not ask this target for it");
        const made = await createAll(only(stack, (one) => one.kind === "table" || one.kind === kind));
        if (made.plan.every((one) => one.kind !== kind)) throw new NotTried("the target does not offer it");
        await expectAll(made, "matches");
      });
    }

    rule("tells a table's key apart, which nobody can mend", "UpdateTable", async (stack) => {
      await createAll(oneTable(stack));
      const wanted: DesiredResource = { ...planned(stack, "table"), key: [{ name: "id", type: "S" }] };
      expect(await stack.connection.provisioner.inspect(wanted)).toEqual({
        state: "conflict",
        differences: [{ attribute: "key", wanted: "id (S)", found: "eventId (S), fact (S)" }],
      });
    });

    rule("refuses a table of another stack, and does not remove it", "TagResource", (stack) =>
      expectForeign(oneTable(stack), "table"),
    );

    rule("removes tables, and finds nothing the second time", "DeleteTable", (stack) => expectRemovable(tables(stack)));

    rule("makes a table again where one was removed", "CreateTable", async (stack) => {
      const table = oneTable(stack);
      await createAll(table);
      expect(await stack.connection.provisioner.remove(planned(table, "table"))).toBe("removed");
      await createAll(table);
      await expectAll(table, "matches");
    });
  });
}

function wholeStackContract(open: () => Promise<PlannedStack>): void {
  const rule = rulesOn(open);

  describe("a whole stack", () => {
    rule("makes a stack that works", "CreateQueue, CreateTopic, Subscribe, CreateTable", async (stack) => {
      await expectAll(await createAll(stack), "matches");
      const { publisher, queue, clients } = stack.connection;
      const record = (await clients.get(["client-1"])).get("client-1");
      let count = 0;
      // A queue's policy takes up to a minute to work ("SetQueueAttributes").
      await eventually(stack.clock, async () => {
        count += 1;
        const publication = { body: "b", groupId: "g", deduplicationId: `${count}`, attributes: {} };
        await publisher.publish(record?.topicArn ?? "", [publication]);
        expect(await receive(queue(record?.queueName ?? ""))).toMatchObject([{ body: "b" }]);
      });
    });

    rule("mends where a client's events go, never what it may have", "PutItem", async (stack) => {
      await createAll(only(stack, ({ kind }) => kind === "table" || kind === "client"));
      const { clients, provisioner } = stack.connection;
      const resource = planned(stack, "client");
      const changes = { active: false, allowedTypes: [], queueName: "old.fifo" };
      await clients.put({ ...resource.record, ...changes }, resource.record);
      const differences = [{ attribute: "queueName", wanted: resource.record.queueName, found: "old.fifo" }];
      expect(await provisioner.inspect(resource)).toEqual({ state: "drifted", differences });
      await provisioner.update(resource, differences);
      expect((await clients.get(["client-1"])).get("client-1")).toEqual({
        ...resource.record,
        active: false,
        allowedTypes: [],
      });
    });
  });
}

const CHANGES: ["queue" | "topic" | "subscription", string, Record<string, string>][] = [
  ["queue", "SetQueueAttributes", { VisibilityTimeout: "33" }],
  ["topic", "SetTopicAttributes", { ContentBasedDeduplication: "true" }],
  ["subscription", "SetSubscriptionAttributes", { RawMessageDelivery: "false" }],
];

const SAFEGUARDS: ["time-to-live" | "point-in-time-recovery", string][] = [
  ["time-to-live", "Using time to live (TTL) in DynamoDB"],
  ["point-in-time-recovery", "Point-in-time backups for DynamoDB"],
];

const TAGGED: ["queue" | "topic", string][] = [
  ["queue", "Amazon SQS cost allocation tags"],
  ["topic", "Amazon SNS topic tagging"],
];

/** Something that is there differs from what is wanted now, and does so no longer once it was mended. */
async function expectMendable(
  { connection, clock }: PlannedStack,
  wanted: DesiredResource,
  change: Record<string, string>,
): Promise<void> {
  const [[attribute = "", value] = []] = Object.entries(change);
  const differences = await differencesOf(connection, wanted);
  expect(differences).toContainEqual(expect.objectContaining({ attribute, wanted: value }));
  await connection.provisioner.update(wanted, differences);
  await eventually(clock, async () => {
    const left = (await differencesOf(connection, wanted)).map((difference) => difference.attribute);
    expect(left).not.toContain(attribute);
  });
}

async function differencesOf({ provisioner }: StackConnection, wanted: DesiredResource): Promise<Difference[]> {
  const inspection = await provisioner.inspect(wanted);
  expect(inspection.state).not.toBe("absent");
  return "differences" in inspection ? inspection.differences : [];
}

async function expectForeign(stack: PlannedStack, kind: "queue" | "topic" | "table"): Promise<void> {
  await createAll(stack);
  const resource = planned(stack, kind);
  const foreign = { ...resource, stack: "another" };
  expect(await stack.connection.provisioner.inspect(foreign)).toEqual({
    state: "conflict",
    differences: [{ attribute: "tag evp:stack", wanted: "another", found: resource.stack }],
  });
  expect(await stack.connection.provisioner.remove(foreign)).toBe("kept");
}

async function expectRemovable(stack: PlannedStack): Promise<void> {
  const { provisioner } = stack.connection;
  await createAll(stack);
  const removable = stack.plan.filter(({ kind }) => kind !== "queue-policy").reverse();
  for (const resource of removable) expect(await provisioner.remove(resource)).toBe("removed");
  for (const resource of removable) {
    await eventually(stack.clock, async () => expect(await provisioner.remove(resource)).toBe("absent"));
  }
  await expectAll(stack, "absent");
}
