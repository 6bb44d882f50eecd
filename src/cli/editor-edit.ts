import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { carryOver } from "../core/carry-over.js";
import { EvpError } from "../core/errors.js";
import { layOutJson, printJsonLine } from "../core/json-lines.js";
import { readJsonTree } from "../core/json-tree.js";
import type { Invocation } from "./command-spec.js";
import type { LetterEdit } from "./letter-edit.js";

/**
 * Edits a body in the operator's own editor. What is kept of the edit until the copy is sent lies in a folder that only they can read.
 * @throws EvpError (usage) where there is no editor, or no terminal for it
 */
export function openEditor({ context, globals }: Invocation, id: string): LetterEdit {
  const editor = context.env.VISUAL || context.env.EDITOR;
  if (!globals.input || context.stdin.isTTY !== true || context.stderr.isTTY !== true) throw terminalMissing();
  if (editor === undefined || editor === "") throw editorMissing();
  let folder: string | undefined;
  let file = "";
  return {
    async make(body) {
      folder = await mkdtemp(join(tmpdir(), "evp-fix-"));
      file = join(folder, "body.json");
      const shown = readable(body);
      await writeFile(file, shown);
      await runEditor(editor, file);
      const edited = await readFile(file, "utf8");
      return edited === shown ? body : carryOver(body, edited);
    },
    async discard() {
      if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    },
    tellWhereKept(output) {
      if (folder !== undefined) output.note(`Your edit is kept; to send it: evp dlq fix ${id} --body ${file}`);
    },
  };
}

/** JSON over several lines, whatever the producer wrote. */
function readable(body: string): string {
  const root = readJsonTree(body);
  return root === undefined ? body : `${layOutJson(body, root).map(printJsonLine).join("\n")}\n`;
}

/** As git does it: $EDITOR may hold arguments. */
async function runEditor(editor: string, file: string): Promise<void> {
  const child = spawn("sh", ["-c", `${editor} "$@"`, editor, file], { stdio: "inherit" });
  const [code] = await once(child, "exit");
  if (code === 0) return;
  throw new EvpError(`the editor ended with ${code ?? "a signal"}, and nothing was sent`, {
    code: "editor-failed",
    category: "failed",
    hint: `It was started as: ${editor}`,
  });
}

function terminalMissing(): EvpError {
  return new EvpError("an editor needs a terminal", {
    code: "terminal-missing",
    category: "usage",
    hint: "Use --set, --patch or --body instead.",
  });
}

function editorMissing(): EvpError {
  return new EvpError("no editor is set", {
    code: "editor-missing",
    category: "usage",
    hint: "Set VISUAL or EDITOR, for instance EDITOR=nano.",
  });
}
