import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesizeStage } from '../../tools/shared/synthesize';
import type { Resource, Template } from '../../tools/shared/template';
import { MINISTACK, Ministack } from '../support/emulator/ministack';
import { prune } from '../support/emulator/prune';
import { describeInCi, describeNeeding, type Program } from '../support/needs';

const AWS: Program = { name: 'aws', install: 'pip install awscli' };
const STACK = 'webapp-us-east-1';
/** From the single server to shards, each as `cdk deploy` does it; the first and the last are deployed again, and nothing changes. */
const CLIMB = ['1', '1', '2 from 1', '2', '3 from 2', '3', '4 from 3', '4', '5 from 4', '5', '5'];
/** What holds data or what everything stands in: the same resource for ever, until its stage is left. */
const KEPT = /^Architecture(NetworkVpc|Key|Logs|Uploads|DatabaseInstance)[0-9A-F]{8}$/;
/** Ministack has no answer for these. */
const answers = { 'AWS::EC2::VPC.CidrBlock': '10.0.0.0/16' };

/** Never comes to be: ministack has no such attribute. It waits for everything that its stage needs, and most of it is there by then. */
const FAILURE = (template: Template): Resource =>
  ({
    Type: 'AWS::SSM::Parameter',
    Properties: {
      Type: 'String',
      Value: { 'Fn::GetAtt': [Object.keys(template.Resources).find((id) => /NetworkVpc[0-9A-F]{8}$/.test(id)), 'Nothing'] },
    },
    DependsOn: Object.entries(template.Resources).flatMap(([id, { Type }]) => (/::(Bucket|Secret|Key|DBInstance)$/.test(Type) ? [id] : [])),
  }) as unknown as Resource;

describeInCi('deploys, on an emulator of CloudFormation', () => {
  describeNeeding([...MINISTACK, AWS], 'as far as it implements it', () => {
    let cloud: Ministack;
    let types: ReadonlySet<string>;
    const left = new Map<string, number>();

    beforeAll(async () => {
      types = Ministack.types();
      cloud = await Ministack.start();
    }, 600_000);
    afterAll(async () => {
      await cloud.stop();
      console.info(
        `left out, because ministack 1.5.33 refuses it: ${[...left]
          .sort()
          .map(([what, times]) => `${what} (${times})`)
          .join(', ')}`,
      );
    });

    /** Alarms over metrics of metrics are refused, too. */
    const isRefused = ({ Type, Properties }: Resource): boolean =>
      !types.has(Type) || (Type === 'AWS::CloudWatch::Alarm' && Properties?.Metrics !== undefined);

    /** The assembly of a rung, as far as ministack takes it. */
    function assembly(rung: string, change = (template: Template): Template => template): string {
      const [stage, from] = rung.split(' from ');
      const directory = mkdtempSync(join(tmpdir(), 'deploy-'));
      synthesizeStage({ stage, ...(from && { from }) }, directory);
      for (const file of readdirSync(directory).filter((name) => name.endsWith('.template.json'))) {
        const path = join(directory, file);
        const pruned = prune(JSON.parse(readFileSync(path, 'utf8')) as Template, { isRefused, answers });
        for (const [what, times] of pruned.left) left.set(what, Math.max(left.get(what) ?? 0, times));
        replace(directory, file, JSON.stringify(change(pruned.template)));
      }
      return directory;
    }

    /** Writes another template, under the name that its content has. */
    function replace(directory: string, file: string, text: string): void {
      const assets = join(directory, file.replace('.template.json', '.assets.json'));
      const { files } = JSON.parse(readFileSync(assets, 'utf8')) as { files: Record<string, { source: { path: string } }> };
      const [name] = Object.entries(files).find(([, { source }]) => source.path === file) ?? [''];
      writeFileSync(join(directory, file), text);
      for (const path of [assets, join(directory, 'manifest.json')])
        writeFileSync(path, readFileSync(path, 'utf8').replaceAll(name, createHash('sha256').update(text).digest('hex')));
    }

    const failing = (template: Template): Template => ({ ...template, Resources: { ...template.Resources, Failure: FAILURE(template) } });

    test('a first deploy that fails in the middle leaves nothing but logs, and the next one succeeds', async () => {
      const first = await cloud.deploy(assembly('2', failing));
      expect(first).toMatchObject({ status: 1, words: expect.stringContaining('Nothing') as string });
      // The bucket of logs stays and says why (LogBucket); nothing waits for its name.
      expect(await cloud.remains()).toEqual([expect.stringContaining('architecturelogs')]);
      // As docs/when-a-deploy-fails.md says.
      await cloud.aws('cloudformation', 'update-termination-protection', '--no-enable-termination-protection', '--stack-name', STACK);
      await cloud.aws('cloudformation', 'delete-stack', '--stack-name', STACK);
      expect(await cloud.deploy(assembly('2'))).toMatchObject({ status: 0 });
      await cloud.stop();
      cloud = await Ministack.start();
    }, 1_800_000);

    test('climbs from 1 to 5 in place, by nothing but cdk deploy; a bridge that fails in the middle is deployed again', async () => {
      const kept = new Map<string, string>();
      for (const rung of CLIMB) {
        if (rung === '2 from 1') expect(await cloud.deploy(assembly(rung, failing))).toMatchObject({ status: 1 });
        const { status, words } = await cloud.deploy(assembly(rung));
        expect({ rung, status, words }).toEqual({ rung, status: 0, words });
        const there = await cloud.resources(STACK);
        for (const [id, physical] of kept) expect({ rung, id, physical: there[id] ?? physical }).toEqual({ rung, id, physical });
        for (const [id, physical] of Object.entries(there)) if (KEPT.test(id)) kept.set(id, physical);
      }
      expect([...kept.keys()].map((id) => id.slice('Architecture'.length, -8)).sort()).toEqual([
        ...['DatabaseInstance', 'Key', 'Logs', 'NetworkVpc', 'Uploads'],
      ]);
      const end = await cloud.resources(STACK);
      for (const [id, physical] of kept) if (!id.includes('Database')) expect(end).toMatchObject({ [id]: physical });
    }, 3_600_000);
  });
});
