/** A pattern that some text could keep busy for longer than a message may take. */
export class UnsafePattern extends Error {
  override readonly name = "UnsafePattern";
}
