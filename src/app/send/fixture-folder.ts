import { closestMatch } from "../../core/closest-match.js";
import { EvpError } from "../../core/errors.js";
import { type Fixture, parseFixture } from "../../core/fixture.js";

/** A folder of fixtures, one `<name>.json` each. */
export interface FixtureFolder {
  /** Names, without `.json`; empty when there is no such folder. */
  names(): Promise<string[]>;
  /** The text of that fixture's file. */
  read(name: string): Promise<string>;
}

/**
 * Finds a fixture by name; the first folder that has it wins.
 * @throws EvpError (usage) when none has it, with the nearest name and all names, or when its file is not a valid fixture
 */
export async function loadFixture(name: string, folders: FixtureFolder[]): Promise<Fixture> {
  const known = new Set<string>();
  for (const folder of folders) {
    const names = await folder.names();
    if (names.includes(name)) return parseFixture(name, await folder.read(name));
    for (const other of names) known.add(other);
  }
  const meant = closestMatch(name, known);
  throw new EvpError(`there is no fixture called ${name}${meant === undefined ? "" : `; did you mean ${meant}?`}`, {
    code: "fixture-unknown",
    category: "usage",
    hint: `fixtures: ${[...known].sort().join(", ")}`,
  });
}
