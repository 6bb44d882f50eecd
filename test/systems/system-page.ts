import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { SQSClient } from "@aws-sdk/client-sqs";
import { onTestFinished } from "vitest";
import { createEvpHome, type EvpHome } from "../factories/evp-home.js";

/** Absolute path of the folder of a system that evp stands in for. */
export function systemFolder(name: string): string {
  return resolve(import.meta.dirname, "../../fixtures/systems", name);
}

/** The commands of the first shell block of a system's page, each as the arguments of evp. */
export async function commandsOfPage(folder: string): Promise<string[][]> {
  const page = await readFile(join(folder, "README.md"), "utf8");
  const [, block = ""] = /```sh\n([^`]*)```/.exec(page) ?? [];
  const lines = block
    .trim()
    .split("\n")
    .filter((line) => line.startsWith("evp "));
  return lines.map((line) =>
    line
      .replace(/\s+#.*/, "")
      .split(" ")
      .slice(1),
  );
}

/** Runs every command of a system's page, with `--json`. @returns what each printed; fails with the first that fails */
export async function followPage(name: string): Promise<{ home: EvpHome; documents: string[] }> {
  const home = await createEvpHome({}, systemFolder(name));
  const documents: string[] = [];
  for (const command of await commandsOfPage(systemFolder(name))) {
    const { exitCode, stdout, stderr } = await home.run([...command, "--json"]);
    if (exitCode !== 0) throw new Error(`evp ${command.join(" ")} ended with ${exitCode}: ${stderr}`);
    documents.push(stdout);
  }
  return { home, documents };
}

/** A system's own producers and clients know SQS, and nothing of evp. */
export async function connectProducers(home: EvpHome): Promise<{ sqs: SQSClient; urlOf: (queue: string) => string }> {
  const { endpoint } = await home.json<{ endpoint: string }>(["local", "status"]);
  const credentials = { accessKeyId: "producer", secretAccessKey: "secret" };
  const sqs = new SQSClient({ endpoint, region: "us-east-1", credentials });
  onTestFinished(() => sqs.destroy());
  return { sqs, urlOf: (queue) => `${endpoint}/000000000000/${queue}` };
}

/** NDJSON as documents. */
export function linesOf<Document>(text: string): Document[] {
  return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
}
