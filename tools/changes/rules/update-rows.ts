import type { Json } from '../../shared/template';
import { type Test, at, isFalse, turnedOff } from '../tests';
import { GROUP, type Row, across } from './property-row';

const FLEET = 'AWS::AutoScaling::AutoScalingGroup';
const SERVICE = 'AWS::ECS::Service';
const POLICIES = ['AutoScalingRollingUpdate', 'AutoScalingReplacingUpdate', 'AutoScalingInstanceRefresh'];

/** A policy that says no replaces nothing. */
const rolls = (policy: Json | undefined): boolean =>
  POLICIES.some((name) => at(policy, name) !== undefined && !isFalse(at(policy, `${name}.WillReplace`)));
const number = (value: Json | undefined): number => Number(value ?? 0);

/** More than none, and none now, or a number that only an account knows. */
const toNone: Test = (before, after) => number(before) > 0 && !(number(after) > 0);
const inRolling =
  (path: string, when: Test): Test =>
  (before, after) =>
    rolls(after) && when(at(before, `AutoScalingRollingUpdate.${path}`), at(after, `AutoScalingRollingUpdate.${path}`));
const goes =
  (name: string): Test =>
  (before, after) => {
    const [had, has] = [at(before, name), at(after, name)];
    return had !== undefined && !isFalse(had) && (has === undefined || isFalse(has));
  };

const stopsRolling: Test = (before, after) => rolls(before) && !rolls(after);
const toNoCall: Test = (before, after) => after !== undefined && toNone(before ?? 1, after);
const toNoTask: Test = (before, after) => after !== undefined && toNone(before ?? 100, after);

/** What made an update safe, and is taken away. */
export const UPDATES: readonly Row[] = [
  [FLEET, 'UpdatePolicy', stopsRolling, 'no update policy rolls a new template over the servers any more: the old ones stay as they are'],
  [FLEET, 'UpdatePolicy', inRolling('MinInstancesInService', toNone), 'an update may take all servers away at once'],
  [
    FLEET,
    'UpdatePolicy',
    inRolling('WaitOnResourceSignals', turnedOff),
    'an update no longer waits until new servers say that they serve, and goes on with broken ones',
  ],
  [FLEET, 'MinSize', toNone, 'the least number of servers becomes 0: nothing has to answer'],
  [SERVICE, 'DesiredCount', toNone, 'no task runs any more: nothing answers'],
  ['AWS::ApplicationAutoScaling::ScalableTarget', 'MinCapacity', toNone, 'the least capacity becomes 0: nothing has to answer'],
  ['AWS::Lambda::Function', 'ReservedConcurrentExecutions', toNoCall, 'it may run no more: nothing answers'],
  [SERVICE, 'DeploymentConfiguration.MinimumHealthyPercent', toNoTask, 'an update may take all tasks away at once'],
  [SERVICE, 'DeploymentConfiguration.DeploymentCircuitBreaker.Rollback', turnedOff, 'a deployment that fails is no longer rolled back'],
  [
    'AWS::Lambda::Alias',
    'UpdatePolicy',
    goes('CodeDeployLambdaAliasUpdate'),
    'a new version gets all calls at once, and nothing takes it back',
  ],
  [GROUP, 'UpdatePolicy', goes('UseOnlineResharding'), 'another number of shards makes the store anew and empty from now on'],
  ...across(
    ['AWS::OpenSearchService::Domain', 'AWS::Elasticsearch::Domain'],
    ...(['UpdatePolicy', goes('EnableVersionUpgrade'), 'another version makes the domain anew and empty from now on'] as const),
  ),
];
