import { expect, it } from "vitest";
import { untilAborted } from "../../../../src/app/send/until-aborted.js";

it("does not mind what a source that was given up says in the end", async () => {
  const controller = new AbortController();
  const rejected: unknown[] = [];
  const listen = (reason: unknown) => rejected.push(reason);
  process.on("unhandledRejection", listen);
  const source = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise<IteratorResult<number>>(() => undefined),
      return: () => Promise.reject(new Error("closing failed")),
    }),
  };
  queueMicrotask(() => controller.abort());
  for await (const _ of untilAborted(source, controller.signal)) expect.unreachable();
  await new Promise((resolve) => setImmediate(resolve));
  process.off("unhandledRejection", listen);
  expect(rejected).toEqual([]);
});
