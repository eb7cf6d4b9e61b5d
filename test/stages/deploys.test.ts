import { type Resource, ofType, synthesize } from '../support/synth';

/** What a server can't do without: what it reads, what that names, and the way there. */
const NEEDED = [
  'AWS::SSM::Parameter',
  'AWS::RDS::DBInstance',
  'AWS::RDS::DBCluster',
  'AWS::ElastiCache::ReplicationGroup',
  'AWS::SecretsManager::SecretTargetAttachment',
  'AWS::EC2::Route',
];
const CONTEXTS = [
  { stage: '1' },
  { stage: '2' },
  { stage: '3' },
  { stage: '4' },
  { stage: '5' },
  { stage: '4', from: '3' },
  { stage: '5', from: '4' },
];

/** Everything that CloudFormation finishes before it starts a resource, by logical id. */
function before(resources: Readonly<Record<string, Resource>>, start: string): Set<string> {
  const seen = new Set<string>();
  const visit = (id: string): void => {
    if (seen.has(id) || !(id in resources)) return;
    seen.add(id);
    const text = JSON.stringify(resources[id]);
    for (const [, found] of text.matchAll(/"(?:Ref|Fn::GetAtt)":\[?"([A-Za-z0-9]+)"/g)) visit(found);
    for (const [, found] of text.matchAll(/\$\{([A-Za-z0-9]+)[.}]/g)) visit(found);
    for (const found of [resources[id].DependsOn ?? []].flat()) visit(found);
  };
  visit(start);
  return seen;
}

const servers = (resources: Readonly<Record<string, Resource>>): string[] => [
  ...Object.keys(ofType(resources, 'AWS::EC2::Instance')),
  ...Object.keys(ofType(resources, 'AWS::AutoScaling::AutoScalingGroup')),
];

test.each(CONTEXTS)('%j: servers start when what they need is there', (context) => {
  const { resources } = synthesize(context);
  const started = servers(resources);
  expect(started.length).toBeGreaterThan(0);
  for (const server of started) {
    const there = before(resources, server);
    const missing = NEEDED.flatMap((type) => Object.keys(ofType(resources, type))).filter((id) => !there.has(id));
    expect({ server, missing }).toEqual({ server, missing: [] });
  }
});

test.each(CONTEXTS)('%j: a deploy ends when users are served', (context) => {
  const { resources } = synthesize(context);
  for (const [id, server] of Object.entries(ofType(resources, 'AWS::EC2::Instance'))) {
    const delivery = Object.values(ofType(resources, 'AWS::SSM::Association')).find(({ Properties: { Targets } }) =>
      JSON.stringify(Targets).includes(`"${id}"`),
    );
    expect(server).toBeDefined();
    expect(delivery?.Properties.WaitForSuccessTimeoutSeconds).toBe(1800);
    expect(JSON.stringify(delivery?.Properties.Parameters)).toMatch(/cloud-init status --wait .*\/usr\/local\/sbin\/boot release/);
  }
  for (const [id, group] of Object.entries(ofType(resources, 'AWS::AutoScaling::AutoScalingGroup'))) {
    const { CreationPolicy, UpdatePolicy, Properties } = group as unknown as Record<string, Record<string, never>>;
    const { Preferences } = (UpdatePolicy as unknown as { AutoScalingInstanceRefresh: { Preferences: Record<string, never> } })
      .AutoScalingInstanceRefresh;
    expect(Preferences.InstanceWarmup).toBeGreaterThanOrEqual(Number((Properties as Record<string, unknown>).HealthCheckGracePeriod ?? 0));
    if (Number(Properties.MinSize) === 0) continue;
    expect(CreationPolicy).toEqual({ ResourceSignal: { Count: Number(Properties.MinSize), Timeout: 'PT20M' } });
    expect(Preferences.AlarmSpecification).toMatchObject({
      Alarms: [{ Ref: expect.any(String) as string }, { Ref: expect.any(String) as string }],
    });
    expect(Preferences.BakeTime).toBe(300);
    const templates = Object.values(ofType(resources, 'AWS::EC2::LaunchTemplate')).filter((template) =>
      JSON.stringify(template).includes(`--resource ${id}'`),
    );
    expect(templates).toHaveLength(1);
  }
});
