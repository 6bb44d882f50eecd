/** One line of a difference. */
export interface DiffLine {
  kind: "same" | "removed" | "added";
  text: string;
}

/** Beyond so many edits, what lies between the first and the last difference is shown as replaced. */
const MAX_EDITS = 1_000;

/**
 * The shortest way from one list of lines to another, removed lines before added ones (E. W. Myers, "An O(ND) Difference Algorithm and
 * Its Variations"). A comma at the end of a line makes no difference, since a new last member would change the one before it.
 */
export function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  let start = 0;
  while (start < before.length && start < after.length && isSame(before[start], after[start])) start++;
  let [oldEnd, newEnd] = [before.length, after.length];
  while (oldEnd > start && newEnd > start && isSame(before[oldEnd - 1], after[newEnd - 1])) {
    oldEnd--;
    newEnd--;
  }
  return [
    ...lines("same", after.slice(0, start)),
    ...diffMiddle(before.slice(start, oldEnd), after.slice(start, newEnd)),
    ...lines("same", after.slice(newEnd)),
  ];
}

function isSame(one: string | undefined, other: string | undefined): boolean {
  return one === other || withoutComma(one ?? "") === withoutComma(other ?? "");
}

function withoutComma(line: string): string {
  return line.endsWith(",") ? line.slice(0, -1) : line;
}

function lines(kind: DiffLine["kind"], texts: readonly string[]): DiffLine[] {
  return texts.map((text) => ({ kind, text }));
}

function diffMiddle(before: readonly string[], after: readonly string[]): DiffLine[] {
  const trace = findPath(before, after);
  if (trace === undefined) return [...lines("removed", before), ...lines("added", after)];
  return removedFirst(walkBack(trace, before, after));
}

/** Furthest index into `before` by diagonal (`x - y`), after each number of edits. */
type Frontier = Map<number, number>;

function findPath(before: readonly string[], after: readonly string[]): Frontier[] | undefined {
  const frontier: Frontier = new Map([[1, 0]]);
  const trace: Frontier[] = [];
  const maxEdits = Math.min(before.length + after.length, MAX_EDITS);
  for (let edits = 0; edits <= maxEdits; edits++) {
    trace.push(new Map(frontier));
    for (let diagonal = -edits; diagonal <= edits; diagonal += 2) {
      let x = isDown(frontier, diagonal, edits) ? at(frontier, diagonal + 1) : at(frontier, diagonal - 1) + 1;
      while (x < before.length && x - diagonal < after.length && isSame(before[x], after[x - diagonal])) x++;
      frontier.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return trace;
    }
  }
  return undefined;
}

function at(frontier: Frontier, diagonal: number): number {
  return frontier.get(diagonal) ?? 0;
}

function isDown(frontier: Frontier, diagonal: number, edits: number): boolean {
  if (diagonal === -edits) return true;
  return diagonal !== edits && at(frontier, diagonal - 1) < at(frontier, diagonal + 1);
}

function walkBack(trace: Frontier[], before: readonly string[], after: readonly string[]): DiffLine[] {
  const found: DiffLine[] = [];
  let [x, y] = [before.length, after.length];
  for (let edits = trace.length - 1; edits >= 0; edits--) {
    const frontier = trace[edits] ?? new Map();
    const diagonal = x - y;
    const isAdded = isDown(frontier, diagonal, edits);
    const fromX = at(frontier, isAdded ? diagonal + 1 : diagonal - 1);
    const fromY = fromX - (isAdded ? diagonal + 1 : diagonal - 1);
    while (x > Math.max(fromX, 0) && y > Math.max(fromY, 0)) {
      found.push({ kind: "same", text: after[--y] ?? "" });
      x--;
    }
    if (edits === 0) break;
    if (isAdded) found.push({ kind: "added", text: after[--y] ?? "" });
    else found.push({ kind: "removed", text: before[--x] ?? "" });
  }
  return found.reverse();
}

/** Between two lines that stay, what went before what came. */
function removedFirst(found: DiffLine[]): DiffLine[] {
  const ordered: DiffLine[] = [];
  let added: DiffLine[] = [];
  for (const line of found) {
    if (line.kind === "added") {
      added.push(line);
      continue;
    }
    if (line.kind === "same") {
      ordered.push(...added);
      added = [];
    }
    ordered.push(line);
  }
  return [...ordered, ...added];
}
