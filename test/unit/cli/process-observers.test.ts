import { describe, expect, it } from "vitest";
import type { Invocation } from "../../../src/cli/command-spec.js";
import type { Telemetry } from "../../../src/cli/context.js";
import { createOutput } from "../../../src/cli/output.js";
import { type ObserverFlags, openProcessObservers } from "../../../src/cli/process-observers.js";
import type { StackSession } from "../../../src/cli/stack-session.js";
import { EvpError } from "../../../src/core/errors.js";
import { createManualClock } from "../../factories/manual-clock.js";
import { settingsOf } from "../../factories/settings.js";
import { fakeContext } from "./fake-context.js";

const ADDRESS = { host: "127.0.0.1", port: 9464 };
const ENDPOINT = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" };

/** Telemetry that notes what is opened and closed. */
function recordTelemetry(changes: Partial<Telemetry> = {}) {
  const told: string[] = [];
  const telemetry: Partial<Telemetry> = {
    openMetrics: async () => ({
      add: () => undefined,
      set: () => undefined,
      observe: () => undefined,
      text: async () => "",
      contentType: "text/plain",
    }),
    async serveHttp() {
      told.push("open http");
      return { url: "http://127.0.0.1:9464", close: async () => void told.push("close http") };
    },
    async openTracing() {
      told.push("open traces");
      return {
        tracing: { follow: () => expect.unreachable() },
        async close() {
          told.push("close traces");
          return { spans: 9, lost: 2, why: "Bad Request" };
        },
      };
    },
    ...changes,
  };
  return { told, telemetry };
}

async function open(flags: ObserverFlags, telemetry: Partial<Telemetry>, env: Record<string, string> = {}) {
  const fake = fakeContext({ telemetry, env });
  const context = { ...fake.context, clock: createManualClock() };
  const invocation: Invocation<ObserverFlags> = {
    context,
    flags,
    globals: { color: true, input: true },
    args: [],
    output: createOutput(context, { color: true, input: true }),
    stop: new AbortController().signal,
  };
  const forgotten: string[] = [];
  const connection = {
    journal: {
      noteProcessor: async () => undefined,
      forgetProcessor: async (processorId: string) => void forgotten.push(processorId),
    },
  };
  const session = { connection, settings: settingsOf() } as unknown as StackSession;
  return { observers: await openProcessObservers(invocation, session), stderr: fake.stderr, forgotten };
}

describe("what looks at a run", () => {
  it("is the log and the reports alone where nothing else is asked for", async () => {
    const { told, telemetry } = recordTelemetry();
    const { observers, forgotten } = await open({}, telemetry);
    expect(observers.trace).toBeUndefined();
    await observers.close();
    expect(told).toEqual([]);
    expect(forgotten).toHaveLength(1);
  });

  it("is closed in the opposite order, and says in the end what was lost", async () => {
    const { told, telemetry } = recordTelemetry();
    const { observers, stderr } = await open({ http: ADDRESS }, telemetry, ENDPOINT);
    expect(observers.trace).toBeDefined();
    await observers.close();
    expect(told).toEqual(["open http", "open traces", "close traces", "close http"]);
    expect(stderr.text()).toContain("2 of 9 spans were not exported: Bad Request.\n");
  });

  it("is not left open where one part cannot be opened", async () => {
    const refused = new EvpError("no", { code: "tracing-settings", category: "usage" });
    const { told, telemetry } = recordTelemetry({
      openTracing: async () => {
        throw refused;
      },
    });
    await expect(open({ http: ADDRESS }, telemetry, ENDPOINT)).rejects.toBe(refused);
    expect(told).toEqual(["open http", "close http"]);
  });

  it("leaves traces to the workers, where there are some", async () => {
    const { told, telemetry } = recordTelemetry();
    const { observers } = await open({ workers: 2 }, telemetry, ENDPOINT);
    expect(observers.trace).toBeUndefined();
    await observers.close();
    expect(told).toEqual([]);
    const grpc = { ...ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" };
    await expect(open({ workers: 2 }, telemetry, grpc)).rejects.toMatchObject({ category: "usage" });
  });

  it("goes on where one part fails", async () => {
    let isBroken = false;
    const fail = () => {
      if (isBroken) throw new Error("the registry is broken");
    };
    const metrics = { add: fail, set: fail, observe: fail, text: async () => "", contentType: "text/plain" };
    const { telemetry } = recordTelemetry({ openMetrics: async () => metrics });
    const { observers, stderr } = await open({ http: ADDRESS }, telemetry);
    isBroken = true;
    const message = { messageId: "m", groupId: "g", correlationId: "c", eventId: "e", clientId: "c", type: "t" };
    observers.listener("event:rejected", { ...message, reason: "too-large", detail: "much" });
    expect(stderr.text()).toContain('"msg":"rejected"');
    await observers.close();
  });
});
