import { RemovalPolicy } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Foundation } from '../../foundation/foundation';
import { SubnetGroup } from '../../foundation/network/network';
import { type EvictionPolicy, Valkey, type ValkeyOptions } from './valkey';

/** A group of a tier, which the web servers may use. */
export function valkeyGroup(
  scope: Construct,
  id: string,
  role: string,
  eviction: EvictionPolicy,
  options: ValkeyOptions,
  foundation: Foundation,
): Valkey {
  const group = new Valkey(scope, id, {
    ...options,
    name: `${foundation.name}/${role}`,
    description: `Valkey ${role}`,
    eviction,
    vpc: foundation.network.vpc,
    subnets: foundation.network.subnets(SubnetGroup.DATA),
    key: foundation.key,
    removalPolicy: foundation.removalPolicy === RemovalPolicy.DESTROY ? RemovalPolicy.DESTROY : RemovalPolicy.SNAPSHOT,
  });
  group.admit(foundation.servers);
  return group;
}
