import { createReadStream } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import { resolve } from "node:path";
import type { SendSource } from "../app/send/send-events.js";
import { EvpError } from "../core/errors.js";
import type { InputStream } from "./context.js";

/** Events that somebody else has written. */
type WrittenSource = Exclude<SendSource, { kind: "fixture" }>;

/**
 * A file is read twice, before and while it is sent; a pipe, as of `<(command)`, can be read only once.
 * @param file as the user named it. @throws EvpError (usage) for a folder; a system error when it cannot be read
 */
export async function openFile(cwd: string, file: string): Promise<WrittenSource> {
  const path = resolve(cwd, file);
  await access(path, constants.R_OK);
  const kind = await stat(path);
  if (kind.isDirectory()) {
    throw new EvpError(`${file} is a folder`, {
      code: "not-a-file",
      category: "usage",
      hint: "Name a file of events.",
    });
  }
  if (!kind.isFile()) return { kind: "stream", name: file, chunks: createReadStream(path) };
  return { kind: "file", name: file, open: () => createReadStream(path) };
}

export function openStdin(stdin: InputStream): WrittenSource {
  return { kind: "stream", name: "stdin", chunks: asBytes(stdin) };
}

async function* asBytes(stream: InputStream): AsyncGenerator<Uint8Array> {
  for await (const chunk of stream) yield typeof chunk === "string" ? Buffer.from(chunk) : chunk;
}
