import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it, onTestFinished } from "vitest";
import type { DoctorReport } from "../../src/app/doctor/run-doctor.js";
import { createEvpHome, type EvpHome } from "../factories/evp-home.js";

/** The report, which must be as its schema says. */
async function examine(home: EvpHome, args: string[] = []) {
  const { exitCode, stdout, stderr } = await home.run(["doctor", "--json", ...args]);
  const report: DoctorReport = JSON.parse(stdout);
  const schema: object = JSON.parse(
    await readFile(resolve(import.meta.dirname, "../../schemas/output/doctor.json"), "utf8"),
  );
  const validate = new Ajv2020({ allErrors: true }).compile(schema);
  validate(report);
  expect(validate.errors).toBeNull();
  return { exitCode, stderr, report, of: (id: string) => report.checks.find((check) => check.id === id) };
}

/** Answers every call as AWS answers a caller whom it does not know. @returns its URL, with a password in it */
async function strangersOnly(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      const isJson = String(request.headers["content-type"]).includes("amz-json");
      const message = "The security token included in the request is invalid.";
      const body = isJson
        ? JSON.stringify({ __type: "UnrecognizedClientException", message })
        : `<ErrorResponse><Error><Type>Sender</Type><Code>InvalidClientTokenId</Code><Message>${message}</Message></Error></ErrorResponse>`;
      response.writeHead(403, { "content-type": isJson ? "application/x-amz-json-1.0" : "text/xml" }).end(body);
    });
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((listening) => server.once("listening", listening));
  return `http://me:hunter2@127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("evp doctor", () => {
  it("finds nothing on a stack that is well, and what has become of it later", async () => {
    const home = await createEvpHome();
    await home.json(["init"]);
    const well = await examine(home);
    expect(well).toMatchObject({ exitCode: 0, stderr: "" });
    expect(well.report.checks.filter(({ status }) => status !== "ok").map(({ id }) => id)).toEqual(["quotas"]);
    expect(well.of("clock")).toMatchObject({ detail: "within 1 s of the services'" });
    expect(well.report.settings).toContainEqual({ name: "stack", value: "evp", from: "default" });

    await home.json(["send", "--fixture", "invalid"]);
    await home.json(["process", "--drain"]);
    await home.json(["send", "--fixture", "valid"]);
    await writeFile(join(home.folder, "evp.config.json"), JSON.stringify({ ingress: { visibilitySeconds: 45 } }));
    const { exitCode, of, report } = await examine(home);
    expect(exitCode).toBe(5);
    expect(of("resources")).toEqual({
      id: "resources",
      title: "Resources",
      status: "warn",
      detail: "queue evp-ingress.fifo: VisibilityTimeout is 60, planned is 45",
      hint: "evp init --dry-run shows what would be done, evp init does it.",
    });
    expect(of("dlq")).toMatchObject({ status: "warn", detail: "3 dead letters" });
    expect(of("processors")).toMatchObject({ status: "warn", detail: "none runs, and 8 messages wait" });
    expect(report.settings).toContainEqual({
      name: "ingress.visibilitySeconds",
      value: 45,
      from: "config file /ingress/visibilitySeconds",
    });

    const shown = await home.run(["doctor"]);
    expect(shown.stdout).toContain("warn  DLQ             3 dead letters\n");
    expect(shown.stdout).toMatch(/ +→ evp dlq list shows them, evp dlq redrive sends them again\.\n/);
    expect(shown.stdout).toMatch(/\n19 checks: 3 with a warning, 15 ok, 1 not made$/);
    expect(shown.stderr).toBe("evp: 3 of 19 checks found something: 3 with a warning");
  });

  it("does not start the embedded stack, and tells one that was never made", async () => {
    const home = await createEvpHome();
    const never = await examine(home);
    expect(never.exitCode).toBe(5);
    expect(never.of("local-stack")?.detail).toContain(`does not run, and never did in ${home.folder}/.evp`);
    expect(never.of("resources")).toMatchObject({
      status: "skipped",
      detail: "not looked at: Embedded stack has to be well first",
    });
    expect(await home.json(["local", "status"])).toMatchObject({ running: false });

    await home.run(["local", "start"]);
    expect((await examine(home)).of("resources")).toMatchObject({
      status: "fail",
      detail: "the stack is not there",
      hint: "Run evp init.",
    });
    await home.run(["local", "stop"]);
    expect((await examine(home)).of("local-stack")?.detail).toMatch(/^does not run \(process \d+ is gone\)/);
  });

  it("tells a target that does not answer, service by service, without a stack trace", async () => {
    const home = await createEvpHome();
    // Nothing listens on the port of the discard protocol.
    const { exitCode, of, stderr } = await examine(home, ["--endpoint-url", "http://127.0.0.1:9"]);
    expect(exitCode).toBe(5);
    for (const id of ["reach-sqs", "reach-sns", "reach-dynamodb", "reach-sts"]) {
      expect(of(id)).toMatchObject({ status: "fail", hint: "Check the endpoint, and that it is running." });
    }
    expect(of("dlq")).toMatchObject({ status: "skipped", detail: "not looked at: SQS has to be well first" });
    expect(stderr).not.toContain("    at ");
  });

  it("tells credentials that are refused, and shows no secret", async () => {
    const home = await createEvpHome();
    const { of, report } = await examine(home, ["--endpoint-url", await strangersOnly()]);
    expect(of("reach-sqs")).toMatchObject({ status: "ok" });
    expect(of("credentials")).toMatchObject({
      status: "fail",
      detail: "asking whose account this is: The security token included in the request is invalid.",
    });
    expect(of("resources")).toMatchObject({
      status: "skipped",
      detail: "not looked at: Credentials has to be well first",
    });
    expect(JSON.stringify(report)).not.toContain("hunter2");
  });

  it("tells a config that is missing or broken, and schemas that do not compile", async () => {
    const home = await createEvpHome({ stak: "x" });
    const broken = await examine(home);
    expect(broken).toMatchObject({ exitCode: 5, report: { target: null, stack: null, settings: [] } });
    expect(broken.of("config")).toMatchObject({
      status: "fail",
      detail: "evp.config.json: /stak is no setting; did you mean stack?",
    });
    expect((await examine(home, ["--config", "nowhere.json"])).of("config")).toMatchObject({
      status: "fail",
      detail: "there is no config file nowhere.json",
      hint: "Check --config.",
    });

    await writeFile(join(home.folder, "evp.config.json"), JSON.stringify({ schemas: { folder: "nowhere" } }));
    expect((await examine(home)).of("schemas")).toMatchObject({
      status: "fail",
      detail: "there is no folder of schemas nowhere",
    });
  });
});
