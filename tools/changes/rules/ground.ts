import { type Change, type Facts, riskAt } from '../facts';
import { type Risk, Verdict } from '../model';
import { targetsIn } from '../references';
import { at } from '../tests';

/** What a resource that stays can't do without. */
const GROUND: Readonly<Record<string, string>> = {
  'AWS::EC2::SecurityGroup': 'its security group',
  'AWS::EC2::Subnet': 'its subnet',
  'AWS::EC2::VPC': 'its network',
  'AWS::ElastiCache::ParameterGroup': 'its parameter group',
  'AWS::ElastiCache::SubnetGroup': 'its subnet group',
  'AWS::IAM::Role': 'its role',
  'AWS::KMS::Key': 'its key',
  'AWS::RDS::DBCluster': 'its cluster',
  'AWS::RDS::DBClusterParameterGroup': 'its parameter group',
  'AWS::RDS::DBParameterGroup': 'its parameter group',
  'AWS::RDS::DBSubnetGroup': 'its subnet group',
  'AWS::RDS::OptionGroup': 'its option group',
};

/** What a retained resource stands on leaves, and is deleted while the retained one still uses it. */
export function groundRisks({ changes }: Facts): Risk[] {
  const retired = new Map(
    changes.filter(({ verdict }) => verdict === Verdict.RETIRED).map((change) => [`${change.stack}/${change.logicalId}`, change]),
  );
  return [...retired.values()]
    .filter(({ fate }) => fate === 'retained')
    .flatMap((kept) => {
      const under = targetsIn({ ...kept.before?.Properties }, kept.stack)
        .map(({ stack, id }) => retired.get(`${stack}/${id}`))
        .filter((target): target is Change => target?.fate === 'deleted' && target.type in GROUND);
      return [...new Set(under)].map((ground) =>
        riskAt(
          ground,
          'ground',
          `it is deleted, but ${kept.path} is retained and uses it as ${GROUND[ground.type]}: AWS refuses, or what is retained breaks`,
        ),
      );
    });
}

/** A load balancer can't be made anew while its target group stays: AWS attaches a target group to one load balancer alone (aws/aws-cdk#33253). */
export function loadBalancerRisks({ after, changes }: Facts): Risk[] {
  const replaced = changes.filter(
    ({ type, verdict }) => type === 'AWS::ElasticLoadBalancingV2::LoadBalancer' && verdict === Verdict.REPLACED,
  );
  return replaced.flatMap((balancer) => {
    const resources = Object.entries(after.find(({ name }) => name === balancer.stack)?.template.Resources ?? {});
    const refersTo = (properties: Change['after'], id: string): boolean =>
      targetsIn({ ...properties?.Properties }, balancer.stack).some((target) => target.id === id);
    const listeners = resources.filter(([, it]) => it.Type.endsWith('V2::Listener') && refersTo(it, balancer.logicalId)).map(([id]) => id);
    const speakers = resources.filter(([id, it]) => listeners.includes(id) || listeners.some((listener) => refersTo(it, listener)));
    const kept = resources.find(
      ([id, it]) =>
        it.Type.endsWith('V2::TargetGroup') &&
        speakers.some(([, speaker]) => refersTo(speaker, id)) &&
        !changes.some(({ stack, logicalId, verdict }) => stack === balancer.stack && logicalId === id && verdict !== Verdict.CHANGED),
    );
    return kept
      ? [
          riskAt(
            balancer,
            'refused-update',
            `it is replaced while target group ${kept[0]} is kept: AWS refuses a target group with two load balancers`,
          ),
        ]
      : [];
  });
}

/** A disk that is attached can't be attached a second time, and CloudFormation attaches before it detaches. */
export function attachmentRisks({ changes }: Facts): Risk[] {
  return changes
    .filter(({ type, verdict }) => type === 'AWS::EC2::VolumeAttachment' && verdict === Verdict.REPLACED)
    .filter(({ properties }) => !properties.some(({ property, before, after }) => property === 'VolumeId' && before !== after))
    .map((change) =>
      riskAt(change, 'refused-update', 'the volume is still attached when the new attachment is made: AWS answers "already in use"'),
    );
}

/** A new subnet whose addresses are not free yet. */
export function subnetRisks({ before, changes }: Facts): Risk[] {
  return changes
    .filter(({ type, verdict }) => type === 'AWS::EC2::Subnet' && (verdict === Verdict.ADDED || verdict === Verdict.REPLACED))
    .flatMap((change) => {
      const block = range(at(change.after?.Properties, 'CidrBlock'));
      const old = Object.entries(before.find(({ name }) => name === change.stack)?.template.Resources ?? {});
      const network = JSON.stringify(change.after?.Properties?.VpcId);
      const holder = old.find(([, { Type, Properties }]) => {
        const other =
          Type === 'AWS::EC2::Subnet' && JSON.stringify(Properties?.VpcId) === network ? range(Properties?.CidrBlock) : undefined;
        return block && other && block[0] <= other[1] && other[0] <= block[1];
      });
      return holder
        ? [
            riskAt(
              change,
              'refused-update',
              `its addresses overlap those of ${holder[0]}, which exists until the new one is made: AWS refuses`,
            ),
          ]
        : [];
    });
}

function range(block: unknown): readonly [number, number] | undefined {
  const parts = typeof block === 'string' ? /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(block) : null;
  if (!parts) return undefined;
  const [a, b, c, d, bits] = parts.slice(1).map(Number);
  const size = 2 ** (32 - bits);
  const start = Math.floor((((a * 256 + b) * 256 + c) * 256 + d) / size) * size;
  return [start, start + size - 1];
}
