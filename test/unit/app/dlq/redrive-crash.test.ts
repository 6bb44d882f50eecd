import { describe, expect, it } from "vitest";
import { redriveDeadLetters } from "../../../../src/app/dlq/redrive-dead-letters.js";
import { setUpStack } from "./dead-letter-fixtures.js";

/** A program that dies at its n-th call: before the call has its effect, or before it hears of it. Nothing it calls afterwards happens. */
function dieAt(death: number, when: "before" | "after") {
  let calls = 0;
  const mortal = <Port extends object>(port: Port): Port =>
    new Proxy(port, {
      get(target, name) {
        const member = Reflect.get(target, name);
        if (typeof member !== "function" || name === "rejections") return member;
        return async (...args: unknown[]) => {
          calls += 1;
          if (calls > death || (calls === death && when === "before")) throw new Error("dead");
          const answer = await Reflect.apply(member, target, args);
          if (calls >= death) throw new Error("dead");
          return answer;
        };
      },
    });
  return { mortal, hasDied: () => calls >= death };
}

async function stackWithLetters() {
  const stack = setUpStack();
  for (const sequence of [3, 1, 2, 4, 6, 5]) {
    await stack.reject({ messageId: `r-${sequence}`, groupId: sequence % 2 === 0 ? "even" : "odd", sequence });
  }
  await stack.move(JSON.stringify({ moved: true }), "moved");
  return stack;
}

describe("a redrive that is killed at any instruction and run again", () => {
  it.each(["before", "after"] as const)(
    "sends every letter once and in order (dies %s a call has its effect)",
    async (when) => {
      for (let death = 1; ; death++) {
        const stack = await stackWithLetters();
        const { mortal, hasDied } = dieAt(death, when);
        const { ingress, deadLetters, journal } = stack.ports;
        const doomed = {
          ...stack.ports,
          ingress: mortal(ingress),
          deadLetters: mortal(deadLetters),
          journal: mortal(journal),
        };
        const options = { filter: {}, retentionDays: 30, force: true };
        await redriveDeadLetters(doomed, options).catch(() => undefined);
        const report = await redriveDeadLetters({ ...stack.ports, holder: "run-2" }, options);
        const sent = (groupId: string) =>
          stack.ingress.contents
            .filter((message) => message.groupId === groupId)
            .map(({ attributes }) => attributes["evp-redrive-of"]);
        expect([death, sent("odd"), sent("even"), sent("moved").length]).toEqual([
          death,
          ["r-1", "r-3", "r-5"],
          ["r-2", "r-4", "r-6"],
          1,
        ]);
        expect([death, stack.deadLetters.contents, report.failed]).toEqual([death, [], []]);
        expect(stack.journal.facts.filter(({ fact }) => fact === "redriven")).toHaveLength(7);
        if (!hasDied()) break;
        expect(death).toBeLessThan(100);
      }
    },
  );
});
