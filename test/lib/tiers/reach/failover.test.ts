import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failover, Geography } from '../../../../lib';
import { ground, templateOf } from '../../../support/construct';
import { describeNeeding } from '../../../support/needs';
import { ofType, resourcesOf } from '../../../support/synth';

const base = ground();
new Failover(base.stack, 'Failover', { name: 'webapp', geography: new Geography(['us-east-1', 'eu-west-1'], 'us-east-1', true) });
const [document] = Object.values(ofType(resourcesOf(templateOf(base)), 'AWS::SSM::Document'));

test('the document checks the lag, moves, points, forwards and verifies, in this order, for a region and a mode of the list', () => {
  const { parameters, mainSteps } = document.Properties.Content as {
    parameters: Record<string, { allowedValues: string[] }>;
    mainSteps: { name: string }[];
  };
  expect(mainSteps.map(({ name }) => name)).toEqual(['check_lag', 'move', 'point', 'forward', 'verify']);
  expect([parameters.Target.allowedValues, parameters.Mode.allowedValues]).toEqual([
    ['us-east-1', 'eu-west-1'],
    ['switchover', 'failover'],
  ]);
  expect(JSON.stringify(document.Properties.Content).length).toBeLessThan(64 * 1024);
});

test('regions must be two to five different ones, and the stack in one of them', () => {
  expect(() => new Geography(['us-east-1'], 'us-east-1', true)).toThrow(/two to five different ones are needed/);
  expect(() => new Geography(['us-east-1', 'us-east-1'], 'us-east-1', true)).toThrow(/two to five different ones are needed/);
  expect(() => new Geography(['us-east-1', 'eu-west-1'], 'sa-east-1', true)).toThrow(/^region sa-east-1 is none of us-east-1, eu-west-1/);
});

/** AWS as far as the script talks to it: its state is a file, so that every step is a process of its own as on AWS. */
const FAKE = `
import json, os
from datetime import datetime, timezone
STATE = os.environ["STATE"]
def load(): return json.load(open(STATE))
def save(state): json.dump(state, open(STATE, "w"))
class Client:
    def __init__(self, service, region):
        self.region = region
        if region in load()["down"]: raise RuntimeError("region is down")
    def get_paginator(self, _): return self
    def paginate(self): return [{"GlobalClusters": load()["databases"]}]
    def get_metric_statistics(self, **call):
        lag = load()["lag"]
        return {"Datapoints": [] if lag is None else [{"Timestamp": datetime.now(timezone.utc), "Maximum": lag}]}
    def _move(self, call, how):
        state = load()
        for database in state["databases"]:
            if database["GlobalClusterIdentifier"] == call["GlobalClusterIdentifier"]:
                for member in database["GlobalClusterMembers"]: member["IsWriter"] = member["DBClusterArn"] == call["TargetDbClusterIdentifier"]
        state["calls"].append(how + " " + call["GlobalClusterIdentifier"])
        save(state)
    def switchover_global_cluster(self, **call): self._move(call, "switchover")
    def failover_global_cluster(self, AllowDataLoss, **call): self._move(call, "failover")
    def modify_db_cluster(self, DBClusterIdentifier, EnableGlobalWriteForwarding):
        state = load(); state["calls"].append("forward " + DBClusterIdentifier.split(":")[-1]); save(state)
        for database in state["databases"]:
            for member in database["GlobalClusterMembers"]:
                if member["DBClusterArn"] == DBClusterIdentifier: member["GlobalWriteForwardingStatus"] = "enabled"
        save(state)
    def put_parameter(self, Name, Value, Type, Overwrite):
        state = load(); state["pointer"][self.region] = Value; save(state)
    def get_parameter(self, Name): return {"Parameter": {"Value": load()["pointer"][self.region]}}
def client(service, region_name): return Client(service, region_name)
`;

interface State {
  databases: { GlobalClusterIdentifier: string; Status: string; GlobalClusterMembers: { DBClusterArn: string; IsWriter: boolean }[] }[];
  lag: number | null;
  down: string[];
  calls: string[];
  pointer: Record<string, string>;
}

const REGIONS = ['us-east-1', 'eu-west-1'];

