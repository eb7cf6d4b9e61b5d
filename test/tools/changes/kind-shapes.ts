import type { Json, Template } from '../../../tools/shared/template';

export const DB = { Engine: 'postgres', DBInstanceClass: 'db.t4g.small', AllocatedStorage: '50', MasterUsername: 'shop' };
export const database = (more: Record<string, Json> = {}, rest: object = {}): Template['Resources'] => ({
  Orders: {
    Type: 'AWS::RDS::DBInstance',
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: { ...DB, ...more },
    ...rest,
  },
});
export const bucket = (more: object = {}): Template['Resources'] => ({
  Invoices: { Type: 'AWS::S3::Bucket', ...more },
});
export const setting = (Value: Json): Template['Resources'] => ({
  Map: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Name: '/shop/config/shards/map', Value } },
});
export const cluster = {
  Type: 'AWS::RDS::DBCluster',
  DeletionPolicy: 'Retain',
  UpdateReplacePolicy: 'Retain',
  Properties: { Engine: 'aurora-postgresql' },
};
export const member = {
  Type: 'AWS::RDS::DBInstance',
  Properties: { DBClusterIdentifier: { Ref: 'Cluster' }, Engine: 'aurora-postgresql' },
};
export const equals = (one: Json, other: Json): Json => ({ Live: { 'Fn::Equals': [one, other] } });
export const group = (rest: object, properties: object = {}): Template['Resources'] => ({
  Fleet: { Type: 'AWS::AutoScaling::AutoScalingGroup', Properties: { MinSize: '2', MaxSize: '4', ...properties }, ...rest },
});

/** A change, and the rules that say something about it: none for what is harmless. */
export type Kind = readonly [what: string, before: Template, after: Template, rules: readonly string[]];
