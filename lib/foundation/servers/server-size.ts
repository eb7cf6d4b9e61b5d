import { Token } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { InvalidInput } from '../invalid-input';
import { OfferKind, RegionOffers } from '../regions/region-offers';

/** The instance type that a text names; arm64 only, because image and release are built for it. */
export class ServerSize {
  /**
   * Reads an instance type.
   * @param size a type such as `t4g.large`; one of another CPU architecture is refused.
   */
  public static parse(size: string): ec2.InstanceType {
    if (!/^[a-z]+\d+g[a-z]*\.(?:metal|nano|micro|small|medium|\d*x?large)$/.test(size)) {
      throw new InvalidInput(
        `size=${size} is not an arm64 (Graviton) instance type: type one such as -c size=t4g.large or -c size=m7g.xlarge`,
      );
    }
    return new ec2.InstanceType(size);
  }

  /**
   * Refuses a list of instance types that is empty, or has one that is not arm64 or not in the region.
   * @param region where the servers are.
   */
  public static check(region: string, types: ec2.InstanceType[]): void {
    if (types.length === 0) throw new InvalidInput('instanceTypes is empty: name at least one such as m7g.large, or leave it out');
    for (const type of types.map(String)) {
      if (Token.isUnresolved(type)) continue;
      ServerSize.parse(type);
      RegionOffers.check(OfferKind.SERVERS, region, type);
    }
  }
}
