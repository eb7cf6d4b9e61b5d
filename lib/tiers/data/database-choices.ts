import { type Duration, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as rds from 'aws-cdk-lib/aws-rds';
import type { Construct } from 'constructs';
import { InvalidInput } from '../../foundation/invalid-input';
import { type OfferKind, RegionOffers } from '../../foundation/regions/region-offers';

/** What rule packs find in any database here, and why that is right. */
export const DATABASE_REASONS = {
  RDSInBackupPlan:
    "RDS's own backups lead back to any second of two weeks, and outlive the database; a vault of AWS Backup is a choice: Backups.vault()",
  RDSEnhancedMonitoringEnabled:
    'load, waits, memory and storage are seen by Performance Insights and CloudWatch, and alarms go by them; nobody can act on processes of a managed server',
};

/** The largest gp3 storage that RDS for PostgreSQL makes, in GiB. */
export const MOST_STORAGE = 65_536;
const LEAST_STORAGE = 20;
/** The server of a single-server architecture has this one, and nothing moves to an older one. */
const OLDEST_MAJOR = 17;

/** Without the `db.` that the CDK puts before it, and in the region. */
export function databaseType(scope: Construct, kind: OfferKind, given: ec2.InstanceType): ec2.InstanceType {
  const type = given.toString().replace(/^db\./, '');
  RegionOffers.check(kind, Stack.of(scope).region, type);
  return new ec2.InstanceType(type);
}

/** Refuses a storage that RDS doesn't make. */
export function refuseStorage(gib: number): void {
  if (Token.isUnresolved(gib) || (Number.isInteger(gib) && gib >= LEAST_STORAGE && gib <= MOST_STORAGE)) return;
  throw new InvalidInput(`allocatedStorage ${gib} is not possible: RDS allows ${LEAST_STORAGE} to ${MOST_STORAGE} GiB`);
}

/** Refuses a retention that RDS doesn't keep; zero would turn backups off, and a database here always has them. */
export function refuseRetention(retention: Duration): void {
  if (retention.isUnresolved()) return;
  const days = retention.toDays({ integral: false });
  if (!Number.isInteger(days) || days < 1 || days > 35) {
    throw new InvalidInput(`backupRetention of ${days} days is not possible: RDS allows 1 to 35 whole days`);
  }
}

/** A version of RDS for PostgreSQL, from a text such as `17` or `17.6`. */
export function engineVersion(version: string, what: string): rds.PostgresEngineVersion {
  return rds.PostgresEngineVersion.of(version, String(major(version, what, /^(\d{2})(?:\.\d{1,2})?$/, '17 or 17.6')));
}

/** A version of Aurora PostgreSQL, from a text such as `17.7`: Aurora needs the minor one. */
export function auroraVersion(version: string): rds.AuroraPostgresEngineVersion {
  return rds.AuroraPostgresEngineVersion.of(version, String(major(version, 'Aurora PostgreSQL', /^(\d{2})\.\d{1,2}$/, '17.7')));
}

function major(version: string, what: string, form: RegExp, example: string): number {
  const [, number] = form.exec(version) ?? [];
  if (!(Number(number) >= OLDEST_MAJOR)) {
    throw new InvalidInput(`engineVersion ${version} is not possible: ${what} from ${OLDEST_MAJOR} on, such as ${example}`);
  }
  return Number(number);
}

/** The writer of a global database and its copies never pause (Aurora guide, "Scaling to zero ACUs"): what is paid is said. */
export function leastCapacity(chosen: number | undefined, isGlobal: boolean): number {
  return isGlobal ? Math.max(0.5, chosen ?? 0.5) : (chosen ?? 0.5);
}

/** Refuses capacity units that Aurora doesn't have. */
export function refuseCapacity(least: number, most: number): void {
  const inHalves = [least, most].every((units) => Number.isInteger(units * 2));
  if (inHalves && least >= 0 && most >= 1 && most <= 256 && least <= most) return;
  throw new InvalidInput(
    `capacity of ${least} to ${most} is not possible: allowed are 0 to 256 capacity units in steps of a half, up to one or more`,
  );
}
