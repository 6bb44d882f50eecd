import { describe, expect, it } from "vitest";
import { systemClock } from "../../src/adapters/system-clock.js";
import { initStack } from "../../src/app/init.js";
import { toCloudFormation } from "../../src/core/export/cloudformation.js";
import { planExport, type StackExport } from "../../src/core/export/stack-export.js";
import { toTerraform } from "../../src/core/export/terraform.js";
import { defaultNames } from "../../src/core/names.js";
import type { Settings } from "../../src/core/settings.js";
import { deploy, type Made } from "../factories/deployment.js";
import { readCloudFormation } from "../factories/read-cloudformation.js";
import { readTerraform } from "../factories/read-terraform.js";
import { servedTarget } from "./aws-target.js";

const target = servedTarget();
const LANGUAGES: [string, (stack: StackExport) => Made[]][] = [
  ["CloudFormation", (stack) => readCloudFormation(toCloudFormation(stack))],
  ["Terraform", (stack) => readTerraform(toTerraform(stack))],
];

/** Deploys the export of a stack of which nothing exists, as `change` has it. @returns what `evp init` says then */
async function deployed(
  read: (stack: StackExport) => Made[],
  { changes = {}, change = (made) => made }: { changes?: Partial<Settings>; change?: (made: Made[]) => Made[] } = {},
) {
  const { connection, settings } = target.open(changes);
  await deploy(target.services(), change(read(planExport(settings, { place: {}, withFunction: true }))));
  const init = (dryRun: boolean) => initStack({ connection, clock: systemClock }, settings, { dryRun });
  const unlike = async (dryRun: boolean) => {
    const { resources } = await init(dryRun);
    return resources
      .filter(({ action }) => action !== "unchanged" && action !== "skipped")
      .map(
        ({ kind, name, action, detail }) => `${action} ${kind} ${name.replace(settings.stack, "evp")} ${detail ?? ""}`,
      );
  };
  return { unlike };
}

const REGISTRATIONS = ["created client client-1 ", "created client client-2 "];

describe.each(LANGUAGES)("a stack made by %s", (_, read) => {
  it("is what evp init wants, which then only registers the clients", async () => {
    const { unlike } = await deployed(read);
    expect(await unlike(true)).toEqual(REGISTRATIONS);
    expect(await unlike(false)).toEqual(REGISTRATIONS);
    expect(await unlike(true)).toEqual([]);
  });

  it.each<[string, Partial<Settings>]>([
    ["a standard ingress queue", { ingress: { kind: "standard", visibilitySeconds: 30, maxReceiveCount: 10 } }],
    ["no indexes", { journal: { retentionDays: 30, replayIndex: false, rejectionIndex: false } }],
    ["a client whose id is no word", { clients: [{ id: "Shop_A-1", allowedTypes: [], active: true }] }],
  ])("with %s, too", async (name, given) => {
    const stack = `odd${name.length}${read === LANGUAGES[0]?.[1] ? "c" : "t"}`;
    const names = defaultNames(stack, {}, given.ingress?.kind);
    const { unlike } = await deployed(read, { changes: { ...given, stack, names } });
    expect((await unlike(true)).filter((line) => !line.startsWith("created client"))).toEqual([]);
  });

  it.each<[string, (made: Made) => Made, string]>([
    ["a setting", (made) => withAttribute(made, "VisibilityTimeout", "45"), "VisibilityTimeout was 45, is to be 60"],
    ["a scope", (made) => withAttribute(made, "FifoThroughputScope", "Topic"), "FifoThroughputScope was Topic"],
    ["a delivery", (made) => withAttribute(made, "RawMessageDelivery", "false"), "RawMessageDelivery was false"],
    ["a tag", (made) => ("tags" in made ? { ...made, tags: {} } : made), "tag evp:stack was none"],
    ["an index", (made) => (made.kind === "table" ? withoutIndexes(made) : made), "index by-client-hour was none"],
    ["a policy", (made) => (made.kind === "queue-policy" ? allowingAll(made) : made), "Policy was"],
  ])("that differs in %s is told apart", async (_name, change, difference) => {
    const { unlike } = await deployed(read, { change: (made) => made.map(change) });
    expect((await unlike(true)).join("\n")).toContain(difference);
  });
});

it("what the embedded stack cannot show is in both exports, too", () => {
  const { settings } = target.open();
  const stack = planExport(settings, { place: {}, withFunction: false });
  for (const [, read] of LANGUAGES) {
    const tables = read(stack).flatMap((made) => (made.kind === "table" ? [made] : []));
    expect(tables.map(({ timeToLive, isRecoverable }) => ({ timeToLive, isRecoverable }))).toEqual([
      { timeToLive: "expiresAt", isRecoverable: true },
      { timeToLive: undefined, isRecoverable: true },
      { timeToLive: undefined, isRecoverable: true },
    ]);
  }
});

function withAttribute(made: Made, name: string, value: string): Made {
  if (!("attributes" in made) || !(name in made.attributes)) return made;
  return { ...made, attributes: { ...made.attributes, [name]: value } };
}

function withoutIndexes(made: Extract<Made, { kind: "table" }>): Made {
  const types = Object.fromEntries(Object.entries(made.types).filter(([name]) => made.key.includes(name)));
  return { ...made, indexes: [], types };
}

function allowingAll(made: Extract<Made, { kind: "queue-policy" }>): Made {
  return { ...made, policy: made.policy.replace("sns.amazonaws.com", "s3.amazonaws.com") };
}
