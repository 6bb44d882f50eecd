import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { resolveSettings } from "../../../src/cli/config/resolve-settings.js";
import { temporaryFolder } from "./fake-context.js";

const packageRoot = resolve(import.meta.dirname, "../../..");

async function kafkaOf(kafka: unknown, env: Record<string, string> = {}) {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, "evp.config.json"), JSON.stringify({ kafka }));
  const { settings, origins } = await resolveSettings({ cwd, env, packageRoot }, { color: true, input: true });
  return { cwd, kafka: settings.kafka, origins };
}

describe("the config's section kafka", () => {
  it("is empty by default", async () => {
    const { kafka } = await kafkaOf({});
    expect(kafka).toMatchObject({ brokers: [], topic: undefined, group: undefined, sessionTimeoutSeconds: 30 });
  });

  it("is beaten by the environment", async () => {
    const given = { brokers: ["a:1"], topic: "from-file", group: "from-file" };
    const env = { EVP_KAFKA_BROKERS: "b:2, c:3", EVP_KAFKA_TOPIC: "from-env" };
    const { kafka, origins } = await kafkaOf(given, env);
    expect(kafka).toMatchObject({ brokers: ["b:2", "c:3"], topic: "from-env", group: "from-file" });
    expect(origins.get("kafka.topic")).toEqual({ source: "environment", name: "EVP_KAFKA_TOPIC" });
    expect(origins.get("kafka.group")).toEqual({ source: "file", name: "/kafka/group" });
  });

  it("names files beside itself, and variables for what is secret", async () => {
    const { cwd, kafka } = await kafkaOf({
      sasl: { mechanism: "OAUTHBEARER", tokenFile: "token" },
      ssl: { ca: "ca.pem", cert: "/etc/cert.pem", key: "key.pem" },
    });
    expect(kafka.sasl).toEqual({
      mechanism: "OAUTHBEARER",
      tokenFile: join(cwd, "token"),
      passwordEnv: "EVP_KAFKA_PASSWORD",
      tokenEnv: "EVP_KAFKA_TOKEN",
    });
    expect(kafka.ssl).toEqual({ ca: join(cwd, "ca.pem"), cert: "/etc/cert.pem", key: join(cwd, "key.pem") });
  });

  it.each([
    ["a password", { sasl: { mechanism: "PLAIN", username: "evp", password: "hunter2" } }, "/kafka/sasl/password"],
    ["a mechanism without a user", { sasl: { mechanism: "SCRAM-SHA-512" } }, "/kafka/sasl"],
    ["a mechanism that there is not", { sasl: { mechanism: "GSSAPI" } }, "/kafka/sasl/mechanism"],
    ["a certificate without its key", { ssl: { cert: "cert.pem" } }, "/kafka/ssl"],
    ["a broker without its port", { brokers: ["localhost"] }, "/kafka/brokers/0"],
    ["a topic that cannot be one", { topic: "a b" }, "/kafka/topic"],
  ])("refuses %s", async (_, kafka, place) => {
    const message = expect.stringContaining(place);
    await expect(kafkaOf(kafka)).rejects.toMatchObject({ category: "usage", message });
  });
});
