import { join } from 'node:path';
import { type Entrance, Front, type FrontOptions } from '../servers/front';
import { freePort } from '../servers/processes';
import type { Servers } from '../servers/servers';
import type { Ways } from '../servers/ways';
import type { Json } from '../shared/template';
import { keepSecondsOf } from './cache-policies';
import type { Deployment, InFront, Say } from './deployment';
import { Dns } from './dns';
import { DISTANCE_MS } from './limits';

/** Where nobody answers: what leads to a region that is dark. */
const NOWHERE = '127.0.0.1:9';

/** A region, and how it is reached. */
interface Place {
  readonly deployment: Deployment;
  /** Where visitors near it come in. */
  readonly port: number;
  /** Ports that lead from far away to its load balancer, by the region from whose neighbourhood. */
  readonly far: Map<string, number>;
  readonly region: string;
  readonly url: string;
  isIn: boolean;
  against: number;
}

/** What is in front of all regions: the CDN with a place near each of them, DNS, and, in the same nginx, their load balancers. */
export class Edge implements InFront {
  private readonly places: Place[] = [];
  private front?: Front;
  private dns?: Dns;

  /** @param port where visitors near the first region come in. */
  public constructor(
    private readonly servers: Servers,
    private readonly ways: Ways,
    private readonly port: number,
    private readonly say: Say,
  ) {}

  /** Where visitors find the website: near each region. */
  public get urls(): readonly string[] {
    return this.places.map(({ port }) => `http://localhost:${port}`);
  }

  /** nginx. */
  public get door(): Front {
    if (!this.front) throw new Error('nothing is deployed');
    return this.front;
  }

  /** Region that somebody near a region is sent to now. */
  public goesTo(region: string): string {
    return this.dns?.answer(region) ?? region;
  }

  /** Takes a region in. */
  public async add(deployment: Deployment): Promise<void> {
    const { region } = deployment;
    const port = this.places.length === 0 ? this.port : await freePort();
    const place = {
      deployment,
      port,
      far: new Map<string, number>(),
      region,
      url: `http://${deployment.balancerAddress}`,
      isIn: true,
      against: 0,
    };
    for (const other of this.places) {
      await this.open(other, place);
      await this.open(place, other);
    }
    this.places.push(place);
  }

  /** Begins to serve, or serves what is there now. */
  public async serve(): Promise<void> {
    if (this.there.length > 1)
      this.dns ??= this.servers.stoppedAtEnd(
        new Dns(
          () => this.there,
          (region, isIn) => {
            this.say(isIn ? `DNS sends visitors to ${region} again` : `DNS sends nobody to ${region} any more`);
            this.turn();
          },
        ),
      );
    if (this.front) this.turn();
    else this.front = this.servers.stoppedAtEnd(await Front.create(join(this.servers.directory, 'front'), this.options()));
  }

  /** Serves what is there now, if it serves. */
  public turn(): void {
    this.front?.change(this.options());
  }

  /** The region whose load balancer is at an address, as nginx's log has it. */
  public balancedAt(address: string): Deployment | undefined {
    return this.places.find(
      ({ deployment, far }) => deployment.balancerAddress === address || [...far.values()].some((port) => address === `127.0.0.1:${port}`),
    )?.deployment;
  }

  private get there(): Place[] {
    return this.places.filter(({ deployment }) => deployment.isDeployed);
  }

  private async open(from: Place, to: Place): Promise<void> {
    const port = await freePort();
    // A place of the CDN is in no region.
    await this.ways.open('', to.region, port, () => Number(to.deployment.balancerAddress.split(':')[1]), DISTANCE_MS);
    to.far.set(from.region, port);
  }

  private options(): FrontOptions {
    return {
      entrances: this.there.map((place) => this.entrance(place)),
      balancers: this.there.flatMap(({ deployment }) => (deployment.isDark ? [] : deployment.balancer)),
    };
  }

  private entrance({ port, region }: Place): Entrance {
    const [{ deployment }] = this.places;
    const { cdn, servers, stack } = deployment.current;
    const single = deployment.fleet.members.find(({ part }) => part.role === 'web' && !part.balanced);
    const balanced = this.balancerFor(region);
    // Any other name than a bucket's or the load balancer's is the one server's.
    const placeOf = (origin: Json): string => {
      const place = deployment.value(origin) ?? '';
      const bucket = this.there.map((one) => one.deployment.bucketAt(place)).find((one) => one !== undefined);
      if (bucket !== undefined) return `http://${bucket.deployment.isDark ? NOWHERE : bucket.address}`;
      return place.startsWith('127.0.0.1:') ? `http://${balanced}` : (single?.host.url ?? `http://${balanced}`);
    };
    const straight = servers.some((one) => one.balanced) && !single ? `http://${balanced}` : (single?.host.url ?? '');
    return {
      port,
      isCdn: cdn !== undefined,
      behaviours: cdn
        ? cdn.behaviours.map(({ path, origins, policy }) => ({
            path,
            origins: origins.map(placeOf),
            keepSeconds: keepSecondsOf(policy, stack),
          }))
        : [{ path: '/', origins: [straight], keepSeconds: 0 }],
    };
  }

  /** Address of the load balancer to which somebody near a region is sent. */
  private balancerFor(region: string): string {
    const to = this.goesTo(region);
    const place = this.places.find((one) => one.region === to) ?? this.places[0];
    const far = place.far.get(region);
    return far === undefined ? place.deployment.balancerAddress : `127.0.0.1:${far}`;
  }
}
