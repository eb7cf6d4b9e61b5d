/**
 * A wrong value given by a person: in the context, in a prop or in a blueprint.
 *
 * The message is one lower-case line: the value, what is allowed, what to type instead.
 * In other languages than TypeScript it arrives as that language's own kind of error, with the message.
 *
 * `bin/stagecraft.ts` prints that line alone; anything else that is thrown is a defect and keeps its stack.
 *
 * @internal
 */
export class InvalidInput extends Error {
  /**
   * @param message one lower-case line.
   */
  public constructor(message: string) {
    super(message);
    this.name = 'InvalidInput';
  }
}
