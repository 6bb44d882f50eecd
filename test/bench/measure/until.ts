import { setTimeout as sleep } from "node:timers/promises";

const EVERY_MS = 50;

/** Waits for a condition. @throws when it does not come true in time */
export async function until(what: string, isTrue: () => boolean | Promise<boolean>, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await sleep(EVERY_MS);
  }
}
