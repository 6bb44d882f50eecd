import { randomBytes } from "node:crypto";
import type { ProducerPorts, ProducerView } from "../app/producer.js";
import type { Invocation } from "./command-spec.js";
import type { StackSession } from "./stack-session.js";

/** Changes the producer of the first argument, and shows it as it then is. */
export async function changeProducer(
  invocation: Invocation,
  doing: string,
  change: (ports: ProducerPorts, producerId: string, session: StackSession) => Promise<ProducerView>,
): Promise<void> {
  const { context, args, output } = invocation;
  const { withStack } = await import("./stack-session.js");
  const { renderProducer } = await import("../ui/plain/producers.js");
  await withStack(invocation, { changes: true }, async (session) => {
    const ports = { producers: session.connection.producers, clock: context.clock, randomBytes };
    const progress = await output.spin(doing);
    const producer = await change(ports, args[0] ?? "", session).finally(progress.stop);
    await output.result(producer, renderProducer);
  });
}
