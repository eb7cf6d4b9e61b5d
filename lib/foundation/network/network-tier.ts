import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import type { Construct } from 'constructs';
import { InvalidInput } from '../invalid-input';
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

  /** The same tier with another number of NAT gateways, or this tier where it has none to choose. */
  public withNatGateways(_count: number): NetworkTier {
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

  public override withNatGateways(natGateways: number): NetworkTier {
    return this.options.groups.includes(SubnetGroup.APP) ? new VpcTier({ ...this.options, natGateways }) : this;
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
