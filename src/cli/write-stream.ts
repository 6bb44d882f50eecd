import type { OutputStream } from "./context.js";
import { outputFailure } from "./output-failure.js";

/**
 * Writes and waits until the text has been taken, so that what is printed has a reader or is known to have none.
 * @throws EvpError (failed) when the stream is broken
 */
export async function writeText(stream: OutputStream, text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    stream.write(text, (error) => {
      if (error) reject(outputFailure(error));
      else resolve();
    });
  });
}
