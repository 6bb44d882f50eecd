/** A part of a view, and how many lines it can do with. */
export interface Demand<Name extends string> {
  name: Name;
  /** Below this it is left out; 0 where there is nothing to show. */
  least: number;
  most: number;
}

/** A part that is one line. */
export function single<Name extends string>(name: Name): Demand<Name> {
  return { name, least: 1, most: 1 };
}

/** A part of so many lines, of which some may be left out. */
export function listed<Name extends string>(name: Name, count: number): Demand<Name> {
  return { name, least: Math.min(1, count), most: count };
}

/** An empty line, where there is room to spare. */
export function gap<Name extends string>(name: Name, isWanted: boolean): Demand<Name> {
  return { name, least: 0, most: isWanted ? 1 : 0 };
}

/**
 * Deals out the lines of a terminal. The parts come in the order of their importance: each gets its least while there is room, and
 * what is left goes round, a line at a time, so that a long list does not take everything.
 * @returns tells how many lines a part has; 0 for one that is left out
 */
export function planRows<Name extends string>(rows: number, demands: readonly Demand<Name>[]): (name: Name) => number {
  const dealt = new Map<Name, number>();
  const rowsOf = (name: Name) => dealt.get(name) ?? 0;
  let left = rows;
  const deal = (name: Name, count: number) => {
    dealt.set(name, rowsOf(name) + count);
    left -= count;
  };
  for (const { name, least } of demands) if (least <= left) deal(name, least);
  for (let before = -1; left > 0 && left !== before; ) {
    before = left;
    for (const { name, least, most } of demands) {
      const isLeftOut = least > 0 && rowsOf(name) === 0;
      if (left > 0 && !isLeftOut && rowsOf(name) < most) deal(name, 1);
    }
  }
  return rowsOf;
}
