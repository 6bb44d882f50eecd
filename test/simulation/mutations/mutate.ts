import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Plugin } from "esbuild";
import type { Mutation } from "./mutations.js";

/** Changes sources as they are bundled. Throws where a source has changed so far that an edit finds no place, or more than one. */
export function mutating({ name, edits }: Mutation): Plugin {
  const files = new Map<string, string>();
  for (const { file, find, replace } of edits) {
    const path = resolve(file);
    const source = files.get(path) ?? readFileSync(path, "utf8");
    if (source.split(find).length !== 2) throw new Error(`the mutation "${name}" does not fit ${file} any more`);
    files.set(
      path,
      source.replace(find, () => replace),
    );
  }
  return {
    name: "mutating",
    setup({ onLoad }) {
      onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const contents = files.get(path);
        return contents === undefined ? undefined : { contents, loader: "ts" };
      });
    },
  };
}
