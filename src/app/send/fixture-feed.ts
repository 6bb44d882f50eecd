import { EvpError } from "../../core/errors.js";
import type { Fixture } from "../../core/fixture.js";
import { fixtureMessages } from "../../core/fixture-round.js";
import type { Assignment } from "./assignment.js";
import type { Preparation, PreparedEvent } from "./prepare-event.js";
import type { Preparer } from "./preparer.js";
import type { SendOptions } from "./send-events.js";

/** Plays a fixture: each call gives one more round of it, with fresh ids and times. */
export type PlayFixture = (round: number) => PreparedEvent[];

/**
 * Chooses the fixture's events that the options want. A client that the fixture has nothing for gets all of them in its name.
 * @throws EvpError (usage) when nothing is left, or when the fixture was written for another envelope mapping
 */
export function chooseFixture(fixture: Fixture, preparer: Preparer, { clientId, type }: SendOptions): PlayFixture {
  checkMapping(fixture, preparer);
  const sample = prepareRound(fixture, preparer, 1, []).map(({ event }) => event);
  const ofType = indexesOf(sample, (event) => type === undefined || event.envelope.type === type);
  if (ofType.length === 0) throw nothingOfType(fixture, type, sample);
  const ofClient = ofType.filter((index) => clientId === undefined || sample[index]?.envelope.clientId === clientId);
  const chosen = new Set(ofClient.length > 0 ? ofClient : ofType);
  const rename = clientId !== undefined && ofClient.length === 0 ? [preparer.assignment("clientId", clientId)] : [];
  return (round) => {
    const prepared = prepareRound(fixture, preparer, round, rename);
    return prepared.filter((_, index) => chosen.has(index)).map(({ event }) => event);
  };
}

function prepareRound(fixture: Fixture, preparer: Preparer, round: number, extra: Assignment[]): Preparation[] {
  return fixtureMessages(fixture, preparer.round(round)).map((message) => preparer.prepare(message, extra));
}

function indexesOf(events: PreparedEvent[], isWanted: (event: PreparedEvent) => boolean): number[] {
  return events.flatMap((event, index) => (isWanted(event) ? [index] : []));
}

/** A fixture may well send broken events, but not where it expects to see them published. */
function checkMapping(fixture: Fixture, preparer: Preparer): void {
  for (const { body, expect, index } of fixtureMessages(fixture, preparer.round(1))) {
    const checked = preparer.check(body);
    if (checked.ok || expect.outcome === "rejected") continue;
    throw new EvpError(
      `fixture ${fixture.name} does not fit this stack: event ${index + 1}: ${checked.rejection.detail}`,
      {
        code: "fixture-unfit",
        category: "usage",
        hint: "With an envelope mapping or a size limit of your own, send a file, or put a fixture of your own beside the config.",
      },
    );
  }
}

function nothingOfType(fixture: Fixture, type: string | undefined, sample: PreparedEvent[]): EvpError {
  const types = new Set(sample.flatMap(({ envelope }) => envelope.type ?? []));
  return new EvpError(`fixture ${fixture.name} has no event of type ${type}`, {
    code: "nothing-to-send",
    category: "usage",
    hint: types.size === 0 ? "leave out --type" : `it has ${[...types].sort().join(", ")}`,
  });
}
