import type { CommandSpec, GroupSpec, OptionSpec } from "./command-spec.js";
import { COMMANDS } from "./commands/index.js";
import { GLOBAL_OPTIONS } from "./global-flags.js";

/** Every command, option and example in Markdown, from the same specifications as the help texts. */
export function commandReference(): string {
  const shown = COMMANDS.filter((spec) => !("isHidden" in spec && spec.isHidden === true));
  const sections = shown.flatMap((spec) => ("commands" in spec ? groupSections(spec) : commandSection(spec, "evp")));
  return [`## Global options\n\n${optionTable(GLOBAL_OPTIONS)}`, ...sections].join("\n\n").concat("\n");
}

function groupSections(group: GroupSpec): string[] {
  const shown = group.commands.filter((spec) => spec.isHidden !== true);
  return shown.flatMap((spec) => commandSection(spec, `evp ${group.name}`));
}

function commandSection(spec: CommandSpec, parent: string): string[] {
  const args = (spec.arguments ?? []).map((argument) => argument.name);
  const usage = [parent, spec.name, ...(spec.options === undefined ? [] : ["[options]"]), ...args].join(" ");
  const text = spec.description ?? `${spec.summary.charAt(0).toUpperCase()}${spec.summary.slice(1)}.`;
  const rows = [...(spec.arguments ?? []).map(({ name, description }) => ({ flags: name, description }))];
  const table = [...rows, ...(spec.options ?? [])];
  const width = Math.max(0, ...spec.examples.map(({ run }) => run.length));
  const examples = spec.examples.map(({ run, does }) => `${run.padEnd(width)}  # ${does}`);
  return [
    `## \`${usage}\`\n\n${text}`,
    ...(table.length === 0 ? [] : [optionTable(table)]),
    ...(examples.length === 0 ? [] : [`\`\`\`sh\n${examples.join("\n")}\n\`\`\``]),
  ];
}

function optionTable(options: Pick<OptionSpec, "flags" | "description" | "choices">[]): string {
  const rows = options.map(({ flags, description, choices }) => {
    const text = choices === undefined ? description : `${description}: ${choices.join(", ")}`;
    return `| \`${flags.replaceAll("|", "\\|")}\` | ${text.replaceAll("|", "\\|")} |`;
  });
  return ["| | |", "|---|---|", ...rows].join("\n");
}
