import { EvpError } from "../core/errors.js";
import { editJson, type JsonEdit } from "../core/json-edit.js";
import { readPatch } from "../core/json-patch.js";
import { isJson, readJsonTree } from "../core/json-tree.js";
import type { Invocation } from "./command-spec.js";
import type { FixFlags } from "./commands/dlq-fix.js";
import type { Output } from "./output.js";

/** How an operator changes a body. */
export interface LetterEdit {
  make(body: string): Promise<string>;
  /** Once the copy is sent. */
  discard(): Promise<void>;
  /** Where it was not: what was written by hand is not lost. */
  tellWhereKept(output: Output): void;
}

/**
 * Reads all that the flags name before anything is asked of a stack.
 * @throws EvpError (usage) where they say nothing, or nothing that can be read
 */
export async function openLetterEdit(invocation: Invocation<FixFlags>): Promise<LetterEdit> {
  const { args, flags } = invocation;
  if (flags.editor === true) {
    const { openEditor } = await import("./editor-edit.js");
    return openEditor(invocation, args[0] ?? "");
  }
  const make = await readEdit(invocation);
  return { make: async (body) => make(body), discard: async () => undefined, tellWhereKept: () => undefined };
}

async function readEdit(invocation: Invocation<FixFlags>): Promise<(body: string) => string> {
  const { flags } = invocation;
  if (flags.set !== undefined) {
    const edits = await Promise.all(flags.set.map(readAssignment));
    return (body) => applied("--set", editJson(body, edits));
  }
  if (flags.body !== undefined) {
    const text = await readText(invocation, flags.body);
    // Editors and shells end a file with a line end that is no part of the document.
    return () => text.replace(/\r?\n$/, "");
  }
  if (flags.patch === undefined) throw nothingToChange();
  const patch = await readText(invocation, flags.patch);
  assertPatch(flags.patch, patch);
  return (body) => applyPatch(patch, body);
}

/** The value is taken over as it is written where that is JSON, so that no digit is lost; else it is a text. */
async function readAssignment(text: string): Promise<JsonEdit> {
  const { parseAssignment } = await import("../app/send/assignment.js");
  const { pointer } = parseAssignment(text);
  const source = text.slice(pointer.length + 1);
  return { op: "set", pointer, value: isJson(source) ? source.trim() : JSON.stringify(source) };
}

function applyPatch(patch: string, body: string): string {
  const root = readJsonTree(body);
  const read = readPatch(patch, root && { root });
  if (!read.ok) throw unfit("--patch", read.problem);
  return applied("--patch", editJson(body, read.edits));
}

function assertPatch(file: string, patch: string): void {
  const kind = readJsonTree(patch)?.kind;
  if (kind === "array" || kind === "object") return;
  throw new EvpError(`${file === "-" ? "stdin" : file} holds no patch`, {
    code: "patch-invalid",
    category: "usage",
    hint: 'A JSON Patch, for instance [{"op": "replace", "path": "/payload/amount", "value": 5}], or a merge patch, for instance {"payload": {"amount": 5}}.',
  });
}

function applied(flag: string, edited: ReturnType<typeof editJson>): string {
  if (edited.ok) return edited.text;
  throw unfit(flag, edited.problem);
}

function unfit(flag: string, problem: string): EvpError {
  return new EvpError(`${flag} does not fit this dead letter: ${problem}`, {
    code: "edit-unfit",
    category: "usage",
    hint: "evp dlq show shows its body; --editor and --body change one that is no JSON.",
  });
}

function nothingToChange(): EvpError {
  return new EvpError("nothing says what to change", {
    code: "edit-missing",
    category: "usage",
    hint: "Give --set /pointer=value, --patch file.json, --body file.json or --editor.",
  });
}

async function readText({ context }: Invocation, file: string): Promise<string> {
  if (file === "-") {
    const { text } = await import("node:stream/consumers");
    return text(context.stdin);
  }
  const { readFile } = await import("node:fs/promises");
  const { resolve } = await import("node:path");
  return readFile(resolve(context.cwd, file), "utf8");
}
