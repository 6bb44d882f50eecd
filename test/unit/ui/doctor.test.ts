import { Chalk } from "chalk";
import { expect, it } from "vitest";
import type { Check } from "../../../src/app/doctor/check.js";
import { renderDoctor } from "../../../src/ui/plain/doctor.js";

const plain = (width: number) => ({ width, colour: new Chalk({ level: 0 }) });
const check = (title: string, changes: Partial<Check>): Check => ({
  id: "x",
  title,
  status: "ok",
  detail: "fine",
  ...changes,
});

it("settings come first, then each check with what to do; what was not made for one reason is told once", () => {
  const report = {
    target: "local",
    stack: "evp",
    settings: [
      { name: "stack", value: "evp", from: "default" },
      { name: "clients", value: [{ id: "client-1" }, { id: "client-2" }], from: "config file /clients" },
      { name: "endpoints", value: { sqs: "http://x" }, from: "flag --endpoint-url" },
      { name: "triage", value: [], from: "default" },
      { name: "schemas.default", value: null, from: "default" },
    ],
    checks: [
      check("Node", { detail: "26.10.0" }),
      check("Resources", {
        status: "fail",
        detail: "2 findings",
        hint: "Run evp init.",
        items: ["queue a is missing", "queue b is missing"],
      }),
      check("SQS", { status: "skipped", detail: "not looked at: Resources has to be well first" }),
      check("DLQ", { status: "skipped", detail: "not looked at: Resources has to be well first" }),
      check("Clock", {
        status: "warn",
        detail: "31 s behind the\u001b[2Jservices'",
        hint: "Let this machine keep its time by NTP (chrony, timesyncd).",
      }),
    ],
  };
  expect(renderDoctor(report, plain(60))).toBe(
    [
      "SETTING          VALUE               FROM",
      "stack            evp                 default",
      "clients          client-1, client-2  config file /clients",
      "endpoints        sqs                 flag --endpoint-url",
      "triage           none                default",
      "schemas.default  -                   default",
      "",
      "ok    Node       26.10.0",
      "FAIL  Resources  2 findings",
      "                 · queue a is missing",
      "                 · queue b is missing",
      "                 → Run evp init.",
      "-     SQS        not looked at: Resources has to be well",
      "                 first",
      "                 so are DLQ",
      "warn  Clock      31 s behind theservices'",
      "                 → Let this machine keep its time by NTP",
      "                 (chrony, timesyncd).",
      "5 checks: 1 failed, 1 with a warning, 1 ok, 2 not made",
      "",
    ].join("\n"),
  );
});

it("no line is wider than the terminal", () => {
  const long = "word ".repeat(40);
  const items = [`queue ${"x".repeat(80)} is missing`];
  const checks = [check("Blocked groups", { status: "fail", detail: long, hint: long, items })];
  for (const width of [60, 80]) {
    const text = renderDoctor({ target: null, stack: null, settings: [], checks }, plain(width));
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(width);
  }
});
