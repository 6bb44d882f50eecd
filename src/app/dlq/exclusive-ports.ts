import type { Clock } from "../../ports/clock.js";
import { type Exclusive, RENEW_AFTER_MS } from "./exclusive.js";
import type { RedrivePorts } from "./redrive-dead-letters.js";

/**
 * The same ports, of which every step first makes sure of the lock: planning may take minutes, and nothing is looked up or
 * sent any more once somebody else has it. What was sent is recorded and deleted all the same.
 */
export function exclusivePorts(ports: RedrivePorts, { keep }: Exclusive): RedrivePorts {
  const { ingress, deadLetters, journal, clients, clock } = ports;
  return {
    ...ports,
    ingress: { send: (messages) => keep().then(() => ingress.send(messages)) },
    deadLetters: {
      receive: (options) => keep().then(() => deadLetters.receive(options)),
      delete: (handles) => deadLetters.delete(handles),
      changeVisibility: (changes) => deadLetters.changeVisibility(changes),
      depth: () => deadLetters.depth(),
    },
    journal: {
      read: (address) => keep().then(() => journal.read(address)),
      hasNewer: (group) => keep().then(() => journal.hasNewer(group)),
      async *rejections(period) {
        for await (const entry of journal.rejections(period)) {
          await keep();
          yield entry;
        }
      },
      write: (facts) => journal.write(facts),
      takeLock: (lock, now) => journal.takeLock(lock, now),
      giveLock: (lock) => journal.giveLock(lock),
    },
    clients: { get: (ids) => keep().then(() => clients.get(ids)) },
    clock: keepingClock(clock, keep),
  };
}

/** A long pause is made of short ones. What is wrong with the lock is told by the step that follows. */
function keepingClock(clock: Clock, keep: Exclusive["keep"]): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    random: () => clock.random(),
    async sleep(delayMs, signal) {
      const end = clock.monotonic() + delayMs;
      for (let leftMs = delayMs; leftMs > 0 && signal?.aborted !== true; leftMs = end - clock.monotonic()) {
        await clock.sleep(Math.min(leftMs, RENEW_AFTER_MS), signal);
        await keep().catch(() => undefined);
      }
    },
  };
}
