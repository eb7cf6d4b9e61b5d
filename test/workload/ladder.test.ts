import { Settings } from '../../workload/settings';
import { stageOf } from '../../workload/ladder';
import { DOMAIN, ofType, synthesize } from '../support/synth';

const PREFIX = '/webapp/config/';

test.each([
  { stage: 1 },
  { stage: 2 },
  { stage: 3 },
  { stage: 4 },
  { stage: 4, sessions: 'dynamodb' },
  { stage: 5 },
  { stage: 5, database: 'cluster' },
  { stage: 6, ...DOMAIN, regions: 'us-east-1,eu-west-1' },
])('a server knows its stage by its settings: %j', (context) => {
  const parameters = Object.values(ofType(synthesize(context).resources, 'AWS::SSM::Parameter'));
  const values = parameters
    .map(({ Properties: { Name, Value } }) => [String(Name), String(Value)] as const)
    .filter(([name]) => name.startsWith(PREFIX))
    .map(([name, value]) => [name.slice(PREFIX.length), value] as const);
  expect(stageOf(new Settings(values))).toBe(context.stage);
});
