import { type ResourceChange, Verdict } from '../changes/model';
import { counted } from '../shared/words';

/** Something that a change does to users, by what happens to resources of a type. */
interface Notice {
  readonly about: 'Downtime' | 'Address';
  readonly type: RegExp;
  readonly verdicts: readonly Verdict[];
  /** One of these properties has to change. */
  readonly properties?: RegExp;
  /** What the resources do, for one or many. */
  readonly says: (paths: string) => string;
}

const ENDS = [Verdict.REPLACED, Verdict.RETIRED];

/** Read from AWS's documents of each property; how long it takes is not measured. */
const NOTICES: readonly Notice[] = [
  {
    ...{ about: 'Downtime', type: /^AWS::EC2::Instance$/, verdicts: ENDS },
    says: (paths) => `${paths}: the server ends; whoever it still serves then is cut off`,
  },
  {
    ...{
      about: 'Downtime',
      type: /^AWS::EC2::Instance$/,
      verdicts: [Verdict.CHANGED],
      properties: /^(InstanceType|UserData|EbsOptimized)$/,
    },
    says: (paths) => `${paths}: the server stops and starts, for minutes`,
  },
  {
    ...{ about: 'Downtime', type: /^AWS::(RDS|DocDB|Neptune)::DB(Instance|Cluster)$/, verdicts: [Verdict.CHANGED] },
    properties: /^(DBInstanceClass|EngineVersion|DBParameterGroupName|DBClusterParameterGroupName)$/,
    says: (paths) => `${paths}: the database restarts or fails over; connections are cut, at once or in its window`,
  },
  {
    ...{
      about: 'Downtime',
      type: /^AWS::ElastiCache::ReplicationGroup$/,
      verdicts: [Verdict.CHANGED],
      properties: /^(CacheNodeType|EngineVersion)$/,
    },
    says: (paths) => `${paths}: nodes are exchanged one by one; connections are cut`,
  },
  {
    ...{ about: 'Downtime', type: /^AWS::ElastiCache::ReplicationGroup$/, verdicts: ENDS },
    says: (paths) => `${paths}: what it holds is gone for users; everybody whose session is in it is signed out once`,
  },
  {
    ...{ about: 'Address', type: /^AWS::EC2::EIP$/, verdicts: ENDS },
    says: (paths) => `${paths}: goes back to AWS for good; whoever has it in a list or a record is cut off`,
  },
  {
    ...{ about: 'Address', type: /^AWS::EC2::NatGateway$/, verdicts: [Verdict.ADDED, ...ENDS] },
    says: (paths) => `${paths}: what the servers ask of others comes from other addresses`,
  },
  {
    ...{ about: 'Address', type: /^AWS::ElasticLoadBalancingV2::LoadBalancer$|^AWS::CloudFront::Distribution$/, verdicts: ENDS },
    says: (paths) => `${paths}: its name on the internet ends; records that lead to it must follow`,
  },
];

/** What users may notice, read from the change alone: which question it answers, and the answer. */
export function noticesOf(changes: readonly ResourceChange[]): [about: string, text: string][] {
  return NOTICES.flatMap(({ about, type, verdicts, properties, says }): [string, string][] => {
    const found = changes.filter(
      (change) =>
        type.test(change.type) &&
        verdicts.includes(change.verdict) &&
        change.fate !== 'retained' &&
        (!properties || change.properties.some(({ property }) => properties.test(property))),
    );
    if (found.length === 0) return [];
    return [
      [
        about,
        says(
          found.length > 2 ? `${found[0].path} and ${counted(found.length - 1, 'more', 'more')}` : found.map(({ path }) => path).join(', '),
        ),
      ],
    ];
  });
}
