import { describe, expect, it } from "vitest";
import type { DoctorWorld } from "../../../../src/app/doctor/doctor-world.js";
import { doctorProblem, runDoctor } from "../../../../src/app/doctor/run-doctor.js";
import { initStack } from "../../../../src/app/init.js";
import { EvpError } from "../../../../src/core/errors.js";
import type { Settings } from "../../../../src/core/settings.js";
import { CallError, type CallErrorKind } from "../../../../src/ports/call.js";
import type { Diagnostics, ServiceName } from "../../../../src/ports/diagnostics.js";
import { createInstantClock } from "../../../doubles/instant-clock.js";
import { createMemoryJournal } from "../../../doubles/memory-journal.js";
import { settingsOf } from "../../../factories/settings.js";
import { StackDouble } from "../stack-double.js";

const EMPTY = { visible: 0, inFlight: 0, delayed: 0 };

function callError(kind: CallErrorKind, code: string): CallError {
  return new CallError(`asking: ${code}`, { code, message: code, isSenderFault: false }, kind);
}

/** A stack that is well; receiving or changing anything fails. */
async function wellStack(changes: Partial<Settings> = {}) {
  const settings = settingsOf(changes);
  const stack = new StackDouble();
  const clock = createInstantClock();
  await initStack({ connection: stack, clock }, settings, { dryRun: false });
  const diagnostics: Diagnostics = {
    probe: async (service) => ({
      service,
      host: "aws.example",
      serverTime: clock.now(),
      answeredAt: clock.now(),
      error: undefined,
    }),
    caller: async () => ({ account: "000000000000", arn: "arn:aws:iam::000000000000:user/local", region: "us-east-1" }),
    queueAttributes: async () => ({ MaximumMessageSize: "1048576", VisibilityTimeout: "60" }),
    topicAttributes: async () => ({}),
    countSubscriptions: async () => 1,
    tableStatus: async () => "ACTIVE",
    deniedPrivileges: async () => [],
    async *topicPages() {
      yield ["arn:aws:sns:us-east-1:000000000000:evp-client-1.fifo"];
    },
  };
  const depths = new Map<string, typeof EMPTY>();
  const queue = (name: string) => ({
    name,
    depth: async () => depths.get(name) ?? EMPTY,
    receive: refuse("receive"),
    send: refuse("send"),
    delete: refuse("delete"),
    changeVisibility: refuse("changeVisibility"),
  });
  const connection = {
    ingress: queue(settings.names.ingressQueue),
    deadLetters: queue(settings.names.deadLetterQueue),
    queue,
    journal: createMemoryJournal(),
    clients: stack.clients,
    provisioner: stack.provisioner,
    diagnostics,
  };
  const world: DoctorWorld = {
    version: "1.2.3",
    nodeVersion: "26.10.0",
    config: { settings, file: "evp.config.json", sources: [{ name: "stack", value: "evp", from: "default" }] },
    localStack: undefined,
    connection,
    compileSchemas: async () => 4,
    clock,
  };
  return { world, stack, diagnostics, depths };
}

function refuse(call: string): () => never {
  return () => {
    throw new Error(`a doctor must not ${call}`);
  };
}

async function look(world: DoctorWorld) {
  const report = await runDoctor(world, () => undefined);
  return { report, problem: doctorProblem(report), of: (id: string) => report.checks.find((check) => check.id === id) };
}

describe("a stack that is well", () => {
  it("has no findings, and is left as it is", async () => {
    const { world, stack } = await wellStack();
    const done = stack.log.length;
    const { report, problem } = await look(world);
    expect(stack.log).toHaveLength(done);
    expect(report.checks.map(({ id, status }) => `${id} ${status}`)).toEqual([
      ...["node ok", "config ok", "schemas ok"],
      ...["reach-sqs ok", "reach-sns ok", "reach-dynamodb ok", "reach-sts ok", "clock ok", "credentials ok"],
      ...["resources ok", "permissions ok", "sizes ok", "timeouts ok", "quotas skipped"],
      ...["processors ok", "dlq ok", "undelivered ok", "blocked-groups ok"],
    ]);
    expect(problem).toBeUndefined();
    expect(report).toMatchObject({
      target: "local",
      stack: "evp",
      settings: [{ name: "stack", value: "evp", from: "default" }],
    });
  });

  it("says what was not tried", async () => {
    const { world } = await wellStack();
    const { of } = await look(world);
    expect(of("permissions")?.detail).toMatch(
      /not tried, since they would change something: sqs:ReceiveMessage,.+sns:Publish/,
    );
  });
});

