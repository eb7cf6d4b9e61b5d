import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { InvalidInput } from '../invalid-input';
import type { Nat } from './nat';
import { Network, SubnetGroup } from './network';

/** Options of {@link NetworkTier.vpc}. */
export interface VpcTierOptions {
  /** The groups of subnets that exist now. */
  readonly groups: SubnetGroup[];
  /**
   * NAT gateways, 1 to 3.
   * @default - one per zone where the App group exists, otherwise none
   */
  readonly natGateways?: number;
  /**
   * The way out of the App group, instead of `natGateways`: `Nat.instance()` is the cheapest.
   * @default - as `natGateways` says
   */
  readonly nat?: Nat;
  /**
   * In how many zones the endpoint of Secrets Manager stands, 1 to 3; it costs by the hour and zone.
   * @default 3
   */
  readonly endpointZones?: number;
  /**
   * The VPC's IPv4 range, a private /16; final. Give another one where networks of the same region have to reach each other.
   * @default - 10.n.0.0/16 with n from the region's place in the address plan
   */
  readonly cidr?: string;
}

/** Options of {@link NetworkTier.existing}. */
export interface ExistingVpcOptions {
  /**
   * Whether the VPC has its own way from its isolated subnets to Secrets Manager, which rotates the database's password there.
   * @default false - an endpoint is made in them
   */
  readonly reachesSecretsManager?: boolean;
}

/** The network of an architecture. */
export abstract class NetworkTier {
  /** A new VPC with the given groups; the addresses of the others stay reserved. */
  public static vpc(options: VpcTierOptions): NetworkTier {
    return new VpcTier(options);
  }

  /** A VPC that exists already, with public, private and isolated subnets as far as the other tiers need them. */
  public static existing(vpc: ec2.IVpc, options: ExistingVpcOptions = {}): NetworkTier {
    return new ExistingVpcTier(vpc, options);
  }

  /** The same tier with another way out of its App group, or this tier where it has none to choose. */
  public withNat(_nat: Nat): NetworkTier {
    return this;
  }

  /** The same tier with the endpoint of Secrets Manager in some zones, 1 to 3, or this tier where it has none to choose. */
  public withEndpointZones(_count: number): NetworkTier {
    return this;
  }

  /** The same tier with another IPv4 range, or this tier where it has none to choose. Final. */
  public withCidr(_cidr: string): NetworkTier {
    return this;
  }

  /** Creates the network under an architecture. */
  public abstract bind(scope: Construct): Network;
}

class VpcTier extends NetworkTier {
  public constructor(private readonly options: VpcTierOptions) {
    super();
    if (!options.groups.includes(SubnetGroup.PUBLIC)) {
      throw new InvalidInput(`subnet groups ${options.groups.join(', ') || '(none)'} lack Public: every architecture has a public entry`);
    }
  }

  public override withNat(nat: Nat): NetworkTier {
    return this.options.groups.includes(SubnetGroup.APP) ? new VpcTier({ ...this.options, natGateways: undefined, nat }) : this;
  }

  public override withEndpointZones(endpointZones: number): NetworkTier {
    return this.options.groups.includes(SubnetGroup.DATA) ? new VpcTier({ ...this.options, endpointZones }) : this;
  }

  public override withCidr(cidr: string): NetworkTier {
    return new VpcTier({ ...this.options, cidr });
  }

  public bind(scope: Construct): Network {
    return new Network(scope, 'Network', this.options);
  }
}

class ExistingVpcTier extends NetworkTier {
  public constructor(
    private readonly vpc: ec2.IVpc,
    private readonly options: ExistingVpcOptions,
  ) {
    super();
  }

  public bind(scope: Construct): Network {
    return new Network(scope, 'Network', { ...this.options, vpc: this.vpc });
  }
}
