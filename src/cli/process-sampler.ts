import type { ProcessListener, ProcessorVitals } from "../app/process/events.js";
import type { Clock } from "../ports/clock.js";

const SAMPLE_EVERY_MS = 1000;

/** Tells the listener once a second how the processor stands, from `start` on until `stop`. */
export function createSampler(clock: Clock, listener: ProcessListener) {
  const stopped = new AbortController();
  const sample = async (vitals: () => ProcessorVitals) => {
    while (!stopped.signal.aborted) {
      listener("processor:sampled", { ...vitals(), worker: 0 });
      await clock.sleep(SAMPLE_EVERY_MS, stopped.signal);
    }
  };
  return {
    start: (vitals: () => ProcessorVitals): void => void sample(vitals),
    stop: (): void => stopped.abort(),
  };
}
