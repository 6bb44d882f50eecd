import { expect, it } from "vitest";
import { watchDepth } from "../../../../src/app/processor-reports/watch-depth.js";
import { createManualClock } from "../../../factories/manual-clock.js";

it("the queue is asked every five seconds, and what it does not tell is not known", async () => {
  const clock = createManualClock();
  const closed = new AbortController();
  let asked = 0;
  const known = watchDepth(
    async () => {
      asked += 1;
      if (asked === 2) throw new Error("no answer");
      return { visible: asked, inFlight: 0, delayed: 0 };
    },
    clock,
    closed.signal,
  );
  expect(known.depth).toBeUndefined();
  await clock.advance(4_999);
  expect([asked, known.depth?.visible]).toEqual([1, 1]);
  await clock.advance(1);
  expect([asked, known.depth]).toEqual([2, undefined]);
  await clock.advance(5_000);
  expect(known.depth?.visible).toBe(3);
  closed.abort();
  await clock.advance(60_000);
  expect(asked).toBe(3);
});
