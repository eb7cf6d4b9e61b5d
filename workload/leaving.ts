import { isOurs } from './http/client-address';
import type { Context } from './http/context';
import { text, type Reply } from './http/reply';
import { pause } from './timing';

/**
 * Whether the process answers, which a load balancer asks every few seconds. Nobody else is asked for it: a database that is down is no reason to
 * replace servers. A process that has to go says no, and answers visitors until the balancer has heard that often enough.
 */
export class Leaving {
  private hasBalancer = false;
  private begun = false;

  /** Answers a probe. */
  public probe({ client }: Context): Reply {
    // Whoever asks by an address of the network itself is a balancer: visitors have public ones, and this server none.
    if (client !== undefined && isOurs(client)) this.hasBalancer = true;
    return this.begun ? text(503, 'leaving\n') : text(200, 'ok\n');
  }

  /** Says no from now on, and waits until nobody sends visitors any more. Without a balancer there is nobody to wait for. */
  public async begin(milliseconds: number): Promise<void> {
    this.begun = true;
    if (this.hasBalancer) await pause(milliseconds);
  }
}
