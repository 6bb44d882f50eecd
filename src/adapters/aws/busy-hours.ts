import { REPLAY_INDEX } from "../../core/stack-plan-journal.js";
import type { Clock } from "../../ports/clock.js";
import { readText } from "./attribute-values.js";
import { scanItems } from "./item-pages.js";
import type { DynamoDbService } from "./services.js";

interface HourSource {
  dynamodb: DynamoDbService;
  clock: Clock;
  table: string;
}

/**
 * Then the index is looked through once: a month of one client is a thousand hours, and one that has few events leaves most of them empty. A page
 * of a scan holds the keys of some thousand events and costs about as much as so many questions.
 */
const ENOUGH_EMPTY_HOURS = 4_000;
/** What has been learnt is held for true for so long. */
const KNOWN_FOR_MS = 10 * 60_000;

/** Which hours of the replay index hold events, as far as it pays to know. */
export class BusyHours {
  readonly #source: HourSource;
  #empty = 0;
  #known: { hours: Promise<Set<string>>; since: number } | undefined;

  constructor(source: HourSource) {
    this.#source = source;
  }

  noteEmpty(): void {
    this.#empty += 1;
  }

  /** Those of the hours that may hold events. @throws CallError when the index cannot be read */
  async among(hours: string[]): Promise<string[]> {
    const { clock } = this.#source;
    if (this.#empty < ENOUGH_EMPTY_HOURS) return hours;
    if (this.#known === undefined || clock.now() - this.#known.since >= KNOWN_FOR_MS) {
      this.#known = { hours: this.#look(), since: clock.now() };
    }
    const busy = await this.#known.hours;
    return hours.filter((hour) => busy.has(hour));
  }

  async #look(): Promise<Set<string>> {
    const hours = new Set<string>();
    const keys = scanItems(this.#source.dynamodb, {
      TableName: this.#source.table,
      IndexName: REPLAY_INDEX.name,
      ProjectionExpression: "#hour",
      ExpressionAttributeNames: { "#hour": "clientHour" },
    });
    try {
      for await (const key of keys) hours.add(readText(key, "clientHour"));
    } catch (error) {
      this.#known = undefined;
      throw error;
    }
    return hours;
  }
}
