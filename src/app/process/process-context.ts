import type { Examine } from "../../core/examine.js";
import type { Settings } from "../../core/settings.js";
import type { Clock } from "../../ports/clock.js";
import type { StackConnection } from "../../ports/stack-connection.js";
import type { Tracing } from "../../ports/tracing.js";
import type { BlockedGroups } from "./blocked-groups.js";
import type { ProcessListener } from "./events.js";

/** What every part of a processor works with. */
export interface ProcessContext {
  connection: Pick<StackConnection, "ingress" | "deadLetters" | "publisher" | "journal" | "clients">;
  settings: Pick<Settings, "ingress" | "journal" | "process">;
  clock: Clock;
  examine: Examine;
  tell: ProcessListener;
  /** Left out: nobody wants traces. */
  trace?: Tracing | undefined;
  blocked: BlockedGroups;
  /**
   * Messages are had for one short invocation: none of them waits long, and each that could not be completed stays away for longer each
   * time, whatever the reason, since nobody holds it meanwhile.
   */
  isBrief?: boolean;
  /** Aborted when the processor is to end: it takes no more, and finishes what it holds as far as that goes by itself. */
  stopping: AbortSignal;
  /** Aborted once the time for finishing what is held is over: nothing waits any more. */
  stopped: AbortSignal;
}
