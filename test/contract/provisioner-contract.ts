import { beforeEach, describe, expect, it } from "vitest";
import type { Settings } from "../../src/core/settings.js";
import { type DesiredResource, planStack } from "../../src/core/stack-plan.js";
import type { StackConnection } from "../../src/ports/stack-connection.js";

/** A stack that does not exist yet. */
export interface PlannedStack {
  connection: StackConnection;
  settings: Settings;
}

const CLIENT = { id: "client-1", allowedTypes: ["transaction"], active: true };

/** What every provisioner does with every resource of a plan. `open` gives a stack whose resources are all absent. */
export function provisionerContract(open: () => PlannedStack): void {
  let stack: PlannedStack;
  let plan: DesiredResource[];
  beforeEach(async () => {
    stack = open();
    plan = await planOf(stack);
  });

  async function planOf({ connection, settings }: PlannedStack): Promise<DesiredResource[]> {
    const resources = planStack(settings, await connection.identity(), [CLIENT]);
    return resources.filter((resource) => resource.kind !== "time-to-live" || resource.notOffered === undefined);
  }

  async function createAll(resources = plan): Promise<void> {
    for (const resource of resources) await stack.connection.provisioner.create(resource);
  }

  async function states(resources = plan): Promise<string[]> {
    const found: string[] = [];
    for (const resource of resources) {
      const { state } = await stack.connection.provisioner.inspect(resource);
      found.push(`${resource.kind} ${state}`);
    }
    return found;
  }

  describe("creating (CreateQueue, CreateTopic, Subscribe, CreateTable)", () => {
    it("makes every resource as the plan says", async () => {
      expect(new Set(await states())).toEqual(new Set(plan.map(({ kind }) => `${kind} absent`)));
      await createAll();
      expect(await states()).toEqual(plan.map(({ kind }) => `${kind} matches`));
    });

    it("makes each once when two do it at the same time", async () => {
      await Promise.all([createAll(), createAll()]);
      expect(await states()).toEqual(plan.map(({ kind }) => `${kind} matches`));
    });

    it("makes a stack that works", async () => {
      await createAll();
      const { publisher, queue } = stack.connection;
      const record = (await stack.connection.clients.get(["client-1"])).get("client-1");
      const publication = { body: "b", groupId: "g", deduplicationId: "d", attributes: {} };
      await publisher.publish(record?.topicArn ?? "", [publication]);
      const received = await queue(record?.queueName ?? "").receive({ maxMessages: 1, waitSeconds: 5 });
      expect(received).toMatchObject([{ body: "b" }]);
    });
  });

  describe("drift (SetQueueAttributes, SetTopicAttributes, SetSubscriptionAttributes)", () => {
    const WANTED = {
      queue: { VisibilityTimeout: "33" },
      topic: { ContentBasedDeduplication: "true" },
      subscription: { RawMessageDelivery: "false" },
    };

    it.each(["queue", "topic", "subscription"] as const)("of a %s is found and mended", async (kind) => {
      await createAll();
      const resource = plan.find((one) => one.kind === kind && "attributes" in one);
      if (resource === undefined || !("attributes" in resource)) throw new Error("not planned");
      const wanted = { ...resource, attributes: { ...resource.attributes, ...WANTED[kind] } };
      const inspection = await stack.connection.provisioner.inspect(wanted);
      const [[attribute, value] = []] = Object.entries(WANTED[kind]);
      expect(inspection).toMatchObject({ state: "drifted", differences: [{ attribute, wanted: value }] });
      if (inspection.state !== "drifted") return;
      expect(await stack.connection.provisioner.update(wanted, inspection.differences)).toEqual({ skipped: [] });
      expect(await stack.connection.provisioner.inspect(wanted)).toEqual({ state: "matches" });
    });

    it("of a queue's policy is found and mended", async () => {
      await createAll();
      const policies = plan.filter((one) => one.kind === "queue-policy");
      const [first, second] = policies;
      if (first === undefined || second === undefined) throw new Error("not planned");
      const wanted = { ...first, policy: second.policy };
      const inspection = await stack.connection.provisioner.inspect(wanted);
      expect(inspection).toMatchObject({ state: "drifted", differences: [{ attribute: "Policy" }] });
      if (inspection.state !== "drifted") return;
      await stack.connection.provisioner.update(wanted, inspection.differences);
      expect(await stack.connection.provisioner.inspect(wanted)).toEqual({ state: "matches" });
    });

    it("of a client's record is where its events go, never what it may have", async () => {
      await createAll();
      const { clients, provisioner } = stack.connection;
      const resource = plan.find((one) => one.kind === "client");
      if (resource?.kind !== "client") throw new Error("not planned");
      const changes = { active: false, allowedTypes: [], queueName: "old.fifo" };
      await clients.put({ ...resource.record, ...changes }, resource.record);
      const inspection = await provisioner.inspect(resource);
      expect(inspection).toEqual({
        state: "drifted",
        differences: [{ attribute: "queueName", wanted: resource.record.queueName, found: "old.fifo" }],
      });
      if (inspection.state !== "drifted") return;
      await provisioner.update(resource, inspection.differences);
      expect((await clients.get(["client-1"])).get("client-1")).toEqual({
        ...resource.record,
        active: false,
        allowedTypes: [],
      });
    });

    it("of a table's key cannot be mended (UpdateTable changes no key)", async () => {
      await createAll();
      const table = plan.find((one) => one.kind === "table");
      if (table?.kind !== "table") throw new Error("not planned");
      const inspection = await stack.connection.provisioner.inspect({ ...table, key: [{ name: "id", type: "S" }] });
      expect(inspection).toEqual({
        state: "conflict",
        differences: [{ attribute: "key", wanted: "id (S)", found: "eventId (S), fact (S)" }],
      });
    });
  });

  describe("whose a resource is (Tagging Amazon SQS queues, topics and tables)", () => {
    const KINDS = ["queue", "topic", "table"] as const;

    it.each(KINDS)("refuses a %s of another stack, and does not remove it", async (kind) => {
      await createAll();
      const resource = plan.find((one) => one.kind === kind);
      if (resource === undefined || !("untagged" in resource)) throw new Error("not planned");
      const other = { ...resource, stack: "another" };
      expect(await stack.connection.provisioner.inspect(other)).toEqual({
        state: "conflict",
        differences: [{ attribute: "tag evp:stack", wanted: "another", found: stack.settings.stack }],
      });
      expect(await stack.connection.provisioner.remove(other)).toBe("kept");
    });
  });

  describe("removing (DeleteQueue, DeleteTopic, Unsubscribe, DeleteTable)", () => {
    it("removes all, and finds nothing the second time", async () => {
      await createAll();
      const removable = plan.filter(({ kind }) => kind !== "queue-policy").reverse();
      for (const resource of removable) expect(await stack.connection.provisioner.remove(resource)).toBe("removed");
      for (const resource of removable) expect(await stack.connection.provisioner.remove(resource)).toBe("absent");
      expect(new Set(await states())).toEqual(new Set(plan.map(({ kind }) => `${kind} absent`)));
    });

    it("can make it all again", async () => {
      await createAll();
      for (const resource of [...plan].reverse()) await stack.connection.provisioner.remove(resource);
      await createAll();
      expect(await states()).toEqual(plan.map(({ kind }) => `${kind} matches`));
    });
  });
}
