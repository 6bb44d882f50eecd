import type { Settings } from "../../core/settings.js";
import { type Checkup, type Diagnosis, warningsOf } from "./check.js";
import type { Connect } from "./doctor-world.js";

/** Below this, messages that only wait behind a failing one use up their receives. */
const FEW_RECEIVES = 20;

/** Whether the times of the settings, and those that the ingress queue really has, fit each other. */
export function timeoutCheckup(connect: Connect, settings: Settings, needs: string[]): Checkup {
  return {
    id: "timeouts",
    title: "Timeouts",
    needs,
    look: async () =>
      timeoutDiagnosis(settings, await connect().diagnostics.queueAttributes(settings.names.ingressQueue)),
  };
}

/** @param attributes the ingress queue's */
export function timeoutDiagnosis(
  { ingress, process }: Pick<Settings, "ingress" | "process">,
  attributes: Record<string, string>,
): Diagnosis {
  const { callTimeoutMs, stopTimeoutMs } = process;
  const visibilitySeconds = Number(attributes.VisibilityTimeout ?? ingress.visibilitySeconds);
  const delaySeconds = Number(attributes.DelaySeconds ?? 0);
  const maxReceiveCount = receiveCountOf(attributes.RedrivePolicy);
  const found = [
    callTimeoutMs * 2 > visibilitySeconds * 1000 &&
      `a call may take ${callTimeoutMs} ms, more than half of the ${visibilitySeconds} s that the queue keeps a message invisible: evp init sets the queue, process.callTimeoutMs the call`,
    stopTimeoutMs < callTimeoutMs &&
      `process.stopTimeoutMs is ${stopTimeoutMs}, less than one call may take (${callTimeoutMs}): what is held when a processor stops comes again later`,
    delaySeconds > 0 && `the ingress queue delays every message by ${delaySeconds} s: set its DelaySeconds to 0`,
    maxReceiveCount < FEW_RECEIVES &&
      `the ingress queue moves a message to the DLQ after ${maxReceiveCount} receives: messages behind a failing one use them up without being tried; set ingress.maxReceiveCount higher`,
  ].filter((text) => text !== false);
  const well = `calls end within ${callTimeoutMs} ms, messages are ours for ${visibilitySeconds} s and that is renewed, a processor stops within ${stopTimeoutMs} ms`;
  const hint = "Change the config, then run evp init.";
  return warningsOf(found, well, hint);
}

function receiveCountOf(policy: string | undefined): number {
  try {
    return Number(JSON.parse(policy ?? "{}").maxReceiveCount ?? Number.POSITIVE_INFINITY);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
