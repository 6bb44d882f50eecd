import { describe, expect, it } from "vitest";
import { afterFailure, type Breaker, CLOSED, dropProbe, startProbe } from "../../../src/core/breaker.js";

const always = (value: number) => () => value;

function failing(times: number): Breaker {
  let breaker = CLOSED;
  for (let count = 0; count < times; count++) breaker = afterFailure(breaker, 1_000, always(0));
  return breaker;
}

describe("a breaker", () => {
  it("opens at the fifth failure in a row", () => {
    expect(failing(4)).toEqual({ state: "closed", failures: 4 });
    expect(failing(5)).toEqual({ state: "open", since: 1_000, trips: 1, retryAt: 1_500 });
  });

  it("pays no heed to the failures of calls that were under way when it opened", () => {
    expect(failing(20)).toEqual(failing(5));
  });

  it("lets one probe through once its pause is over", () => {
    expect(startProbe(failing(5), 1_499)).toBeUndefined();
    const probing = startProbe(failing(5), 1_500);
    expect(probing).toEqual({ state: "probing", since: 1_000, trips: 1 });
    expect(startProbe(probing ?? CLOSED, 9_999)).toBeUndefined();
  });

  it.each([
    { trips: 1, pauseMs: [1_000, 2_000] },
    { trips: 4, pauseMs: [7_500, 15_000] },
    { trips: 1_000, pauseMs: [7_500, 15_000] },
  ])("pauses for longer after a probe that fails, up to 15 s (trip $trips)", ({ trips, pauseMs }) => {
    const probing: Breaker = { state: "probing", since: 0, trips };
    const shortest = { state: "open", since: 0, trips: trips + 1, retryAt: 100 + (pauseMs[0] ?? 0) };
    expect(afterFailure(probing, 100, always(0))).toEqual(shortest);
    expect(afterFailure(probing, 100, always(1))).toMatchObject({ retryAt: 100 + (pauseMs[1] ?? 0) });
  });

  it("lets the next probe go at once after one that never reached the dependency", () => {
    const dropped = dropProbe({ state: "probing", since: 5, trips: 2 }, 700);
    expect(dropped).toEqual({ state: "open", since: 5, trips: 2, retryAt: 700 });
    expect(dropProbe(CLOSED, 700)).toBe(CLOSED);
  });
});
