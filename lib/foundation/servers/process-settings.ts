/** What a server reads of a process. Times are in seconds. */
export interface ProcessSettings {
  /**
   * Shell command.
   * @default - the line of the Procfile with its name
   */
  readonly command?: string;
  /**
   * Processes that answer requests on a server; 0 is one for each vCPU.
   * @default - not web
   */
  readonly instances?: number;
  /**
   * Path of the health check.
   * @default - not web
   */
  readonly healthPath?: string;
  /**
   * The largest request, in MiB.
   * @default - not web
   */
  readonly bodyMegabytes?: number;
  /**
   * Requests of one client in a second; 0 is any number.
   * @default - not web
   */
  readonly requestsPerSecond?: number;
  /**
   * Requests of one client at once; 0 is any number.
   * @default - not web
   */
  readonly requestsPerClient?: number;
  /**
   * Requests of all clients at once; 0 is any number.
   * @default - not web
   */
  readonly requestsAtOnce?: number;
  /**
   * Until the health check passes.
   * @default - not web
   */
  readonly startSeconds?: number;
  /**
   * From SIGTERM to SIGKILL.
   * @default - ends by itself
   */
  readonly stopSeconds?: number;
  /**
   * How long an answer may pause.
   * @default - not web
   */
  readonly idleSeconds?: number;
  /**
   * Processes of a worker on a server.
   * @default - no worker
   */
  readonly count?: number;
  /**
   * Whether work comes from the queue.
   * @default false
   */
  readonly onQueue?: boolean;
  /**
   * From one start to the next.
   * @default - not scheduled
   */
  readonly everySeconds?: number;
  /**
   * How long it may take.
   * @default - it doesn't end
   */
  readonly timeoutSeconds?: number;
}
