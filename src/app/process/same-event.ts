/** Which events are in hand, so that of one event one message at a time is judged: the next one then finds in the journal what became of it. */
export interface EventsInHand {
  /** @returns resolves when every earlier message of the event is let go; undefined when there is none */
  enter(eventKey: string, gone: Promise<void>): Promise<void> | undefined;
}

export function createEventsInHand(): EventsInHand {
  const last = new Map<string, Promise<void>>();
  return {
    enter(eventKey, gone) {
      const before = last.get(eventKey);
      const until = before === undefined ? gone : before.then(() => gone);
      last.set(eventKey, until);
      void until.then(() => {
        if (last.get(eventKey) === until) last.delete(eventKey);
      });
      return before;
    },
  };
}
