import { rmSync } from "node:fs";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onExit } from "./on-exit.js";

/** Lets `work` have a folder of its own, with evp's config in it, which is gone afterwards. */
export async function withHome<Value>(config: object, work: (home: string) => Promise<Value>): Promise<Value> {
  const home = await mkdtemp(join(tmpdir(), "evp-bench-"));
  const remove = () => rmSync(home, { recursive: true, force: true });
  const isRemoved = onExit(remove);
  try {
    await writeFile(join(home, "evp.config.json"), JSON.stringify(config));
    return await work(home);
  } finally {
    remove();
    isRemoved();
  }
}
