import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Forwarding } from '../servers/forwarding';
import type { Postgres } from '../servers/postgres';
import { eventually } from '../servers/processes';
import type { Servers } from '../servers/servers';
import type { Ways } from '../servers/ways';
import { DISTANCE_MS, LAG_MS } from './limits';

/** A cluster of a global database. */
export interface Cluster {
  readonly region: string;
  /** How AWS calls it. */
  readonly name: string;
  readonly server: Postgres;
  /** Copies of it in its own region. */
  readonly readers: readonly Postgres[];
  /** Whether it passes writes on while it is a copy. */
  readonly forwards: boolean;
  /** Hears when it begins to take writes, and when it ends to. */
  readonly turned: (isWriter: boolean) => void;
}

/** What AWS says of a cluster, and what it takes to reach others from it. */
interface Member extends Omit<Cluster, 'forwards'> {
  /** Sockets that lead to clusters of other regions. */
  readonly directory: string;
  /** Address of its reader endpoint. */
  readonly endpoint: string;
  /** Whether it is a part no more, because its region was dark when another one took over. */
  isLeft: boolean;
  forwards: boolean;
}

/** An Aurora global database: one cluster takes writes, those of other regions are copies of it, a moment behind. */
export class GlobalDatabase {
  /** What goes on, in AWS's words. */
  public status = 'available';
  private readonly all: Member[] = [];
  private writerRegion = '';

  public constructor(
    public readonly name: string,
    private readonly servers: Servers,
    private readonly ways: Ways,
    private readonly isDark: (region: string) => boolean,
  ) {}

  /** Clusters that are part of it. */
  public get members(): readonly Member[] {
    return this.all.filter(({ isLeft }) => !isLeft);
  }

  /** The cluster that takes writes. */
  public get writer(): Member {
    const found = this.in(this.writerRegion);
    if (!found) throw new Error(`${this.name} has no cluster`);
    return found;
  }

  /** Its cluster in a region. */
  public in(region: string): Member | undefined {
    return this.all.find((one) => one.region === region);
  }

  /** Starts a copy in a region. */
  public async copy(cluster: Omit<Cluster, 'server' | 'readers'>, file: string): Promise<Member> {
    const directory = this.directoryOf(cluster.name);
    await this.stream(directory, cluster.region, this.writer);
    const server = await this.servers.replica(file, this.writer.server, directory);
    return this.add({ ...cluster, server, readers: [] });
  }

  /** Takes a cluster in; the first is the writer. */
  public async add(cluster: Cluster): Promise<Member> {
    const { region, server, readers } = cluster;
    if (this.all.length === 0) this.writerRegion = region;
    const directory = this.directoryOf(cluster.name);
    const wayTo = (other: string): string => join(directory, `to-${other}`);
    const local = (): string => (readers.at(0) ?? server).socketIn();
    // Where it may not pass writes on, the copy refuses them.
    const onward = (): string => (member.forwards ? wayTo(this.writer.region) : local());
    const { endpoint } = this.servers.stoppedAtEnd(
      await Forwarding.start(this.servers.certificates, {
        local,
        writer: () => (this.writer.region === region ? server.socketIn() : onward()),
      }),
    );
    const member = { ...cluster, directory, endpoint, isLeft: false };
    for (const other of this.all) {
      for (const [from, to] of [
        [member, other],
        [other, member],
      ]) {
        await this.stream(from.directory, from.region, to);
        await this.ways.open(from.region, to.region, join(from.directory, `to-${to.region}`), () => to.server.socketIn(), DISTANCE_MS);
      }
    }
    this.all.push(member);
    return member;
  }

  /**
   * Lets the cluster of a region take writes.
   * @param isPlanned whether the writer ends first and the copy has everything; otherwise what is on its way is lost.
   */
  public async move(region: string, isPlanned: boolean): Promise<void> {
    const [old, next] = [this.writer, this.in(region)];
    if (!next) throw new Error(`${this.name} has no cluster in ${region}`);
    this.status = isPlanned ? 'switching-over' : 'failing-over';
    try {
      if (isPlanned) {
        // A copy that doesn't listen would not hear of the end.
        await eventually(async () => next.server.has(await old.server.position()), 60_000);
        await old.server.shutDown();
      } else await old.server.stop();
      await next.server.promote();
      this.writerRegion = region;
      next.turned(true);
      for (const other of this.all.filter((one) => one !== next)) {
        other.isLeft = true;
        if (other === old) other.turned(false);
        if (!this.isDark(other.region)) await this.rebuild(other);
      }
    } finally {
      this.status = 'available';
    }
  }

  /** Starts what a region has of it, after it was dark. What another region took over meanwhile is copied anew, as AWS does. */
  public async revive(region: string): Promise<void> {
    const member = this.in(region);
    if (!member) return;
    if (member.isLeft) await this.rebuild(member);
    else for (const server of [member.server, ...member.readers]) await server.start();
  }

  private async rebuild(member: Member): Promise<void> {
    await member.server.follow(this.writer.server, member.directory);
    for (const reader of member.readers) await reader.follow(member.server);
    member.isLeft = false;
  }

  private directoryOf(cluster: string): string {
    const directory = join(this.servers.directory, 'ways', cluster);
    mkdirSync(directory, { recursive: true });
    return directory;
  }

  /** Opens the way on which a copy hears of the writer, once. */
  private async stream(directory: string, region: string, to: Cluster): Promise<void> {
    const at = to.server.socketIn(directory);
    if (this.open.has(at)) return;
    this.open.add(at);
    await this.ways.open(region, to.region, at, () => to.server.socketIn(), LAG_MS);
  }

  private readonly open = new Set<string>();
}
