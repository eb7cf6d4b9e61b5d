import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { MODELS, PYTHON } from '../support/aws-models/python';
import { textOf } from '../support/aws-models/sizes';
import { describeNeeding } from '../support/needs';
import { ofType, synthesize } from '../support/synth';

const SCHEMA = join(__dirname, '../support/aws-models/cloudwatch-agent.schema.json');
const VALIDATE = `
import json, sys, jsonschema
schema, configuration = json.load(open(sys.argv[1])), json.load(sys.stdin)
for error in jsonschema.Draft4Validator(schema).iter_errors(configuration):
    print("/".join(map(str, error.absolute_path)), error.message)
`;

interface Configuration {
  readonly agent: object;
  readonly metrics?: { readonly metrics_collected: object };
}

function faultsIn(configuration: unknown): string {
  const { stdout, stderr, status } = spawnSync(PYTHON ?? '', ['-c', VALIDATE, SCHEMA], {
    encoding: 'utf8',
    input: JSON.stringify(configuration),
  });
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** The parameters that servers give their agent. */
function configurations(context: Record<string, unknown>): Configuration[] {
  const parameters = ofType(synthesize(context).resources, 'AWS::SSM::Parameter');
  return Object.values(parameters)
    .filter(({ Properties: { Name } }) => /\/agent$|\/agent-/.test(String(Name)))
    .map(({ Properties: { Value } }) => JSON.parse(textOf(Value)) as Configuration);
}

describeNeeding(MODELS, "the configuration of the servers' agent", () => {
  test.each([1, 2, 3, 4, 5])("of stage %s is as the agent's own schema says", (stage) => {
    const found = configurations({ stage });
    expect(found.length).toBeGreaterThan(0);
    for (const configuration of found) expect(faultsIn(configuration)).toBe('');
  });

  test.each([{ monitoring: 'none' }, { monitoring: 'dashboard' }])('is with %j, too', (context) => {
    for (const configuration of configurations({ stage: 4, ...context })) expect(faultsIn(configuration)).toBe('');
  });

  test('would be refused where it is wrong', () => {
    const [right] = configurations({ stage: 1 });
    expect(faultsIn({ ...right, agent: { metrics_collection_interval: '60 s' } })).toContain('agent/metrics_collection_interval');
    expect(faultsIn({ ...right, logs: { logs_collected: { files: { collect_list: [{ log_group_name: 'a' }] } } } })).toContain('file_path');
  });
});
