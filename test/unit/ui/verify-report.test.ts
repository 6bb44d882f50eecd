import { expect, it } from "vitest";
import { FindingsList } from "../../../src/app/verify/findings-list.js";
import { renderVerifyReport, repairQuestion } from "../../../src/ui/plain/verify-report.js";
import { styleFor } from "../../../src/ui/style.js";

const style = await styleFor({ isTTY: true, columns: 70 }, false);
const CLIENT = { clientId: "client-1", checked: 3, published: 1, repairedBefore: 0, rejected: 0, underWay: 0 };
const COUNTS = {
  checked: 3,
  rejections: 2,
  findingsLeftOut: 0,
  repaired: 0,
  repairable: 0,
  durationMs: 1500,
  interrupted: false,
};
const AT = Date.parse("2026-11-21T10:00:00Z");

it("all is well, and what that does not include", () => {
  const clients = [{ ...CLIENT, repairedBefore: 1, rejected: 2, underWay: 3 }];
  expect(renderVerifyReport({ ...COUNTS, clients, findings: [] }, style)).toBe(
    `3 events of 1 client and 2 rejections looked at in 1.5 s: all is as it should be
3 under way
2 accepted and then rejected, which is no gap
1 published by an earlier repair
`,
  );
});

it("findings by kind, each with what it means and what to do, within the width", () => {
  const list = new FindingsList();
  const about = { eventId: "e-1", clientId: "client-1", groupId: "client-1#k", at: AT };
  const lost = list.add({ kind: "gap", ...about, detail: "never published, while the newer e-2\u001b[2J was" });
  if (lost !== undefined) lost.repaired = true;
  list.add({ kind: "dead-letters-missing", detail: "2 at least", advice: "evp verify --deep names them" });
  list.add({ kind: "topic-missing", clientId: "client-1", detail: "arn is not there" });
  const report = { ...COUNTS, clients: [CLIENT], findings: list.findings, repaired: 1 };
  expect(renderVerifyReport(report, style)).toBe(
    `gap
  accepted and never published, while newer events of its group were:
  its message is gone from the queue, and the event is lost
  → publish it now, behind the newer events of its group, with evp
  verify --repair
  repaired  e-1  client-1  group client-1#k  2026-11-21T10:00:00Z
    never published, while the newer e-2 was

dead-letters-missing
  rejected and neither redriven nor purged, and not on the DLQ
  → evp verify --deep names them
  all clients
    2 at least

topic-missing
  a client whose topic is not there: nothing can be published for it
  → make it again with evp init, or evp client remove the client and
  add it again
  client-1
    arn is not there

3 events of 1 client and 2 rejections looked at in 1.5 s: 3 findings, 1 repaired
`,
  );
});

it("ten of a kind are shown, and the others counted", () => {
  const list = new FindingsList();
  for (let n = 1; n <= 13; n++) list.add({ kind: "gap", eventId: `e-${n}`, detail: "lost" });
  const text = renderVerifyReport({ ...COUNTS, clients: [CLIENT], findings: list.findings }, style);
  expect(text).toContain("  e-10\n");
  expect(text).not.toContain("  e-11\n");
  expect(text).toContain("  … and 3 more; --json has them\n");
});

it.each([
  [1, 0, "Publish 1 event that nobody has published?"],
  [3, 3, "Publish 3 events that nobody has published, all of them behind newer events of their groups?"],
  [3, 2, "Publish 3 events that nobody has published, 2 of them behind newer events of their groups?"],
])("%d events, %d of them late", (events, late, question) => {
  expect(repairQuestion(events, late)).toBe(question);
});
