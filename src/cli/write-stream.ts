import type { OutputStream } from "./context.js";

/** Writes and, where the reader is slow, waits for it. A stream that is broken ends the wait: what follows has no reader. */
export async function writeText(stream: OutputStream, text: string): Promise<void> {
  if (stream.write(text)) return;
  await new Promise<void>((resolve) => {
    const settle = () => {
      for (const event of ["drain", "close", "error"]) stream.off(event, settle);
      resolve();
    };
    for (const event of ["drain", "close", "error"]) stream.on(event, settle);
  });
}
