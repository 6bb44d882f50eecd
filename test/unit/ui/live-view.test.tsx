import { PassThrough } from "node:stream";
import { render } from "ink-testing-library";
import { expect, test, vi } from "vitest";
import { openLiveView } from "../../../src/ui/live/index.js";
import { View } from "../../../src/ui/live/view.js";
import { show, startView, type ViewState } from "../../../src/ui/live/view-state.js";

const ESCAPE = String.fromCharCode(27);
const START = Date.UTC(2026, 10, 21, 10);

function message(clientId: string | undefined) {
  return { messageId: "m-1", groupId: "g-1", correlationId: "m-1", eventId: "e-1", clientId, type: "transaction" };
}

function frameOf(state: ViewState, rows = 24, columns = 80): string[] {
  const { lastFrame, unmount } = render(
    <View
      state={state}
      title="evp on local"
      now={START + 83_000}
      rows={rows}
      columns={columns}
      isColourWanted={false}
    />,
  );
  const frame = lastFrame() ?? "";
  unmount();
  return frame.split("\n").map((line) => line.trimEnd());
}

test("an idle processor waits", () => {
  expect(frameOf(startView(START))).toEqual([
    "evp process · evp on local · 0:01:23",
    "0.0 events/s · 0 published · 0 rejected · 0 duplicates",
    "Waiting for events.",
    "Ctrl-C finishes what is held and stops.",
  ]);
});

test("what is down, and for how long", () => {
  const state = startView(START);
  const fault = { code: "ECONNREFUSED", message: "connect ECONNREFUSED", isSenderFault: false };
  show(state, "breaker:opened", { dependency: "store", fault }, START + 73_000);
  show(state, "breaker:opened", { dependency: "topic evp-client-1.fifo", fault }, START + 80_000);
  expect(frameOf(state)).toContain("down for 0:00:10: store and 1 more · connect ECONNREFUSED");
  show(state, "breaker:closed", { dependency: "store", openMs: 8_000 }, START + 81_000);
  expect(frameOf(state)).toContain("down for 0:00:03: topic evp-client-1.fifo · connect ECONNREFUSED");
  show(state, "breaker:closed", { dependency: "topic evp-client-1.fifo", openMs: 2_000 }, START + 82_000);
  expect(frameOf(state).join()).not.toContain("down for");
});

test("totals, clients, rejections and the last problem at a glance", () => {
  const state = startView(START);
  show(state, "event:published", { ...message("client-1"), latencyMs: 5 }, START + 82_000);
  const detail = "/payload/amount must be number";
  show(state, "event:rejected", { ...message("client-1"), reason: "schema-violation", detail }, START + 82_000);
  const fault = { code: "Timeout", message: "no answer", isSenderFault: false };
  show(state, "call:failed", { operation: "publish", fault, attempt: 1 }, START + 82_000);
  expect(frameOf(state)).toEqual([
    "evp process · evp on local · 0:01:23",
    "0.2 events/s · 1 published · 1 rejected · 0 duplicates",
    "",
    "client                           published    rejected  duplicates",
    "client-1                                 1           1           0",
    "",
    "last rejections",
    "10:01:22 client-1 · schema-violation · /payload/amount must be number",
    "10:01:22 publish: no answer",
    "Ctrl-C finishes what is held and stops.",
  ]);
});

test("blocked groups are counted, and the last one told", () => {
  const state = startView(START);
  const why = { reason: "schema-violation" as const, detail: "/payload/amount must be number" };
  for (const groupId of ["client-1#account-1", "client-1#account-2"])
    show(state, "group:blocked", { ...message("client-1"), groupId, clientId: "client-1", ...why }, START);
  expect(frameOf(state)).toContain(
    "2 groups blocked: client-1#account-2 · client-1 · schema-violation · /payload/amount must be number",
  );
});

test("however much there is to say, it fits a terminal of 80 by 24", () => {
  const state = startView(START);
  for (let index = 0; index < 500; index += 1) {
    const clientId = `client-with-quite-a-long-name-${index}-and-${"x".repeat(60)}`;
    const rejected = { ...message(clientId), reason: "schema-violation" as const, detail: "long ".repeat(100) };
    show(state, "event:rejected", rejected, START + 1000);
  }
  const fault = { code: "X", message: "very ".repeat(100), isSenderFault: false };
  show(state, "call:failed", { operation: "publish", fault, attempt: 1 }, START + 82_000);
  show(state, "breaker:opened", { dependency: "store", fault }, START);
  const why = { clientId: "c", reason: "schema-violation" as const, detail: "long ".repeat(100) };
  show(state, "group:blocked", { ...message("c"), ...why }, START);
  show(state, "processor:stopping", { why: "signal", held: 200 }, START);
  const lines = frameOf(state);
  expect(lines.length).toBeLessThan(24);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  expect(lines.join("\n")).toContain("and 493 more");
});

test("the view takes itself off the terminal when it closes", async () => {
  const written: string[] = [];
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
  stderr.on("data", (chunk: Buffer) => written.push(chunk.toString()));
  const stop = new AbortController();
  const options = { now: () => START, title: "evp on local", isColourWanted: false, stop: stop.signal };
  const view = openLiveView({ stderr, ...options });
  view.listener("event:published", { ...message("client-1"), latencyMs: 1 });
  await vi.waitFor(() => expect(written.join("")).toContain("1 published"), 3000);
  stop.abort();
  await vi.waitFor(() => expect(written.join("")).toContain("Ctrl-C again ends it at once"), 3000);
  await view.close();
  await view.close();
  const screen = terminalAfter(written.join(""));
  expect(screen.filter((line) => line !== "")).toEqual([]);
  expect(written.join("").lastIndexOf(`${ESCAPE}[?25h`)).toBeGreaterThan(
    written.join("").lastIndexOf(`${ESCAPE}[?25l`),
  );
});

/** What a terminal shows after it was sent `output`: it knows the few sequences that ink uses. */
function terminalAfter(output: string): string[] {
  const lines = [""];
  let row = 0;
  for (const part of output.split(ESCAPE)) {
    const [sequence = "", count, letter] = /^\[\??(\d*)[;\d]*([A-Za-z])/.exec(part) ?? [];
    if (letter === "A") row -= Number(count || 1);
    if (letter === "B") row += Number(count || 1);
    if (letter === "K") lines[row] = "";
    if (letter === "J") lines.length = row;
    for (const [index, text] of part.slice(sequence.length).split("\n").entries()) {
      if (index > 0) row += 1;
      lines[row] = (lines[row] ?? "") + text;
    }
  }
  return lines;
}

test("a narrow terminal keeps the clients' names whole", () => {
  const state = startView(START);
  show(state, "event:published", { ...message("client-1"), latencyMs: 5 }, START);
  const frame = frameOf(state, 24, 40).map((line) => line.replaceAll(/ +/g, " "));
  expect(frame).toContain("client publ. rej. dupl.");
  expect(frame).toContain("client-1 1 0 0");
});

test("a problem that is over is shown no more", () => {
  const state = startView(START);
  const fault = { code: "Timeout", message: "no answer", isSenderFault: false };
  show(state, "call:failed", { operation: "publish", fault, attempt: 1 }, START + 73_000);
  expect(frameOf(state).join()).not.toContain("no answer");
});
