import { createFuzzHome } from "./fuzz-home.js";
import { CLIENT, INACTIVE_CLIENT, NARROW_CLIENT, type Shape } from "./hostile-body.js";
import type { Tally } from "./tally.js";
import { judgeWire } from "./wire-judge.js";
import { wireMessages } from "./wire-message.js";
import { connectTo } from "./wire-stack.js";

/** Memory that a processor may take, whatever it is sent. */
export const MAX_PEAK_BYTES = 400 * 1024 * 1024;

export interface WireReport extends Tally {
  eventsPerSecond: number;
  /** Undefined where the system does not tell. */
  peakBytes: number | undefined;
  isBounded: boolean;
}

/** Sends so many hostile messages to a stack of its own, lets the built program process them, and looks at what became of each. */
export async function fuzzWire(seed: number, count: number, shape: Shape): Promise<WireReport> {
  const home = await createFuzzHome(shape);
  const stack = connectTo(home.endpoint);
  try {
    const messages = [...wireMessages(seed, count, shape)];
    const ids = await stack.send(messages);
    const { summary, peakBytes } = await home.drain();
    const tally = judgeWire(messages, ids, {
      published: await stack.consume(`evp-${CLIENT}.fifo`),
      astray: [
        ...(await stack.consume(`evp-${INACTIVE_CLIENT}.fifo`)),
        ...(await stack.consume(`evp-${NARROW_CLIENT}.fifo`)),
      ],
      deadLetters: await stack.consume("evp-dlq.fifo"),
      duplicates: summary.duplicates,
    });
    return {
      ...tally,
      eventsPerSecond: Math.round((summary.received / summary.durationMs) * 1000),
      peakBytes,
      isBounded: (peakBytes ?? 0) < MAX_PEAK_BYTES,
    };
  } finally {
    stack.close();
    await home.end();
  }
}
