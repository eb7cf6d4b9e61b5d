/** Where the data can be from stage 5 on. */
export enum DatabaseChoice {
  /** RDS with replicas, as at stage 4. */
  INSTANCE = 'instance',
  /** One Aurora cluster. */
  CLUSTER = 'cluster',
  /** Aurora clusters by function, users over shards. */
  SHARDED = 'sharded',
}
