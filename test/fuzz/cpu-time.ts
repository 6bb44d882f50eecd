/** Milliseconds that this thread has worked: what other programs of the machine take of its processors does not count. */
export function cpuTimeMs(): number {
  // Node 22 knows only the whole process, with the collector's and the compiler's threads.
  const usage: () => NodeJS.CpuUsage = process.threadCpuUsage ?? process.cpuUsage;
  const { user, system } = usage.call(process);
  return (user + system) / 1000;
}

/** The least time that the work takes out of a few tries, since a collection, a compilation or a busy neighbour of the machine may fall into any one of them. */
export function leastTimeMs(work: () => void, tries: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let turn = 0; turn < tries; turn++) {
    const before = cpuTimeMs();
    work();
    least = Math.min(least, cpuTimeMs() - before);
  }
  return least;
}
