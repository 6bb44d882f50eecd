import type { Fixture } from "../../core/fixture.js";
import type { Round } from "../../core/fixture-placeholders.js";
import { fixtureMessages } from "../../core/fixture-round.js";
import type { SourceItem } from "../send/split-events.js";

/** A fixture's bodies as a file would hold them; `line` is the place in the fixture, from 1. */
export function fixtureItems(fixture: Fixture, round: Round): SourceItem[] {
  return fixtureMessages(fixture, round).map(({ body, index }) => ({ line: index + 1, text: body }));
}
