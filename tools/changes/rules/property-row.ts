import type { Test } from '../tests';

/** A change of one property that loses data or protection, or that AWS refuses. */
export interface PropertyRule {
  /** Name of the rule. */
  readonly rule: string;
  readonly type: string;
  /** Path in the properties, or `UpdatePolicy`; `*` is each item of a list, with the one for the same region on the other side, or with the one at the same place. */
  readonly property: string;
  readonly when: Test;
  /** One lower-case sentence. */
  readonly says: string;
}

/** A rule without its name. */
export type Row = readonly [type: string, property: string, when: Test, says: string];

/** Rows with the name of their rule. */
export const named = (rule: string, rows: readonly Row[]): PropertyRule[] =>
  rows.map(([type, property, when, says]) => ({ rule, type, property, when, says }));

/** The same property of several types. */
export const across = (types: readonly string[], property: string, when: Test, says: string): Row[] =>
  types.map((type) => [type, property, when, says]);

export const BUCKET = 'AWS::S3::Bucket';
export const CLUSTER = 'AWS::RDS::DBCluster';
export const DB = 'AWS::RDS::DBInstance';
export const GLOBAL_TABLE = 'AWS::DynamoDB::GlobalTable';
export const GROUP = 'AWS::ElastiCache::ReplicationGroup';
export const KEY = 'AWS::KMS::Key';
export const QUEUE = 'AWS::SQS::Queue';
export const SECRET = 'AWS::SecretsManager::Secret';
export const SERVER = 'AWS::EC2::Instance';
export const TABLE = 'AWS::DynamoDB::Table';