function world(state: Partial<State> = {}) {
  const home = mkdtempSync(join(tmpdir(), 'failover-'));
  const file = join(home, 'state.json');
  const database = (name: string): State['databases'][number] => ({
    GlobalClusterIdentifier: name,
    Status: 'available',
    GlobalClusterMembers: REGIONS.map((region) => ({
      DBClusterArn: `arn:aws:rds:${region}:1:cluster:${name}-${region}`,
      IsWriter: region === 'us-east-1',
    })),
  });
  const databases = ['webapp-products', 'webapp-orders', 'webapp-users-0', 'other-orders', 'webapp-users-x'].map(database);
  const initial: State = {
    databases,
    lag: 200,
    down: [],
    calls: [],
    pointer: { 'us-east-1': 'us-east-1', 'eu-west-1': 'us-east-1' },
    ...state,
  };
  writeFileSync(file, JSON.stringify(initial));
  writeFileSync(join(home, 'boto3.py'), FAKE);
  const step = (name: string, Target: string, Mode: string): { status: number | null; stderr: string } => {
    const event = {
      Name: 'webapp',
      Regions: REGIONS,
      Pointer: '/webapp/config/region/writer',
      Target,
      Mode,
      MaxLagSeconds: '60',
      Forward: 'true',
    };
    const script = `import sys; sys.path[:0] = ['${home}', '${join(__dirname, '../../../../lib/tiers/reach')}']; import failover; failover.${name}(${JSON.stringify(event)}, None${name === 'move' ? ', pause=0' : ''})`;
    return spawnSync('python3', ['-B', '-c', script], { env: { ...process.env, STATE: file }, encoding: 'utf8' });
  };
  const run = (Target: string, Mode: string): string | undefined => {
    for (const { name } of document.Properties.Content.mainSteps as { name: string }[]) {
      const { status, stderr } = step(name, Target, Mode);
      if (status !== 0) return `${name}: ${stderr.trim().split('\n').at(-1)!}`;
    }
    return undefined;
  };
  return { run, state: (): State => JSON.parse(readFileSync(file, 'utf8')) as State };
}

describeNeeding([{ name: 'python3', install: 'apt-get install python3' }], 'the failover, step by step', () => {
  test('a planned switchover moves every database of the deployment and no other, and points all regions to it', () => {
    const { run, state } = world();
    expect(run('eu-west-1', 'switchover')).toBeUndefined();
    expect(state().calls).toEqual([
      ...['switchover webapp-products', 'switchover webapp-orders', 'switchover webapp-users-0'],
      ...['forward webapp-products-us-east-1', 'forward webapp-orders-us-east-1', 'forward webapp-users-0-us-east-1'],
    ]);
    expect(state().pointer).toEqual({ 'us-east-1': 'eu-west-1', 'eu-west-1': 'eu-west-1' });
  });

  test('run again it does nothing, and the way back is the same document', () => {
    const { run, state } = world();
    run('eu-west-1', 'switchover');
    const { calls } = state();
    expect(run('eu-west-1', 'switchover')).toBeUndefined();
    expect(state().calls).toEqual(calls);
    expect(run('us-east-1', 'switchover')).toBeUndefined();
    expect(state().pointer).toEqual({ 'us-east-1': 'us-east-1', 'eu-west-1': 'us-east-1' });
  });

  test('too much lag, or lag that nobody knows, stops it before anything moves', () => {
    for (const lag of [61_000, null]) {
      const { run, state } = world({ lag });
      expect(run('eu-west-1', 'failover')).toMatch(/^check_lag: RuntimeError: lag is unknown or above 60 s/);
      expect(state().calls).toEqual([]);
    }
  });

  test('a region that is dark does not hold an unplanned failover up, but a planned one', () => {
    const dark = world({ down: ['us-east-1'] });
    expect(dark.run('eu-west-1', 'failover')).toBeUndefined();
    expect(dark.state().calls.every((call) => call.startsWith('failover webapp-'))).toBe(true);
    expect(dark.state().pointer['eu-west-1']).toBe('eu-west-1');
    expect(world({ down: ['us-east-1'] }).run('eu-west-1', 'switchover')).toMatch(/^point: RuntimeError: region is down/);
  });
});
