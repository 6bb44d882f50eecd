/** What a processor has in hand, by how far it is: it tells how much more to receive, and whether anything could still join a call that is not full. */
export interface Load {
  /** Everything that is held; bytes of bodies. */
  held: { messages: number; bytes: number };
  /** Messages that are being judged and inserted. */
  preparing: number;
  /** Groups of which messages are held that have not had their turn. */
  groups: number;
  /** The queue hands out as much as is asked for, so that more is about to come. */
  isFlooded: boolean;
}

export function createLoad(): Load {
  return { held: { messages: 0, bytes: 0 }, preparing: 0, groups: 0, isFlooded: false };
}
