import { describe, expect, it } from "vitest";
import { eventBody } from "../../factories/events.js";
import { createStack, MINUTE, startProcessor } from "../../factories/running-processor.js";

/** A stack of which the topics refuse a body with the word `unwanted`, and a way to drain it. */
function createChoosyStack() {
  const { clock, stack } = createStack();
  const { connection } = stack;
  const publish = connection.publisher.publish.bind(connection.publisher);
  const fault = { code: "InvalidParameter", message: "no", isSenderFault: true };
  const isUnwanted = ({ body }: { body: string }) => body.includes("unwanted");
  connection.publisher.publish = async (topicArn, publications) => {
    const others = publications.filter((publication) => !isUnwanted(publication));
    const results = others.length === 0 ? [] : await publish(topicArn, others);
    return publications.map((publication) => {
      return isUnwanted(publication) ? { ok: false, fault } : (results.shift() ?? { ok: false, fault });
    });
  };
  const drain = async () => {
    const { summary } = startProcessor(stack, clock, { connection });
    await clock.advance(MINUTE);
    return summary;
  };
  return { stack, drain };
}

const body = (note: string) => eventBody({ id: "e-1", payload: { transactionId: note, amount: 1, currency: "BRL" } });

describe("a mended copy of an event that was stored, and refused by its topic", () => {
  it("keeps its id, and is published", async () => {
    const { stack, drain } = createChoosyStack();
    stack.send("g", body("unwanted"));
    await drain();
    expect(stack.factNames("e-1")).toEqual(["accepted", "rejected"]);
    stack.send("g", body("wanted"));
    expect(await drain()).toMatchObject({ published: 1, rejected: 0 });
    expect(stack.delivered("client-1")).toEqual(["e-1"]);
    const [accepted] = stack.facts.filter((fact) => fact.fact === "accepted");
    expect(accepted).toMatchObject({ body: body("wanted") });
  });

  it("takes the id for good: what else comes under it is in conflict", async () => {
    const { stack, drain } = createChoosyStack();
    stack.send("g", body("unwanted"));
    stack.send("g", body("wanted"));
    stack.send("g", body("another"));
    expect(await drain()).toMatchObject({ published: 1, rejected: 2 });
    const reasons = stack.facts.flatMap((fact) => (fact.fact === "rejected" ? [fact.reason] : []));
    expect(reasons).toEqual(["delivery-refused", "id-conflict"]);
  });
});
