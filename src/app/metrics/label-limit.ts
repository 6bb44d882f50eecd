import type { Labels } from "../../ports/metrics.js";

/** What stands for all that comes once the limit is reached. */
const OTHER = "other";

/**
 * Bounds what one metric may cost: whoever sends events may make up any number of clients and types, and each set of labels is a
 * series of its own.
 *
 * @param most - so many sets of labels are kept as they are; then those that are new share one
 * @param open - names of the labels whose values come from outside
 */
export function limitLabels(most: number, open: readonly string[]): (labels: Labels) => Labels {
  const known = new Set<string>();
  return (labels) => {
    const key = Object.values(labels).join("\n");
    if (known.has(key)) return labels;
    if (known.size < most) {
      known.add(key);
      return labels;
    }
    return { ...labels, ...Object.fromEntries(open.map((name) => [name, OTHER])) };
  };
}
