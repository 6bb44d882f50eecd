/** What Lambda runs a function in: loads the bundle that it is told, and hands it one event after the other. */
const { handler } = require(process.argv[2]);

process.on("message", ({ event, timeoutMs }) => {
  const endsAt = performance.now() + timeoutMs;
  handler(event, { getRemainingTimeInMillis: () => endsAt - performance.now() }).then(
    (answer) => process.send({ answer }),
    (error) => process.send({ error: String(error) }),
  );
});
