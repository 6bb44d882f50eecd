import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { clientOptions } from "../../../../src/adapters/kafka/client-options.js";
import type { KafkaSettings } from "../../../../src/core/settings.js";

const SASL = { username: "evp", passwordEnv: "PASSWORD", tokenEnv: "TOKEN" };

function optionsFor(changes: Partial<KafkaSettings>, env: Record<string, string> = {}) {
  return clientOptions({ brokers: ["kafka.example:9092"], sessionTimeoutSeconds: 30, ...changes }, env);
}

function fileWith(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), "evp-kafka-options-")), "file");
  writeFileSync(file, text);
  return file;
}

it("asks for nothing that is not set, and tries nothing twice by itself", async () => {
  const options = await optionsFor({});
  expect(options).toMatchObject({ bootstrapBrokers: ["kafka.example:9092"], retries: 0, autocreateTopics: false });
  expect(Object.keys(options)).not.toContain("sasl");
  expect(Object.keys(options)).not.toContain("tls");
});

it.each(["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] as const)(
  "takes the password of %s from the environment",
  async (mechanism) => {
    const { sasl } = await optionsFor({ sasl: { ...SASL, mechanism } }, { PASSWORD: "hunter2" });
    expect(sasl).toEqual({ mechanism, username: "evp", password: "hunter2" });
  },
);

it("takes a token from the environment, or from a file that is read each time", async () => {
  const sasl = { ...SASL, mechanism: "OAUTHBEARER" } as const;
  expect((await optionsFor({ sasl }, { TOKEN: "one" })).sasl).toEqual({ mechanism: "OAUTHBEARER", token: "one" });
  const tokenFile = fileWith("two\n");
  const { token } = (await optionsFor({ sasl: { ...sasl, tokenFile } })).sasl ?? {};
  const read = () => (typeof token === "function" ? token() : undefined);
  expect(read()).toBe("two");
  writeFileSync(tokenFile, "three");
  expect(read()).toBe("three");
});

it("names the variable that is not set, or set to nothing", async () => {
  for (const env of [{}, { PASSWORD: "" }]) {
    const asked = optionsFor({ sasl: { ...SASL, mechanism: "PLAIN" } }, env);
    await expect(asked).rejects.toMatchObject({ category: "usage", message: expect.stringContaining("PASSWORD") });
  }
});

it("reads certificates, and tells TLS the server's name where it is a name", async () => {
  const ca = fileWith("authority");
  expect(await optionsFor({ ssl: { ca } })).toMatchObject({ tls: { ca: "authority" }, tlsServerName: true });
  expect(await optionsFor({ ssl: {} })).toMatchObject({ tls: {}, tlsServerName: true });
  for (const broker of ["10.0.0.1:9093", "[::1]:9093"]) {
    expect(await optionsFor({ ssl: {}, brokers: [broker] })).toMatchObject({ tlsServerName: false });
  }
});

it("names a file that cannot be read", async () => {
  const asked = optionsFor({ ssl: { ca: "/nowhere/ca.pem" } });
  await expect(asked).rejects.toMatchObject({ category: "usage", message: expect.stringContaining("/kafka/ssl/ca") });
});
