import { RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Nat } from '../foundation/network/nat';
import { Monitoring } from '../operate/observe/monitoring';
import type { Blueprint } from './blueprint';
import { type Sizes, Sizing } from './sizing';

/**
 * How much a deployment may cost, for every architecture. What is final at birth is the same in all of them, so moving up is a deploy; storage
 * only grows, so moving down is a profile with the larger `disk` and `storage` beside it.
 */
export class Profile {
  /** The cheapest that still shows every part, and may be deleted with all its data. Nobody is told of anything. */
  public static readonly LESSON = new Profile('lesson', RemovalPolicy.DESTROY, {
    ...{ size: new ec2.InstanceType('t4g.micro'), disk: 8 },
    ...{ databaseClass: new ec2.InstanceType('t4g.micro'), storage: 20, standby: false, replicas: 1 },
    ...{ capacity: { minCapacity: 0, maxCapacity: 2 }, cacheNode: 't4g.micro' },
    ...{ fleet: { min: 2, max: 4 }, workers: { min: 0, max: 2 }, nat: Nat.instance(), endpoints: 1, monitoring: Monitoring.NONE },
  });

  /** Real users and a small team: backups, protection and alarms, and no standby where its absence is only a longer outage. */
  public static readonly START = new Profile('start', RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, {
    size: new ec2.InstanceType('t4g.medium'),
    ...{ databaseClass: new ec2.InstanceType('t4g.medium'), storage: 50, standby: false, replicas: 1 },
    ...{ capacity: { minCapacity: 0.5, maxCapacity: 8 }, cacheNode: 't4g.small' },
    ...{ fleet: { min: 2, max: 6 }, nat: Nat.gateways(1) },
  });

  /** What a blueprint says itself: nothing fails alone. */
  public static readonly PRODUCTION = new Profile('production', RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, {});

  /** All of them, the cheapest first. */
  public static readonly ALL: Profile[] = [Profile.LESSON, Profile.START, Profile.PRODUCTION];

  private constructor(
    /** Name, as `-c profile=` takes it. */
    public readonly name: string,
    /** For `removalPolicy` of `WebArchitecture`. */
    public readonly removalPolicy: RemovalPolicy,
    /** What it chooses. */
    public readonly sizes: Sizes,
  ) {}

  /** The same architecture as this profile wants it. */
  public apply(blueprint: Blueprint): Blueprint {
    return Sizing.of(blueprint, this.sizes).blueprint;
  }
}
