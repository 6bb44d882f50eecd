import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Bench, Section } from "../bench-context.js";
import { median } from "../measure/statistics.js";
import { environment, evpArgs } from "../processes/evp.js";
import { decimal, times } from "../report/format.js";
import { withLocalStack } from "../stack/local-stack.js";
import { eventAt } from "../workload.js";

const TIMES = 20;
const QUICK_TIMES = 5;

const EVENT_FILE = "event.json";
const BARE = "node -e 0";
const COMMANDS: Record<string, string[]> = {
  [BARE]: ["-e", "0"],
  "evp --help": evpArgs(["--help"]),
  "evp send, one event": evpArgs(["send", EVENT_FILE]),
};

/** How long a command takes from its start to its end, beside a Node that does nothing. */
export function measureStartUp(bench: Bench): Promise<Section> {
  return withLocalStack(1, async ({ home }) => {
    await writeFile(
      join(home, EVENT_FILE),
      eventAt({ clients: 1, groups: 1, bodyBytes: 500 }, bench.nextRun(), 0).body,
    );
    const taken = new Map<string, number[]>();
    const rounds = bench.isQuick ? QUICK_TIMES : TIMES;
    // The first round fills caches, of files and of compiled code.
    for (let round = 0; round <= rounds; round++) {
      for (const [name, args] of Object.entries(COMMANDS)) {
        const elapsedMs = await timeOf(home, args);
        if (round > 0) taken.set(name, [...(taken.get(name) ?? []), elapsedMs]);
      }
    }
    return sectionOf(taken, rounds);
  });
}

async function timeOf(home: string, args: string[]): Promise<number> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, args, { cwd: home, env: environment(home), stdio: "ignore" });
  const [exitCode] = await once(child, "exit");
  if (exitCode !== 0) throw new Error(`node ${args.join(" ")} ended with ${exitCode}`);
  return performance.now() - startedAt;
}

function sectionOf(taken: Map<string, number[]>, rounds: number): Section {
  const bareMs = median(taken.get(BARE) ?? []);
  const rows = Array.from(taken, ([name, elapsed]) => {
    const ms = median(elapsed);
    return [name, decimal(ms, 0), times(ms, bareMs), `+${decimal(ms - bareMs, 0)}`];
  });
  return {
    title: "Start-up",
    notes: [`Wall time of the whole command, medians of ${rounds}, taken in turn; the embedded stack runs already.`],
    tables: [{ columns: ["command", "ms", "is", "ms more"], rows }],
    data: Object.fromEntries(taken),
  };
}
