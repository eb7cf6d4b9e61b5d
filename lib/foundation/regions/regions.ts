import { InvalidInput } from '../invalid-input';

/** Where a region stands in the address plan, and which of its zones hold the three subnets of a group. */
export interface RegionPlan {
  /** Position in the address plan: the VPC is 10.`index`.0.0/16. Never reused, never changed. */
  readonly index: number;
  /** Letters of three availability zones that every account has there. */
  readonly zones: string;
}

/**
 * The committed table behind every address: a region keeps its index for ever, so adding a region moves no other.
 * New regions are appended. Zones are literal, not `Fn::GetAZs`: the order of that list may change under a live VPC.
 * `ap-northeast-1`, `ca-central-1` and `us-west-1` are the regions whose letters are not simply a, b, c
 * (AWS docs: "AWS Availability Zones"); us-west-1 offers new accounts only two, so it needs `-c azs=`.
 */
const PLANS: Readonly<Partial<Record<string, RegionPlan>>> = {
  'us-east-1': { index: 0, zones: 'abc' },
  'us-east-2': { index: 1, zones: 'abc' },
  'us-west-1': { index: 2, zones: '' },
  'us-west-2': { index: 3, zones: 'abc' },
  'ca-central-1': { index: 4, zones: 'abd' },
  'ca-west-1': { index: 5, zones: 'abc' },
  'mx-central-1': { index: 6, zones: 'abc' },
  'sa-east-1': { index: 7, zones: 'abc' },
  'eu-west-1': { index: 8, zones: 'abc' },
  'eu-west-2': { index: 9, zones: 'abc' },
  'eu-west-3': { index: 10, zones: 'abc' },
  'eu-central-1': { index: 11, zones: 'abc' },
  'eu-central-2': { index: 12, zones: 'abc' },
  'eu-north-1': { index: 13, zones: 'abc' },
  'eu-south-1': { index: 14, zones: 'abc' },
  'eu-south-2': { index: 15, zones: 'abc' },
  'ap-northeast-1': { index: 16, zones: 'acd' },
  'ap-northeast-2': { index: 17, zones: 'abc' },
  'ap-northeast-3': { index: 18, zones: 'abc' },
  'ap-southeast-1': { index: 19, zones: 'abc' },
  'ap-southeast-2': { index: 20, zones: 'abc' },
  'ap-southeast-3': { index: 21, zones: 'abc' },
  'ap-southeast-4': { index: 22, zones: 'abc' },
  'ap-southeast-5': { index: 23, zones: 'abc' },
  'ap-southeast-7': { index: 24, zones: 'abc' },
  'ap-south-1': { index: 25, zones: 'abc' },
  'ap-south-2': { index: 26, zones: 'abc' },
  'ap-east-1': { index: 27, zones: 'abc' },
  'ap-east-2': { index: 28, zones: 'abc' },
  'me-south-1': { index: 29, zones: 'abc' },
  'me-central-1': { index: 30, zones: 'abc' },
  'il-central-1': { index: 31, zones: 'abc' },
  'af-south-1': { index: 32, zones: 'abc' },
  'ap-southeast-6': { index: 33, zones: 'abc' },
};

/** What Stagecraft knows of AWS regions: the address plan and the zones, looked up without any network call. */
export class Regions {
  /** All regions of the address plan, in the order of their index. */
  public static readonly ALL: string[] = Object.keys(PLANS);

  /**
   * The plan of one region.
   * @param region a region's name, such as `eu-west-1`; any other text is refused.
   */
  public static plan(region: string): RegionPlan {
    const plan = PLANS[region];
    if (!plan) throw new InvalidInput(`region ${region} is not in the address plan: type one such as us-east-1 or eu-west-1`);
    return plan;
  }

  /**
   * Names of the three default zones of a region.
   * @param region a region's name; one without three zones for every account is refused.
   */
  public static zones(region: string): string[] {
    const letters = Regions.plan(region).zones.split('');
    if (letters.length < 3) {
      throw new InvalidInput(
        `region ${region} has no three availability zones common to all accounts: name yours with -c azs=${region}a,${region}b,${region}c`,
      );
    }
    return letters.map((letter) => region + letter);
  }
}
