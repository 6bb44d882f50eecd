import { EvpError } from "../../core/errors.js";
import type { Round } from "../../core/fixture-placeholders.js";
import type { Assignment } from "./assignment.js";
import { envelopePointer } from "./envelope-pointers.js";
import { type Draft, type Preparation, type PreparedEvent, prepareEvent } from "./prepare-event.js";
import type { CheckEvent, SendOptions, SendPorts } from "./send-events.js";

/** Prepares drafts as the options of one send say. */
export class Preparer {
  readonly #ports: SendPorts;
  readonly #options: SendOptions;

  constructor(ports: SendPorts, options: SendOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** `extra` assignments come before those of the options. */
  prepare(draft: Draft, extra: Assignment[] = []): Preparation {
    const { freshDeduplication, assignments = [] } = this.#options;
    return prepareEvent(draft, {
      check: this.#ports.check,
      assignments: [...extra, ...assignments],
      freshDeduplicationId: freshDeduplication ? this.#ports.newUuid : undefined,
    });
  }

  /** As it stands, without any assignment. */
  check(body: string): ReturnType<CheckEvent> {
    return this.#ports.check(body);
  }

  isWanted({ envelope }: PreparedEvent): boolean {
    const { clientId, type } = this.#options;
    return (clientId === undefined || envelope.clientId === clientId) && (type === undefined || envelope.type === type);
  }

  round(number: number): Round {
    return { number, now: this.#ports.clock.now(), newUuid: this.#ports.newUuid };
  }

  freshId(): Assignment {
    return this.assignment("id", this.#ports.newUuid());
  }

  /** To be asked before a source is repeated. @throws EvpError (usage) when no body can hold a fresh id */
  assertFreshIds(): void {
    this.assignment("id", "");
  }

  /** @throws EvpError (usage) when the mapping supplies the field itself, so that no body can hold another value */
  assignment(field: "id" | "clientId", value: string): Assignment {
    const pointer = envelopePointer(this.#options.mapping, field);
    if (pointer !== undefined) return { pointer, value };
    throw new EvpError(`this stack's envelope mapping has no place for another ${field}`, {
      code: "mapping-fixed",
      category: "usage",
      hint: `leave out ${field === "id" ? "--count and --duration" : "--client"}, or give ${field} a pointer in the config`,
    });
  }
}
