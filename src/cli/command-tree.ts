import { Command, type CommanderError, Option } from "commander";
import type { CommandSpec, GroupSpec, OptionSpec } from "./command-spec.js";
import { COMMANDS } from "./commands/index.js";
import type { OutputStream } from "./context.js";
import { GLOBAL_OPTIONS } from "./global-flags.js";
import { withoutVainHelp } from "./vain-help.js";

/** What the tree needs of the world around it. */
export interface TreeOptions {
  version: string;
  stdout: OutputStream;
  stderr: OutputStream;
  /** Called with the command that was asked for, once its flags are read. */
  run(spec: CommandSpec, command: Command): Promise<void>;
  /** Told the full name of each command on the way to the one that was asked for. */
  onDescend(path: string): void;
}

const INTRODUCTION =
  "Event processor for SQS, SNS and DynamoDB: validates, stores and publishes each client's events in order; what fails lands on a DLQ with its reason and can be redriven.";

/**
 * The command line as commander knows it. A command learns its options, and a group its commands, only when it is asked
 * for: setting up all of them would take longer than most commands' own work. The tree throws a {@link CommanderError}
 * where commander would leave the process, and prints nothing but help.
 */
export function buildCommandTree(options: TreeOptions): Command {
  const root = new Command("evp").description(INTRODUCTION).version(options.version, "--version", "print the version");
  configureText(root, options);
  for (const option of GLOBAL_OPTIONS) root.addOption(toOption(option));
  addCommands(root, COMMANDS, options);
  addHelpCommand(root);
  root.addHelpText("after", examplesText(EXAMPLES));
  return root;
}

const EXAMPLES = [
  { run: "evp demo", does: "see it all at work, on a stack that is thrown away" },
  { run: "evp init", does: "create the stack" },
  { run: "evp help send", does: "read about one command" },
];

function addCommands(parent: Command, specs: (CommandSpec | GroupSpec)[], options: TreeOptions): void {
  const details = new Map<Command, () => void>();
  for (const spec of specs) {
    const isHidden = "isHidden" in spec && spec.isHidden === true;
    const command = parent.command(spec.name, { hidden: isHidden }).summary(spec.summary).usage(usageOf(spec));
    details.set(command, () => fillIn(command, spec, options));
  }
  const fillInOnce = (command: Command) => {
    details.get(command)?.();
    details.delete(command);
  };
  parent.hook("preSubcommand", (_parent, command) => {
    fillInOnce(command);
    options.onDescend(pathOf(command));
  });
}

function fillIn(command: Command, spec: CommandSpec | GroupSpec, options: TreeOptions): void {
  const text = `${spec.summary.charAt(0).toUpperCase()}${spec.summary.slice(1)}.`;
  if ("commands" in spec) {
    command.description(text);
    addCommands(command, spec.commands, options);
    return;
  }
  command.description(spec.description ?? text);
  for (const argument of spec.arguments ?? []) command.argument(argument.name, argument.description);
  for (const option of spec.options ?? []) command.addOption(toOption(option));
  if (spec.examples.length > 0) command.addHelpText("after", examplesText(spec.examples));
  command.action(() => options.run(spec, command));
}

function configureText(root: Command, { stdout, stderr }: TreeOptions): void {
  root
    .exitOverride()
    .helpOption("-h, --help", "print help")
    .helpCommand(false)
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
      // Told later, by the one place that reports failures.
      outputError: () => undefined,
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .configureHelp({
      showGlobalOptions: true,
      subcommandTerm: (command) => `${command.name()} ${command.usage().replace(OPTIONS_PART, "")}`,
    });
}

/** Commander's own would print help of a command that has not been filled in. */
function addHelpCommand(root: Command): void {
  const help = root.command("help").usage("[command...]").summary("print help for a command");
  help.argument("[command...]").action(async (path: string[]) => {
    await root.parseAsync(withoutVainHelp([...path, "--help"]), { from: "user" });
  });
}

const OPTIONS_PART = /^\[options\] ?/;

function usageOf(spec: CommandSpec | GroupSpec): string {
  const rest = "commands" in spec ? ["[command]"] : (spec.arguments ?? []).map((argument) => argument.name);
  return ["[options]", ...rest].join(" ");
}

function toOption(spec: OptionSpec): Option {
  const option = new Option(spec.flags, spec.description);
  if (spec.parse !== undefined) option.argParser(spec.parse);
  if (spec.choices !== undefined) option.choices(spec.choices);
  if (spec.conflicts !== undefined) option.conflicts(spec.conflicts);
  return option;
}

function examplesText(examples: CommandSpec["examples"]): string {
  const width = Math.max(...examples.map((example) => example.run.length));
  const lines = examples.map((example) => `  ${example.run.padEnd(width)}  # ${example.does}`);
  return `\nExamples:\n${lines.join("\n")}`;
}

/** Full name of a command, for instance `evp dlq list`. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

export function isCommanderError(error: unknown): error is CommanderError {
  return error instanceof Error && "code" in error && String(error.code).startsWith("commander.");
}
