import { isDeepStrictEqual } from "node:util";
import type { ClientRecord } from "../../../src/core/client.js";
import type { DesiredResource } from "../../../src/core/stack-plan.js";
import { CallError } from "../../../src/ports/call.js";
import type { ClientRegistry } from "../../../src/ports/client-registry.js";
import type { Inspection, Provisioner, Removal } from "../../../src/ports/provisioner.js";
import type { Taps } from "../../../src/ports/tap.js";

/** A target in memory: what is there, and what was done to it. */
export class StackDouble {
  readonly log: string[] = [];
  readonly resources = new Map<string, DesiredResource>();
  readonly records = new Map<string, ClientRecord>();
  /** How a resource stands, by `<kind> <name>`, where it is neither absent nor right. */
  readonly findings = new Map<string, Inspection>();
  /** What cannot be done, by `<kind> <name>`. */
  readonly skipped = new Map<string, string[]>();
  /** What is somebody else's, by `<kind> <name>`. */
  readonly kept = new Set<string>();
  leftoverTaps: string[] = [];
  /** What each call fails with before it has any effect, one failure a call, by its name (`provisioner.create`, for instance). */
  readonly failures = new Map<string, CallError[]>();
  /** How often each call was made. */
  readonly calls = new Map<string, number>();

  readonly identity = async () => {
    this.#meet("identity");
    return { account: "000000000000", region: "us-east-1" };
  };

  readonly provisioner: Provisioner = {
    inspect: async (resource) => {
      this.#meet("provisioner.inspect");
      const name = nameOf(resource);
      const absentOrRight: Inspection = { state: this.resources.has(name) ? "matches" : "absent" };
      return this.findings.get(name) ?? absentOrRight;
    },
    create: async (resource) => {
      this.#meet("provisioner.create");
      this.log.push(`create ${nameOf(resource)}`);
      this.resources.set(nameOf(resource), resource);
      if (resource.kind === "client") this.records.set(resource.name, resource.record);
      return { skipped: this.skipped.get(nameOf(resource)) ?? [] };
    },
    update: async (resource, differences) => {
      this.#meet("provisioner.update");
      const attributes = differences.map(({ attribute }) => attribute).join(", ");
      this.log.push(`update ${nameOf(resource)}: ${attributes}`);
      this.findings.delete(nameOf(resource));
      return { skipped: this.skipped.get(nameOf(resource)) ?? [] };
    },
    remove: async (resource) => {
      this.#meet("provisioner.remove");
      return this.#remove(resource);
    },
  };

  readonly clients: ClientRegistry = {
    get: async (ids) => {
      this.#meet("clients.get");
      return new Map([...this.#registry()].filter(([id]) => ids.includes(id)));
    },
    list: async () => {
      this.#meet("clients.list");
      return [...this.#registry().values()];
    },
    put: async (client, expected) => {
      this.#meet("clients.put");
      if (!isDeepStrictEqual(this.#registry().get(client.clientId), expected)) return false;
      this.log.push(`put ${client.clientId}`);
      this.#registry().set(client.clientId, client);
      return true;
    },
    remove: async (id) => void this.#registry().delete(id),
  };

  readonly taps: Taps = {
    open: async () => {
      throw new Error("nobody opens a tap here");
    },
    list: async () => [],
    remove: async () => false,
    removeLeftovers: async () => {
      this.#meet("taps.removeLeftovers");
      return this.leftoverTaps;
    },
  };

  #meet(call: string): void {
    this.calls.set(call, (this.calls.get(call) ?? 0) + 1);
    const failure = this.failures.get(call)?.shift();
    if (failure !== undefined) throw failure;
  }

  #remove(resource: DesiredResource): Removal {
    const name = nameOf(resource);
    if (!this.resources.has(name)) return "absent";
    if (this.kept.has(name)) return "kept";
    this.log.push(`remove ${name}`);
    this.resources.delete(name);
    if (resource.kind === "client") this.records.delete(resource.name);
    return "removed";
  }

  #registry(): Map<string, ClientRecord> {
    if ([...this.resources.values()].some(({ kind, name }) => kind === "table" && name.endsWith("-clients"))) {
      return this.records;
    }
    const fault = { code: "ResourceNotFoundException", message: "no such table", isSenderFault: false };
    throw new CallError("scanning evp-clients: no such table", fault, "not-found");
  }
}

function nameOf({ kind, name }: DesiredResource): string {
  return `${kind} ${name}`;
}
