import { expect, test } from "vitest";
import { COMMANDS } from "../../../src/cli/commands/index.js";
import { commandReference } from "../../../src/cli/reference.js";

test("the reference has every command that is shown, with its options and examples", () => {
  const reference = commandReference();
  expect(reference).toContain("## `evp send [options] [file]`");
  expect(reference).toContain("## `evp dlq show [options] <id>`");
  expect(reference).toContain("| `--fixture <name>` |");
  expect(reference).toContain("```sh\nevp send --fixture valid");
  expect(reference).not.toContain("evp local serve");
});

test("every command that is shown says what it does in one line and has an example", () => {
  const commands = COMMANDS.flatMap((spec) => ("commands" in spec ? spec.commands : [spec]));
  for (const { name, summary, examples, isHidden } of commands) {
    expect(summary, name).toMatch(/^[a-z][^\n]{5,70}[^.]$/);
    if (isHidden !== true) expect(examples, name).not.toHaveLength(0);
  }
});
