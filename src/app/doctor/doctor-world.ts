import type { EvpError } from "../../core/errors.js";
import type { Settings } from "../../core/settings.js";
import type { Clock } from "../../ports/clock.js";
import type { StackConnection } from "../../ports/stack-connection.js";
import type { LocalStackSight } from "./local-stack.js";

/** The parts of a connection that are looked at; nothing is received, sent or changed. */
export type DoctorConnection = Pick<
  StackConnection,
  "ingress" | "deadLetters" | "queue" | "journal" | "clients" | "provisioner" | "diagnostics"
>;

/** The connection, once something needs it: where there is none, nothing that would is looked at. */
export type Connect = () => DoctorConnection;

/** A setting, its value as a program reads it, and who said so. */
export interface SettingSource {
  /** As in the config file, for instance `process.concurrency`. */
  name: string;
  value: unknown;
  /** For instance `flag --stack`, `environment EVP_TARGET`, `config file /process/concurrency`, `default`. */
  from: string;
}

/** What the command line found out before anything is called. */
export interface DoctorWorld {
  /** Version of evp, and of the Node that runs it. */
  version: string;
  nodeVersion: string;
  config: ReadConfig;
  /** How the embedded stack was found; undefined on other targets. */
  localStack: LocalStackSight | undefined;
  /** undefined where there is nothing to connect with. */
  connection: DoctorConnection | undefined;
  /** Compiles every schema and triage rule. @returns how many schemas there are. @throws EvpError (usage) */
  compileSchemas(): Promise<number>;
  clock: Clock;
}

export type ReadConfig =
  /** `file`: relative to the current folder where it lies below it; undefined where there is none. */
  { settings: Settings; file: string | undefined; sources: SettingSource[] } | { problem: EvpError };
