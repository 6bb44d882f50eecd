import { describe, expect, it } from "vitest";
import { allowTypes } from "../../../src/app/client-permissions.js";
import { addClient, removeClient } from "../../../src/app/client-resources.js";
import { destroyStack } from "../../../src/app/destroy.js";
import { initStack } from "../../../src/app/init.js";
import { CallError, type CallErrorKind } from "../../../src/ports/call.js";
import { createInstantClock } from "../../doubles/instant-clock.js";
import { settingsOf } from "../../factories/settings.js";
import { StackDouble } from "./stack-double.js";

const FOR_REAL = { dryRun: false };
const SETTINGS = settingsOf();

function callError(kind: CallErrorKind, code: string): CallError {
  return new CallError(`doing: ${code}`, { code, message: code, isSenderFault: false }, kind);
}

const PASSING = [
  callError("throttled", "ThrottlingException"),
  callError("failed", "ServiceUnavailable"),
  callError("unreachable", "ECONNRESET"),
];

function open() {
  const connection = new StackDouble();
  return { connection, clock: createInstantClock() };
}

describe("calls about the stack itself", () => {
  it("are made again while they fail for a passing reason: init", async () => {
    const ports = open();
    const calls = ["identity", "clients.list", "provisioner.inspect", "provisioner.create"];
    for (const call of calls) ports.connection.failures.set(call, [...PASSING]);
    const { resources } = await initStack(ports, SETTINGS, FOR_REAL);
    expect(resources.filter(({ action }) => action === "created").length).toBeGreaterThan(10);
    expect([...ports.connection.failures.values()].flat()).toEqual([]);
  });

  it("are made again: clients", async () => {
    const ports = open();
    await initStack(ports, SETTINGS, FOR_REAL);
    const { failures } = ports.connection;
    const calls = ["identity", "clients.list", "clients.get", "provisioner.create"];
    for (const call of calls) failures.set(call, [...PASSING]);
    await addClient(ports, SETTINGS, { id: "new", allowedTypes: [], active: true });
    for (const call of ["clients.get", "clients.put"]) failures.set(call, [...PASSING]);
    await allowTypes({ clients: ports.connection.clients, clock: ports.clock }, "new", ["monitoring"]);
    for (const call of ["identity", "clients.get", "provisioner.remove"]) failures.set(call, [...PASSING]);
    await removeClient(ports, SETTINGS, "new", { keepQueue: false });
    expect([...failures.values()].flat()).toEqual([]);
    expect(ports.connection.records.has("new")).toBe(false);
  });

  it("are made again: destroy", async () => {
    const ports = open();
    await initStack(ports, SETTINGS, FOR_REAL);
    const { failures } = ports.connection;
    const calls = ["identity", "clients.list", "provisioner.remove", "taps.removeLeftovers"];
    for (const call of calls) failures.set(call, [...PASSING]);
    await destroyStack(ports, SETTINGS);
    expect([...failures.values()].flat()).toEqual([]);
  });

  it("fail with the last failure when there is no end to them", async () => {
    const ports = open();
    ports.connection.failures.set(
      "identity",
      Array.from({ length: 100 }, () => callError("throttled", "Throttling")),
    );
    await expect(initStack(ports, SETTINGS, FOR_REAL)).rejects.toMatchObject({ kind: "throttled" });
    expect(ports.connection.calls.get("identity")).toBe(5);
  });

  it.each([
    ["unreachable", "ECONNREFUSED"],
    ["unreachable", "ENOTFOUND"],
    ["unreachable", "CallTimeout"],
    ["credentials", "AccessDenied"],
    ["refused", "ValidationException"],
  ] as const)("are made once when nobody is there, or when the answer is no: %s %s", async (kind, code) => {
    const ports = open();
    ports.connection.failures.set("identity", [callError(kind, code)]);
    await expect(initStack(ports, SETTINGS, FOR_REAL)).rejects.toMatchObject({ kind, fault: { code } });
    expect(ports.connection.calls.get("identity")).toBe(1);
    expect(ports.clock.slept).toEqual([]);
  });
});
