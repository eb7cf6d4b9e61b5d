import { Annotations, Stack, Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeRules } from '../acknowledge';
import { InvalidInput } from '../invalid-input';
import { RegionOffers } from '../regions/region-offers';
import { Regions } from '../regions/regions';
import { type Nat, hardenNat } from './nat';
import { RegionalStack } from './regional-stack';
import { SecretsEndpoint } from './secrets-endpoint';

/** The three groups of subnets. The value is the group's name in the VPC. */
export enum SubnetGroup {
  /** Reachable from the internet: the single server, later the load balancer and the NAT gateways. */
  PUBLIC = 'Public',
  /** Private with a way out through NAT: the fleet and the workers. */
  APP = 'App',
  /** Isolated, no route out: databases and caches. */
  DATA = 'Data',
}

/** The address plan inside a /16: order and masks are final, new groups are only ever appended. */
const PLAN: { group: SubnetGroup; subnetType: ec2.SubnetType; cidrMask: number }[] = [
  { group: SubnetGroup.PUBLIC, subnetType: ec2.SubnetType.PUBLIC, cidrMask: 20 },
  { group: SubnetGroup.APP, subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 19 },
  { group: SubnetGroup.DATA, subnetType: ec2.SubnetType.PRIVATE_ISOLATED, cidrMask: 21 },
];

/** Props of {@link Network}. */
export interface NetworkProps {
  /**
   * The groups that exist now. The others keep their addresses reserved and appear later without moving anything.
   * @default - all three
   */
  readonly groups?: SubnetGroup[];
  /**
   * NAT gateways, 1 to 3; each costs by the hour and by the gigabyte. One for thrift, one per zone so that a zone's
   * failure leaves the others their way out.
   * @default - one per zone where the App group exists, otherwise none
   */
  readonly natGateways?: number;
  /**
   * The way out of the App group, instead of `natGateways`: `Nat.instance()` is the cheapest.
   * @default - as `natGateways` says
   */
  readonly nat?: Nat;
  /**
   * In how many zones the endpoint of Secrets Manager stands, 1 to 3; it costs by the hour and zone. With less than three a zone's failure may
   * keep servers from reading secrets until another deploy.
   * @default 3
   */
  readonly endpointZones?: number;
  /**
   * A VPC of your own. It needs subnets of the types that the groups name; nothing is created in it but security groups and endpoints.
   * @default - a new VPC, 10.n.0.0/16 with n from the region's place in the address plan
   */
  readonly vpc?: ec2.IVpc;
  /**
   * IPv4 range of the new VPC, a private /16; final.
   * @default - 10.n.0.0/16 with n from the region's place in the address plan
   */
  readonly cidr?: string;
  /**
   * Whether a VPC of your own has a way from its isolated subnets to Secrets Manager.
   * @default false - an endpoint is made when the subnets are first used
   */
  readonly reachesSecretsManager?: boolean;
}

/**
 * The VPC of one region: three zones, three groups of subnets, addresses laid out once and for all.
 *
 * Stateful in effect: a subnet can't change its range, and what holds data stands in subnets.
 */
export class Network extends Construct {
  /** Whether a text is a private IPv4 /16, which the address plan needs. */
  public static isPossibleCidr(cidr: string): boolean {
    const [, second] = /^10\.(\d{1,3})\.0\.0\/16$/.exec(cidr) ?? [];
    return Number(second) <= 255 || /^(?:172\.(?:1[6-9]|2\d|3[01])|192\.168)\.0\.0\/16$/.test(cidr);
  }

  /** The VPC, created or brought. */
  public readonly vpc: ec2.IVpc;
  /** The IPv4 range, literal where this construct created the VPC. */
  public readonly cidr: string;
  private readonly groups: SubnetGroup[];
  private readonly isBrought: boolean;
  private readonly needsEndpoint: boolean;
  private readonly endpointZones: number;

  public constructor(scope: Construct, id: string, props: NetworkProps = {}) {
    super(scope, id);
    this.endpointZones = props.endpointZones ?? 3;
    if (![1, 2, 3].includes(this.endpointZones)) throw new InvalidInput(`endpointZones ${this.endpointZones} can't be: allowed 1 to 3`);
    this.groups = props.groups ?? PLAN.map(({ group }) => group);
    this.cidr = props.vpc ? rangeOf(props.vpc) : (props.cidr ?? cidrOf(Stack.of(this).region));
    if (!props.vpc && !Network.isPossibleCidr(this.cidr)) {
      throw new InvalidInput(`cidr ${this.cidr} is not possible: a private /16 is needed, such as 10.100.0.0/16 or 172.20.0.0/16`);
    }
    this.isBrought = props.vpc !== undefined;
    this.needsEndpoint = !props.reachesSecretsManager;
    this.vpc = props.vpc ?? this.createVpc(props);
    if (!props.vpc && this.groups.includes(SubnetGroup.DATA)) this.addSecretsEndpoint();
  }

