/** A wrong argument of a command. The message is one lower-case line: the value, what is allowed, what to type instead. */
export class BadInput extends Error {
  public constructor(message: string) {
    super(message);
    this.name = 'BadInput';
  }
}