describe("findings", () => {
  it("are resources that are missing, have drifted, or are somebody else's", async () => {
    const { world, stack } = await wellStack();
    stack.resources.delete("queue evp-client-2.fifo");
    const differences = [{ attribute: "VisibilityTimeout", wanted: "60", found: "30" }];
    stack.findings.set("queue evp-ingress.fifo", { state: "drifted", differences });
    stack.findings.set("topic evp-client-1.fifo", {
      state: "conflict",
      differences: [{ attribute: "tag evp:stack", wanted: "evp", found: "other" }],
    });
    const { of, problem } = await look(world);
    expect(of("resources")).toEqual({
      id: "resources",
      title: "Resources",
      status: "fail",
      detail: "3 findings",
      hint: "Remove what is in the way, or name another resource in the config; evp init --dry-run tells more.",
      items: [
        "queue evp-ingress.fifo: VisibilityTimeout is 30, planned is 60",
        "topic evp-client-1.fifo: tag evp:stack is other, must be evp, and cannot be changed",
        "queue evp-client-2.fifo is missing",
      ],
    });
    expect(of("dlq")?.status).toBe("ok");
    expect(problem).toMatchObject({ exitCode: 5, code: "unhealthy" });
  });

  it("are one for a stack that is not there, and nothing in it is looked at", async () => {
    const { world, stack } = await wellStack();
    stack.resources.clear();
    const { of } = await look(world);
    expect(of("resources")).toMatchObject({ status: "fail", detail: "the stack is not there", hint: "Run evp init." });
    expect(of("dlq")).toMatchObject({ status: "skipped", detail: "not looked at: Resources has to be well first" });
  });

  it("are calls that this identity may not make", async () => {
    const { world, diagnostics } = await wellStack();
    diagnostics.countSubscriptions = () => Promise.reject(callError("credentials", "AuthorizationError"));
    const { of } = await look(world);
    expect(of("permissions")).toMatchObject({
      status: "fail",
      items: [1, 2].map(
        (client) =>
          `sns:ListSubscriptionsByTopic on arn:aws:sns:us-east-1:000000000000:evp-client-${client}.fifo is denied`,
      ),
      hint: "Grant this identity the actions, or use another one with --profile.",
    });
  });

  it("are queues that should be empty, and messages that nobody works on", async () => {
    const { world, depths } = await wellStack();
    depths.set("evp-dlq.fifo", { ...EMPTY, visible: 2 });
    depths.set("evp-undelivered.fifo", { ...EMPTY, visible: 1 });
    depths.set("evp-ingress.fifo", { ...EMPTY, visible: 3 });
    const { of, problem } = await look(world);
    expect(of("dlq")).toMatchObject({ status: "warn", detail: "2 dead letters" });
    expect(of("undelivered")).toMatchObject({ status: "warn" });
    expect(of("processors")).toMatchObject({ status: "warn", detail: "none runs, and 3 messages wait" });
    expect(problem?.message).toBe("3 of 18 checks found something: 3 with a warning");
  });

  it("are a config that cannot be read, and schemas that do not compile", async () => {
    const { world } = await wellStack();
    const problem = new EvpError("evp.config.json: /stak is no setting", {
      code: "config-invalid",
      category: "usage",
      hint: "see",
    });
    const broken = await look({ ...world, config: { problem } });
    expect(broken.report).toMatchObject({ target: null, stack: null, settings: [] });
    expect(broken.of("config")).toMatchObject({
      status: "fail",
      detail: "evp.config.json: /stak is no setting",
      hint: "see",
    });
    expect(broken.of("target")?.status).toBe("skipped");

    const compileSchemas = () =>
      Promise.reject(new EvpError("a.json: no", { code: "schema-invalid", category: "usage" }));
    expect((await look({ ...world, compileSchemas })).of("schemas")).toMatchObject({
      status: "fail",
      detail: "a.json: no",
    });
  });
});

describe("a target that is not there", () => {
  it("is told service by service, and the rest is skipped", async () => {
    const { world, diagnostics } = await wellStack();
    diagnostics.probe = async (service: ServiceName) => {
      const isDown = service === "sns";
      const error = isDown ? callError("unreachable", "ECONNREFUSED") : undefined;
      return { service, host: "aws.example", serverTime: isDown ? undefined : 0, answeredAt: 0, error };
    };
    const { of } = await look(world);
    expect(of("reach-sns")).toMatchObject({ status: "fail", detail: "does not answer at aws.example: ECONNREFUSED" });
    expect(of("resources")).toMatchObject({ status: "skipped", detail: "not looked at: SNS has to be well first" });
    expect(of("dlq")?.status).toBe("ok");
  });

  it("is an embedded stack that does not run, and is not started", async () => {
    const { world } = await wellStack();
    const localStack = {
      stateDir: "/x/.evp",
      wantedPort: 4566,
      running: undefined,
      record: undefined,
      portHolder: "nobody" as const,
    };
    const { report, of } = await look({ ...world, localStack, connection: undefined });
    expect(of("local-stack")).toMatchObject({
      status: "warn",
      hint: "Start it with evp local start; any command that needs it does that too.",
    });
    const after = report.checks.slice(report.checks.findIndex(({ id }) => id === "local-stack") + 1);
    expect(new Set(after.map(({ status }) => status))).toEqual(new Set(["skipped"]));
    expect(after).toHaveLength(15);
  });

  it("does not know whoever calls", async () => {
    const { world, diagnostics } = await wellStack();
    diagnostics.caller = () => Promise.reject(callError("credentials", "InvalidClientTokenId"));
    const { of } = await look(world);
    expect(of("credentials")).toMatchObject({ status: "fail", detail: "asking: InvalidClientTokenId" });
    expect(of("processors")).toMatchObject({ detail: "not looked at: Credentials has to be well first" });
  });
});

it("quotas are counted on AWS alone", async () => {
  const target: Settings["target"] = { kind: "aws", name: "aws", region: "us-east-1" };
  const { world } = await wellStack({ target });
  expect((await look(world)).of("quotas")).toMatchObject({
    status: "ok",
    detail: "1 of 1000 FIFO topics; no client topic near 100 subscriptions",
  });
});
