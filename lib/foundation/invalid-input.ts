/**
 * A wrong value given by a person: in the context, in a prop or in a blueprint.
 *
 * The message is one lower-case line: the value, what is allowed, what to type instead.
 * No part of the public API: told apart by its `name`, and in other languages than TypeScript it is that language's own kind of error.
 *
 * `bin/stagecraft.ts` prints that line alone; anything else that is thrown is a defect and keeps its stack.
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
