import { PassThrough } from "node:stream";
import { render } from "ink-testing-library";
import { describe, expect, it, vi } from "vitest";
import type { RunPicture } from "../../../src/app/processor-reports/run-picture.js";
import { openLiveView } from "../../../src/ui/live/index.js";
import { ProcessView } from "../../../src/ui/live/process-view.js";
import { crowdedPicture, runPicture } from "./run-picture.js";

const NOON = Date.UTC(2026, 10, 21, 12);

/** The lines of the view, on a terminal of 100 columns at most. */
function frameOf(picture: RunPicture, rows = 23, columns = 80): string[] {
  const view = (
    <ProcessView picture={picture} title="evp on local" rows={rows} columns={columns} isColourWanted={false} />
  );
  const { lastFrame, unmount } = render(view);
  const frame = lastFrame() ?? "";
  unmount();
  return frame.split("\n").map((line) => line.trimEnd());
}

describe("the live view", () => {
  it("of an idle processor", () => {
    expect(frameOf(runPicture())).toEqual([
      "evp process · evp on local · 0:01:23",
      `throughput   0.0 events/s              ${"▁".repeat(41)}`,
      `latency      -                         ${"▁".repeat(41)}`,
      "outcomes     0 published · 0 rejected · 0 duplicates",
      "queue        0 waiting · 0 in flight · 0 delayed",
      "in hand      nothing",
      "cost         -",
      "batch fill % -",
      "",
      "Waiting for events.",
      "Ctrl-C finishes what is held and stops.",
    ]);
  });

  it("of a busy one", () => {
    const rejection = { serial: 1, at: NOON, clientId: "client-1", eventId: "e-1", reason: "schema-violation" };
    const picture = runPicture({
      ...crowdedPicture(),
      totals: { published: 12_345, rejected: 1, duplicates: 0 },
      queue: { visible: 1203, inFlight: 200, delayed: 0 },
      oldestAgeMs: 3_000,
      clients: [["client-1", { published: 12_345, rejected: 1, duplicates: 0 }]],
      types: [["transaction", { published: 12_345, rejected: 1, duplicates: 0 }]],
      down: [{ dependency: "store", forMs: 10_000, why: "connect ECONNREFUSED" }],
      blocked: [{ groupId: "client-1#a", clientId: "client-1", reason: "too-large", detail: "300000 bytes" }],
      stalled: [
        { groupId: "client-2#b", forMs: 12_000, why: "publish: timeout", messages: 3 },
        { groupId: "client-2#c", forMs: 11_000, why: "publish: timeout", messages: 1 },
      ],
      rejections: [{ ...rejection, detail: "/payload/amount must be number" }],
      problem: { text: "publish: timeout", at: NOON, times: 2 },
    });
    expect(frameOf(picture, 30, 80).map((line) => line.replace(/[▁-█]+/, "▁▂▃"))).toEqual([
      "evp process · evp on local · 0:01:23 · 4 workers",
      "throughput   1,203 events/s            ▁▂▃",
      "latency      p50 12 ms · p99 48 ms     ▁▂▃",
      "outcomes     12,345 published · 1 rejected · 0 duplicates",
      "queue        1,203 waiting · 200 in flight · 0 delayed · oldest 3.0 s",
      "in hand      1,000 messages (1.2 MB) of 99 groups",
      "cost         0.41 API calls/event · ≈ $12.34/M events · prices of November 2026",
      "batch fill % receive 98, insert 96, publish 97, record 96, delete 99, DLQ 12",
      "",
      "client             publ.   rej.  dupl.   type               publ.   rej.  dupl.",
      "client-1          12,345      1      0   transaction       12,345      1      0",
      "",
      "down         store for 0:00:10 · connect ECONNREFUSED",
      "blocked      client-1#a · client-1 · too-large · 300000 bytes",
      "stalled 2    client-2#b for 0:00:12 · 3 messages · publish: timeout",
      "             client-2#c for 0:00:11 · 1 message · publish: timeout",
      "12:00:00 publish: timeout (2 times)",
      "",
      "last rejections",
      "12:00:00 client-1 · schema-violation · /payload/amount must be number",
      "Ctrl-C finishes what is held and stops.",
    ]);
  });

  it.each([
    [23, 80],
    [49, 100],
    [13, 60],
    [7, 40],
    [3, 20],
    [1, 10],
  ])("fits %d lines of %d columns, however much there is to say", (rows, columns) => {
    const lines = frameOf(crowdedPicture(), rows, columns);
    expect(lines.length).toBe(rows);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
    expect(lines[0]).toContain("evp proces");
  });

  it("shows on a small terminal that something is down, rather than a table", () => {
    const text = frameOf(crowdedPicture(), 8, 60).join("\n");
    expect(text).toContain("down 3       topic evp-client-0.fifo for 0:00:10");
    expect(text).toContain("stalled 1000 s-0 for 0:00:12");
    expect(text).not.toContain("client-with-quite");
  });

  it("shows entries and ids where there is room", () => {
    const lines = frameOf(crowdedPicture(), 49, 120);
    expect(lines.join("\n")).toContain("receive 9.8/10, insert 24.1/25, publish 9.7/10");
    expect(lines.join("\n")).toContain("client-1 · e-1 · schema-violation");
  });

  it("counts the clients for which it has no line", () => {
    expect(frameOf(crowdedPicture(), 49, 80).join("\n")).toContain("and 492 more");
  });

  it("lets no text from outside move the cursor", () => {
    const clients: RunPicture["clients"] = [["evil\u001b[2J\nclient", { published: 1, rejected: 0, duplicates: 0 }]];
    expect(frameOf(runPicture({ clients }))[10]).toMatch(/^evil client +1 +0 +0/);
  });
});

describe("the live view's terminal", () => {
  const ESCAPE = "\u001b";

  it("is given back as it was", async () => {
    const written: string[] = [];
    const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 80, rows: 24 });
    stderr.on("data", (chunk: Buffer) => written.push(chunk.toString()));
    const stop = new AbortController();
    const totals = { published: 1, rejected: 0, duplicates: 0 };
    const picture = () => runPicture({ totals });
    const view = openLiveView({ stderr, picture, title: "evp on local", isColourWanted: false, stop: stop.signal });
    await vi.waitFor(() => expect(written.join("")).toContain("1 published"), 3000);
    expect(written.join("")).toContain(`${ESCAPE}[?1049h`);
    stop.abort();
    await vi.waitFor(() => expect(written.join("")).toContain("Ctrl-C again ends it at once"), 3000);
    await view.close();
    await view.close();
    const all = written.join("");
    expect(all.match(/\[\?1049[hl]/g)).toEqual(["[?1049h", "[?1049l"]);
    expect(all.lastIndexOf(`${ESCAPE}[?25h`)).toBeGreaterThan(all.lastIndexOf(`${ESCAPE}[?25l`));
    expect(all.slice(all.lastIndexOf(`${ESCAPE}[?1049l`))).not.toContain("published");
  });
});
