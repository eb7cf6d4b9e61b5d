/** Keeps uploaded pictures. Names come from `nameForImage`, so they are safe as file names and as keys. */
export interface UploadStore {
  /** Where it is, for people. */
  readonly place: string;
  /** Keeps a picture. */
  put(name: string, type: string, bytes: Buffer): Promise<void>;
  /** The picture, if there is one. */
  get(name: string): Promise<Uint8Array | undefined>;
  /** Fails when it doesn't answer. */
  check(): Promise<void>;
}
