import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { GatewaySummary } from "../app/gateway/gateway-tally.js";
import { openGateway } from "../app/gateway/open-gateway.js";
import { EvpError } from "../core/errors.js";
import type { GatewaySettings, Settings } from "../core/settings.js";
import type { GatewayService, GatewayServiceOptions } from "../ports/gateway-service.js";
import type { Invocation } from "./command-spec.js";
import type { GatewayFlags } from "./commands/gateway.js";
import { configError } from "./config/config-error.js";
import { issuersOf } from "./gateway-issuers.js";
import { type GatewayObservers, openGatewayObservers } from "./gateway-observers.js";
import { createStackJudge } from "./stack-examiner.js";
import type { StackSession } from "./stack-session.js";

/**
 * Runs the gateway until the first signal, then answers what has arrived; the second signal ends that.
 * @throws EvpError when it cannot start
 */
export async function runGateway(
  invocation: Invocation<GatewayFlags>,
  session: StackSession,
): Promise<{ summary: GatewaySummary; failure: EvpError | undefined }> {
  const { context, flags, output, stop } = invocation;
  assertWrappable(session.settings);
  // A registry that is not there is told now, and not to the first producer.
  await session.connection.producers.list();
  const observers = await openGatewayObservers(invocation, flags.http);
  try {
    const service = await context.gateway.serve(await optionsOf(invocation, session, observers));
    output.note(`The gateway takes events on ${service.url}/v1/events.`);
    await aborted(stop);
    observers.listener("gateway:stopping", {});
    const isCut = await drain(invocation, service, session.settings.process.stopTimeoutMs);
    return { summary: observers.summary(), failure: isCut ? interrupted() : undefined };
  } finally {
    await observers.close();
  }
}

async function optionsOf(
  { context, flags, stop }: Invocation<GatewayFlags>,
  { connection, settings, localEndpoint }: StackSession,
  { listener: tell }: GatewayObservers,
): Promise<GatewayServiceOptions> {
  const { clock, version } = context;
  const { gateway } = settings;
  const onFailure = (message: string) => tell("issuer:failed", { message });
  const { admit } = openGateway({
    connection,
    settings: gateway,
    clock,
    examine: await createStackJudge(settings, context.cwd),
    verifier: await context.gateway.openVerifier({ issuers: issuersOf(settings, localEndpoint), clock, onFailure }),
    newUuid: randomUUID,
    tell,
  });
  return {
    address: flags.port ?? { host: gateway.host, port: gateway.port },
    paths: gateway.paths,
    limits: gateway,
    tls: await readTls(gateway),
    trustedProxies: gateway.trustedProxies,
    version,
    admit,
    onRefused: (status) => tell("request:answered", { status, durationMs: 0 }),
    onFailure: (error) => tell("gateway:failed", { message: error instanceof Error ? error.message : String(error) }),
    isReady: () => !stop.aborted,
  };
}

/** What wraps a body makes evp's own envelope of it. @throws EvpError (usage) when the stack reads another one */
function assertWrappable({ envelope, gateway }: Settings): void {
  if (envelope === "evp" || gateway.paths.every(({ wrap }) => wrap === undefined)) return;
  throw configError(
    "wrap-unreadable",
    "/gateway/paths: wrap makes events in evp's own envelope, and /envelope says that this stack reads another one",
    "Leave one of the two out.",
  );
}

async function readTls({ tls }: GatewaySettings): Promise<GatewayServiceOptions["tls"]> {
  if (tls === undefined) return undefined;
  try {
    const [cert, key] = await Promise.all([readFile(tls.cert, "utf8"), readFile(tls.key, "utf8")]);
    return { cert, key };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw configError("tls-unreadable", `/gateway/tls: ${why}`, "Name PEM files that can be read.", error);
  }
}

/** @returns whether something was still under way at its end */
async function drain({ context, output }: Invocation, service: GatewayService, timeoutMs: number): Promise<boolean> {
  const { clock, signals } = context;
  const done = new AbortController();
  const spinner = await output.spin("Answering what has arrived");
  const drained = service.drain().then(() => {
    done.abort();
    return true;
  });
  const late = clock.sleep(timeoutMs, AbortSignal.any([signals.force, done.signal])).then(() => false);
  const isDrained = await Promise.race([drained, late]);
  if (!isDrained && !done.signal.aborted) await service.close();
  spinner.stop();
  return !isDrained && !done.signal.aborted;
}

function interrupted(): EvpError {
  return new EvpError("interrupted; requests that were under way got no answer", {
    code: "interrupted",
    category: "interrupted",
    hint: "Whoever sent them sends them again; under the same Idempotency-Key, or with the same event id, nothing is published twice.",
  });
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
