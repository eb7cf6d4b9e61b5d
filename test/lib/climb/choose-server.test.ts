import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { apt, describeNeeding } from '../../support/needs';

const SCRIPT = join(__dirname, '../../../lib/climb/choose_server.py');

/** Runs the step with an imitation of boto3 that knows these servers. */
function choose(servers: readonly (readonly [id: string, state: string, health?: string])[]): { code: number | null; said: string } {
  const instances = servers.map(([InstanceId, LifecycleState, HealthStatus = 'Healthy']) => ({ InstanceId, LifecycleState, HealthStatus }));
  const program = `
import sys, types, json
class Client:
    def describe_auto_scaling_groups(self, AutoScalingGroupNames):
        assert AutoScalingGroupNames == ["fleet"]
        return {"AutoScalingGroups": [{"Instances": json.loads(sys.argv[1])}]}
sys.modules["boto3"] = types.SimpleNamespace(client=lambda name: {"autoscaling": Client()}[name])
exec(open(sys.argv[2]).read())
print(choose({"Group": "fleet"}, None)["InstanceId"])
`;
  const { status, stdout, stderr } = spawnSync('python3', ['-c', program, JSON.stringify(instances), SCRIPT], { encoding: 'utf8' });
  return { code: status, said: `${stdout}${stderr}`.trim() };
}

describeNeeding([apt('python3')], 'which server a runbook takes', () => {
  test('a runbook takes a server that serves, wherever it stands in the list', () => {
    const states = ['Pending', 'Pending:Wait', 'Terminating', 'Standby', 'Warmed:Stopped'].map(
      (state, index) => [`i-${index}`, state] as const,
    );
    expect(choose([...states, ['i-8', 'InService', 'Unhealthy'], ['i-9', 'InService']])).toEqual({ code: 0, said: 'i-9' });
  });

  test('where none serves it says so, and what the servers do', () => {
    expect(choose([['i-1', 'Pending']]).said).toMatch(/no server of fleet is in service \(states: Pending\): start again when one is$/);
    expect(choose([]).said).toMatch(/states: none/);
  });
});