  /**
   * The subnets of one group.
   * @param group a group that this network has; any other is refused.
   */
  public subnets(group: SubnetGroup): ec2.SubnetSelection {
    if (!this.groups.includes(group)) {
      throw new InvalidInput(
        `subnet group ${group} is not in this network (${this.groups.join(', ')}): add it to the blueprint's network tier`,
      );
    }
    const selection = { subnetType: PLAN.find((plan) => plan.group === group)?.subnetType };
    if (this.isBrought) {
      refuseWithout(this.vpc, group, selection);
      if (group === SubnetGroup.DATA && this.needsEndpoint) this.addSecretsEndpoint();
    }
    return selection;
  }

  /** Gives the subnets a way to DynamoDB that costs nothing by the gigabyte. A VPC of your own keeps the ways it has. */
  public reachDynamoDb(): void {
    if (this.isBrought || this.node.tryFindChild('DynamoDbEndpoint')) return;
    const service = ec2.GatewayVpcEndpointAwsService.DYNAMODB;
    new ec2.GatewayVpcEndpoint(this, 'DynamoDbEndpoint', { vpc: this.vpc, service });
  }

  /** Rotation runs in the isolated subnets, and has no other way out of them. */
  private addSecretsEndpoint(): void {
    if (this.node.tryFindChild('Secrets')) return;
    const { subnetType } = PLAN[PLAN.length - 1];
    const all = { subnetType };
    const subnets = this.endpointZones < 3 ? { subnets: this.vpc.selectSubnets(all).subnets.slice(0, this.endpointZones) } : all;
    new SecretsEndpoint(this, 'Secrets', { vpc: this.vpc, subnets, cidr: this.cidr });
  }

  private createVpc(props: NetworkProps): ec2.Vpc {
    const zones = Stack.of(this).availabilityZones.length;
    if (zones < 3) {
      throw new InvalidInput(`the stack has ${zones} availability zones, three are needed: use RegionalStack, or bring a vpc`);
    }
    const hasApp = this.groups.includes(SubnetGroup.APP);
    if (props.nat && props.natGateways !== undefined) throw new InvalidInput('nat and natGateways say the same: leave one of them out');
    const natGateways = props.nat?.count ?? props.natGateways ?? (hasApp ? 3 : 0);
    const natGatewayProvider = props.nat?.provider(Stack.of(this).region);
    if (hasApp ? ![1, 2, 3].includes(natGateways) : natGateways !== 0) {
      throw new InvalidInput(
        `natGateways ${natGateways} can't be: allowed ${hasApp ? '1 to 3' : '0, without the App group there is nothing to route'}`,
      );
    }
    sayPoorZones(this);
    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(this.cidr),
      maxAzs: 3,
      natGateways,
      natGatewayProvider,
      subnetConfiguration: PLAN.map(({ group, subnetType, cidrMask }) => ({
        name: group,
        subnetType,
        cidrMask,
        reserved: !this.groups.includes(group),
        ...(subnetType === ec2.SubnetType.PUBLIC && { mapPublicIpOnLaunch: false }),
      })),
      // A function empties the default security group: CloudFormation itself can't. Nothing here uses that group.
      restrictDefaultSecurityGroup: true,
    });
    acknowledge(vpc, {
      'CloudFormation-Validate::W3010': 'zones are literal so that a subnet never moves when the order of Fn::GetAZs does',
      'AwsSolutions-VPC7': 'the log bucket collects the flow logs, by LogBucket.collectFlowLogs',
    });
    acknowledgeRules(vpc, {
      VPCNoUnrestrictedRouteToIGW:
        'public subnets are for what the internet is to reach: the single server, or a load balancer and NAT gateways; all else is in subnets without such a route',
    });
    if (natGatewayProvider) hardenNat(natGatewayProvider, this.cidr);
    vpc.addGatewayEndpoint('S3Endpoint', { service: ec2.GatewayVpcEndpointAwsService.S3 });
    return vpc;
  }
}

/** The range of a VPC of the user's own, which rules of security groups need. */
function rangeOf(vpc: ec2.IVpc): string {
  try {
    return vpc.vpcCidrBlock;
  } catch {
    throw new InvalidInput('the VPC has no vpcCidrBlock: give it to Vpc.fromVpcAttributes(), such as vpcCidrBlock: 10.0.0.0/16');
  }
}

function refuseWithout(vpc: ec2.IVpc, group: SubnetGroup, selection: ec2.SubnetSelection): void {
  try {
    vpc.selectSubnets(selection);
  } catch {
    throw new InvalidInput(`the VPC has no subnets of type ${selection.subnetType} for group ${group}: give it some, one per zone`);
  }
}

/** Which letter of the account a zone id has, only the account knows; and a subnet never changes its zone. */
function sayPoorZones(network: Network): void {
  const stack = Stack.of(network);
  const poor = RegionOffers.zonesWithout(stack.region, ['t4g', 'm7g', 'm6g']);
  if (poor.length === 0 || !(stack instanceof RegionalStack && stack.hasDefaultZones)) return;
  Annotations.of(network).addInfo(
    `zone ${poor.join(', ')} of ${stack.region} lacks Graviton types, and zones are final: before the first deploy type aws ec2 describe-availability-zones --region ${stack.region}, and choose three others with azs if ${stack.availabilityZones.join(', ')} has it`,
  );
}

function cidrOf(region: string): string {
  return `10.${Token.isUnresolved(region) ? 0 : Regions.plan(region).index}.0.0/16`;
}
