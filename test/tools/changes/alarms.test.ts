import { alarmNotes } from '../../../tools/changes/alarms';
import { comparePrepared } from '../../../tools/changes/compare';
import { prepared } from '../../../tools/changes/prepare';
import type { Json, Template } from '../../../tools/shared/template';

type Resources = Template['Resources'];
type Values = Readonly<Record<string, Json>>;

const said = (before: Resources, after: Resources): string[] => {
  const [old, now] = [before, after].map((Resources) => [{ name: 'shop', template: { Resources } }]);
  const sides = prepared(old, now);
  return alarmNotes(sides.before, sides.after, comparePrepared(sides).changes).map(({ logicalId, kind, why }) =>
    [logicalId, kind, why].filter((part) => part !== '').join(' '),
  );
};

const alarm = (more: Values): Resources => ({
  Alarm: {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: { ComparisonOperator: 'LessThanThreshold', Threshold: 1, Period: 60, EvaluationPeriods: 3, ...more },
  },
});
const group: Resources = { Group: { Type: 'AWS::ElasticLoadBalancingV2::TargetGroup', Properties: { Port: 80 } } };
const fleet = (MaxSize: Json): Resources => ({
  ...group,
  Fleet: { Type: 'AWS::AutoScaling::AutoScalingGroup', Properties: { MinSize: '1', MaxSize, TargetGroupARNs: [{ Ref: 'Group' }] } },
});
const healthy = (more: Values = {}): Resources =>
  alarm({
    ...{ Namespace: 'AWS/ApplicationELB', MetricName: 'HealthyHostCount' },
    ...{ Dimensions: [{ Name: 'TargetGroup', Value: { 'Fn::GetAtt': ['Group', 'TargetGroupFullName'] } }], ...more },
  });
const own = (more: Values = {}): Resources => alarm({ Namespace: 'shop', MetricName: 'Orders', TreatMissingData: 'breaching', ...more });

test.each([
  [
    'a new alarm of one’s own metric, where silence is an alarm',
    {},
    own(),
    ['Alarm will ring rings after 3 min, until there is data of shop Orders: silence is an alarm'],
  ],
  ['silence that is no alarm', {}, own({ TreatMissingData: 'notBreaching' }), []],
  ['an alarm that tells nobody', {}, own({ ActionsEnabled: 'false' }), []],
  ['a metric that another alarm watched', { Old: own().Alarm }, { Old: own().Alarm, ...own() }, []],
  ['nothing changed', { ...own(), ...healthy() }, { ...own(), ...healthy() }, []],
  ['a count that begins at zero', {}, { ...group, ...healthy() }, [expect.stringMatching(/rings until the first is in service/)]],
  ['a count of what is there', group, { ...group, ...healthy() }, []],
  [
    'a count of what is made anew',
    { ...group, ...healthy() },
    { Group: { ...group.Group, Properties: { Port: 81 } }, ...healthy() },
    [expect.stringMatching(/begins at 0/)],
  ],
  [
    'a fleet that may not be as large as its alarm wants',
    { ...fleet(4), ...healthy({ Threshold: 3 }) },
    { ...fleet('2'), ...healthy({ Threshold: 3 }) },
    ['Alarm will ring rings for good: it wants HealthyHostCount at 3, and MaxSize of Fleet is 2'],
  ],
  ['the same before', { ...fleet(2), ...healthy({ Threshold: 3 }) }, { ...fleet(2), ...healthy({ Threshold: 3 }) }, []],
  ['more is wanted', { ...fleet(4), ...healthy() }, { ...fleet(4), ...healthy({ Threshold: 2 }) }, ['Alarm stricter']],
  ['less is wanted', { ...fleet(4), ...healthy({ Threshold: 2 }) }, { ...fleet(4), ...healthy() }, ['Alarm looser']],
  [
    'errors, fewer of which ring',
    own({ ComparisonOperator: 'GreaterThanThreshold', Threshold: 7.2 }),
    own({ ComparisonOperator: 'GreaterThanThreshold', Threshold: '1.44' }),
    ['Alarm stricter'],
  ],
] as const)('%s', (_, before, after, notes) => {
  expect(said(before, after)).toEqual(notes);
});
