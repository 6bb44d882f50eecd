import fastify from "fastify";

/** A route of Fastify's that takes JSON and does nothing: what a gateway costs at least. */
const app = fastify({ logger: false });
app.post("/v1/events", async (_, reply) => reply.code(202).send({ messageId: "a51b3b43-6ddd-4ea8-b8c9-7c0bd7f66ee4" }));
await app.listen({ host: "127.0.0.1", port: 0 });
process.send?.(app.server.address());
process.on("disconnect", () => process.exit());
