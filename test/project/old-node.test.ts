import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { expect, it } from "vitest";
import { createEvpHome } from "../factories/evp-home.js";

const EVP = resolve(import.meta.dirname, "../../bin/evp.js");

it.each(["18.20.0", "20.20.2", "22.21.1"])(
  "on Node %s evp says in one sentence what it needs, and ends with 2",
  async (version) => {
    const { folder } = await createEvpHome();
    const preload = join(folder, "old-node.cjs");
    await writeFile(
      preload,
      `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${version}" } });`,
    );
    const { exitCode, stdout, stderr } = await execa(process.execPath, ["-r", preload, EVP, "--help"], {
      reject: false,
    });
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 2,
      stdout: "",
      stderr: `evp needs Node 22.22 or newer, and this is Node ${version}.`,
    });
  },
);
