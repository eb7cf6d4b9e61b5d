import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Certificates, makeCertificates } from './certificates';
import { Moto } from './moto';
import { Postgres, type PostgresOptions } from './postgres';
import { Valkey } from './valkey';

/** Starts servers in a directory of their own, and stops all of them at the end. */
export class Servers {
  private readonly ends: (() => Promise<unknown> | undefined)[] = [];
  private directoryPath?: string;
  private certificateFiles?: Certificates;

  /** @param given a directory that is there and stays; otherwise one is made, and removed at the end. */
  public constructor(private readonly given?: string) {}

  /** Where they are. */
  public get directory(): string {
    if (this.given !== undefined) return this.given;
    if (!this.directoryPath) {
      this.directoryPath = mkdtempSync(join(tmpdir(), 'servers-'));
      // PostgreSQL may run as another user.
      chmodSync(this.directoryPath, 0o711);
    }
    return this.directoryPath;
  }

  /** Proof that servers are who they say, for TLS. */
  public get certificates(): Certificates {
    this.certificateFiles ??= makeCertificates(this.directory);
    return this.certificateFiles;
  }

  /** Starts PostgreSQL. */
  public async postgres(name: string, options?: PostgresOptions): Promise<Postgres> {
    return this.stoppedAtEnd(await Postgres.create(join(this.directory, name), { ...options, template: join(this.directory, 'template') }));
  }

  /** Starts a PostgreSQL that follows another one; `way` as `Postgres.replicate`. */
  public async replica(name: string, writer: Postgres, way?: string): Promise<Postgres> {
    return this.stoppedAtEnd(await writer.replicate(join(this.directory, name), way));
  }

  /** Starts Valkey. */
  public async valkey(name: string, password: string, clustered = false, more?: Readonly<Record<string, string>>): Promise<Valkey> {
    return this.stoppedAtEnd(await Valkey.create(join(this.directory, name), this.certificates, password, clustered, more));
  }

  /** Starts the AWS API. */
  public async moto(): Promise<Moto> {
    const moto = this.stoppedAtEnd(await Moto.create());
    await moto.start();
    return moto;
  }

  /** Stops something at the end, before what was started earlier. */
  public stoppedAtEnd<T extends { stop(): Promise<unknown> }>(server: T): T {
    this.ends.unshift(async () => server.stop());
    return server;
  }

  /** Stops everything. */
  public async stop(): Promise<void> {
    for (const end of this.ends) await end();
    if (this.directoryPath) rmSync(this.directoryPath, { recursive: true, force: true });
  }
}
