import type { CommandSpec } from "../command-spec.js";

export const localStartCommand: CommandSpec = {
  name: "start",
  summary: "start the embedded stack in the background",
  description:
    "Starts the embedded stack in the background, unless it runs. Other commands start it too when they need it. It listens on 127.0.0.1 only; any AWS client can use it with --endpoint-url.",
  examples: [
    { run: "evp local start", does: "and print where it listens" },
    { run: "aws --endpoint-url http://127.0.0.1:4566 sqs list-queues", does: "look at it with the AWS CLI" },
  ],
  async run(invocation) {
    const { localPlace, startedText } = await import("../stack-session.js");
    const { renderLocalStatus } = await import("../../ui/plain/local-status.js");
    const { context, output } = invocation;
    const place = await localPlace(invocation);
    const stack = await context.localStack.ensure(place);
    if (stack.started) output.note(startedText(stack, place.port));
    await output.result(await context.localStack.status(place.stateDir), renderLocalStatus);
  },
};
