/** Which events are in hand, so that of one event one message at a time is judged: the next one then finds in the journal what became of it. */
export interface EventsInHand {
  enter(eventKey: string): Place;
}

/** A message's place among those of the same event. */
interface Place {
  /** Resolves when every earlier message of the event has left; undefined when there is none. */
  before: Promise<void> | undefined;
  /** Lets the next one in once all before it have left, too; leaving again does nothing. */
  leave(): void;
}

/** The messages of one event, in the order in which they came: the first has its turn. */
type Line = { hasLeft: boolean; enter: () => void }[];

export function createEventsInHand(): EventsInHand {
  const lines = new Map<string, Line>();

  function moveUp(eventKey: string, line: Line): void {
    while (line[0]?.hasLeft) {
      line.shift();
      line[0]?.enter();
    }
    if (line.length === 0) lines.delete(eventKey);
  }

  return {
    enter(eventKey) {
      const line = lines.get(eventKey) ?? [];
      const place = { hasLeft: false, enter: () => {} };
      const isFirst = line.push(place) === 1;
      if (isFirst) lines.set(eventKey, line);
      const entered = (resolve: () => void) => {
        place.enter = resolve;
      };
      return {
        // Nearly all are alone, and thousands come in a second: they get by without a promise.
        before: isFirst ? undefined : new Promise<void>(entered),
        leave() {
          if (place.hasLeft) return;
          place.hasLeft = true;
          moveUp(eventKey, line);
        },
      };
    },
  };
}
