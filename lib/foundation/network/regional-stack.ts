import { CrossStackReferences, ReferenceStrength, Stack, type StackProps, Token } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { InvalidInput } from '../invalid-input';
import { Regions } from '../regions/regions';

/** Props of {@link RegionalStack}. */
export interface RegionalStackProps extends StackProps {
  /** The region, such as `us-east-1`. The account is that of `env`, or the one that deploys. */
  readonly region: string;
  /**
   * The three availability zones of this stack's VPC, for example because an account's zone lacks an instance type.
   * Choose once: another zone means another subnet, and a subnet can't move.
   * @default - the region's first three zones that every account has
   */
  readonly zones?: string[];
}

/**
 * A stack that knows its region and its three availability zones without asking AWS, so that it synthesizes offline.
 * A plain `Stack` without an account yields two zones, and one with an account looks them up (aws-cdk-lib `Stack.availabilityZones`).
 */
export class RegionalStack extends Stack {
  /** Whether nobody chose the zones. */
  public readonly hasDefaultZones: boolean;
  private readonly zones: string[];

  public constructor(scope: Construct, id: string, props: RegionalStackProps) {
    const { region, zones = Regions.zones(region), env, ...rest } = props;
    if (env?.region !== undefined && !Token.isUnresolved(env.region) && env.region !== region) {
      throw new InvalidInput(`env.region ${env.region} is not region ${region} of stack ${id}: leave env.region out`);
    }
    super(scope, id, { terminationProtection: true, ...rest, env: { account: env?.account, region } });
    this.hasDefaultZones = props.zones === undefined;
    if (zones.length !== 3 || new Set(zones).size !== 3 || !zones.every((zone) => zone.startsWith(region))) {
      throw new InvalidInput(
        `azs=${zones.join(',')} must be three different zones of ${region}: type -c azs=${region}a,${region}b,${region}c`,
      );
    }
    this.zones = zones;
    // Weak: an export could not be changed while another stack reads it (aws-cdk-lib README, "The deadly embrace").
    CrossStackReferences.of(this).consume(ReferenceStrength.WEAK);
  }

  /** The three zones, fixed at birth. */
  public override get availabilityZones(): string[] {
    return this.zones;
  }
}
