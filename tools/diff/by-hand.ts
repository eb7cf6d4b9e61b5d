import { type PropertyChange, type ResourceChange, Verdict } from '../changes/model';
import { counted } from '../shared/words';

/** Something that no command does. */
interface Task {
  readonly type?: RegExp;
  readonly isMeant: (change: ResourceChange) => boolean;
  readonly says: (paths: string) => string;
}

const ends = ({ verdict, fate }: ResourceChange): boolean =>
  verdict === Verdict.REPLACED || (verdict === Verdict.RETIRED && fate !== 'retained');
const comes = ({ verdict }: ResourceChange): boolean => verdict === Verdict.ADDED || verdict === Verdict.REPLACED;
const isLeft = ({ because }: ResourceChange): boolean => because.some((why) => why.startsWith('stack '));

const TASKS: readonly Task[] = [
  { type: /^AWS::EC2::EIP$/, isMeant: ends, says: (paths) => `Before: tell whoever allows the address of ${paths}, or has it in a record` },
  {
    type: /^AWS::EC2::NatGateway$/,
    isMeant: (change) => ends(change) || comes(change),
    says: () => 'Before: tell partners who allow your outgoing addresses that these become others',
  },
  {
    type: /^AWS::ElasticLoadBalancingV2::LoadBalancer$|^AWS::CloudFront::Distribution$/,
    isMeant: ends,
    says: (paths) => `After: turn records that you made by hand away from ${paths}`,
  },
  {
    isMeant: (change) => change.holdsData && change.verdict === Verdict.RETIRED && change.fate === 'retained' && !isLeft(change),
    says: (paths) => `After: delete ${paths} when nobody needs it; until then it costs money`,
  },
  {
    isMeant: (change) => change.holdsData && change.verdict === Verdict.RETIRED && change.fate === 'snapshot',
    says: (paths) => `After: delete the snapshot of ${paths} when nobody needs it`,
  },
  {
    type: /^AWS::SNS::Subscription$/,
    isMeant: (change) => change.verdict !== Verdict.RETIRED && comes(change),
    says: (paths) => `After: confirm the message that ${paths} sends, if it goes to people`,
  },
  {
    type: /^AWS::RDS::DB(Instance|Cluster)$/,
    isMeant: ({ verdict, properties }) => verdict === Verdict.CHANGED && properties.some(waitsForWindow),
    says: (paths) => `After: restart ${paths}, or wait for its maintenance window, where a static parameter changed`,
  },
];

function waitsForWindow({ property }: PropertyChange): boolean {
  return /^DB(Cluster)?ParameterGroupName$/.test(property);
}

/** What somebody has to do before or after a change, read from the change alone. */
export function byHandOf(changes: readonly ResourceChange[]): string[] {
  return TASKS.flatMap(({ type, isMeant, says }) => {
    const paths = changes.filter((change) => (type?.test(change.type) ?? true) && isMeant(change)).map(({ path }) => path);
    if (paths.length === 0) return [];
    return [says(paths.length > 3 ? `${paths.slice(0, 2).join(', ')} and ${counted(paths.length - 2, 'more', 'more')}` : paths.join(', '))];
  });
}
