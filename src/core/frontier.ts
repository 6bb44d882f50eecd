/** One record on its way. */
export interface Ticket {
  readonly partition: string;
  readonly position: bigint;
  /** Its partition is not this process's any more: it is not to be sent. */
  isLost: boolean;
  isDone: boolean;
}

/** Records of one partition in their order: what is before `from` is at the frontier already. */
interface Lane {
  tickets: Ticket[];
  from: number;
  /** Of the last record that everything before is done of, itself included. */
  frontier: bigint | undefined;
  /** The frontier was moved since it was last taken. */
  hasMoved: boolean;
}

/** Lanes are cut when this much of them lies behind the frontier. */
const CUT_AFTER = 1024;

/**
 * How far the work on each partition is without a gap. Records end in any order; the frontier is the last one before which every record has
 * ended, so that going on behind it leaves none out. Positions are not compared: the order in which records begin is the order of a partition.
 */
export class FrontierTracker {
  readonly #lanes = new Map<string, Lane>();
  #open = 0;
  #ahead = 0;

  /** Records that are not behind a frontier yet. */
  get size(): number {
    return this.#open + this.#ahead;
  }

  /** Records that ended before one that began before them: whoever goes on from the frontiers meets them again. */
  get ahead(): number {
    return this.#ahead;
  }

  begin(partition: string, position: bigint): Ticket {
    const ticket = { partition, position, isLost: false, isDone: false };
    const lane = this.#lanes.get(partition) ?? { tickets: [], from: 0, frontier: undefined, hasMoved: false };
    this.#lanes.set(partition, lane);
    lane.tickets.push(ticket);
    this.#open += 1;
    return ticket;
  }

  /** The record has ended, for good; without effect for one that is lost. */
  end(ticket: Ticket): void {
    const lane = this.#lanes.get(ticket.partition);
    if (lane === undefined || ticket.isLost || ticket.isDone) return;
    ticket.isDone = true;
    this.#open -= 1;
    this.#ahead += 1;
    for (let next = lane.tickets[lane.from]; next?.isDone; next = lane.tickets[lane.from]) {
      lane.frontier = next.position;
      lane.hasMoved = true;
      lane.from += 1;
      this.#ahead -= 1;
    }
    if (lane.from < CUT_AFTER) return;
    lane.tickets.splice(0, lane.from);
    lane.from = 0;
  }

  /** Forgets what is known of partitions; their records on the way are lost. */
  lose(partitions: Iterable<string>): void {
    for (const partition of partitions) {
      const lane = this.#lanes.get(partition);
      for (const ticket of lane?.tickets.slice(lane.from) ?? []) {
        ticket.isLost = true;
        if (ticket.isDone) this.#ahead -= 1;
        else this.#open -= 1;
      }
      this.#lanes.delete(partition);
    }
  }

  /** The frontiers that were moved since they were last taken. */
  takeMoved(): { partition: string; position: bigint }[] {
    const moved = this.frontiers(({ hasMoved }) => hasMoved);
    for (const { partition } of moved) {
      const lane = this.#lanes.get(partition);
      if (lane !== undefined) lane.hasMoved = false;
    }
    return moved;
  }

  /** Every frontier there is. */
  frontiers(
    isWanted: (lane: { hasMoved: boolean }) => boolean = () => true,
  ): { partition: string; position: bigint }[] {
    return [...this.#lanes].flatMap(([partition, lane]) =>
      lane.frontier !== undefined && isWanted(lane) ? [{ partition, position: lane.frontier }] : [],
    );
  }
}
