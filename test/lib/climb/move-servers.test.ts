import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { type Moto } from '../../../tools/servers/moto';
import { describeNeeding, testInCi } from '../../support/needs';
import { run } from '../../../tools/servers/processes';
import { describeWithServers } from '../../support/servers';
import { awsProgram, ON_A_SERVER, Runbook } from '../../support/climb/runbook';

const NAME = 'fleet';
const FILES = ['common.sh', 'move-uploads.sh', 'move-servers.sh'];
const SETTINGS = { 'database/writer': 'db.example:5432', 'storage/uploads': 'uploads', 'sessions/endpoint': 'sessions.example:6379' };
const PNG = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

describeNeeding(ON_A_SERVER, 'the runbook from the single server to a fleet', () => {
  describeWithServers(['moto'], 'against the AWS API', (servers) => {
    let moto: Moto;
    let directory: string;
    let runbook: Runbook;
    let aws: (...args: string[]) => string;
    let targets: string;
    let instances: string[];
    const register = (how: 'register' | 'deregister', ...ids: string[]): string =>
      aws('elbv2', `${how}-targets`, '--target-group-arn', targets, '--targets', ...ids.map((id) => `Id=${id}`));

    beforeAll(async () => {
      moto = await servers.moto();
      directory = join(servers.directory, 'uploads');
      mkdirSync(directory);
      await moto.s3.send(new CreateBucketCommand({ Bucket: 'uploads' }));
      await moto.configure(NAME, SETTINGS);
      aws = (...args) =>
        run([awsProgram() ?? 'aws', ...args, '--output', 'text'], {
          ...process.env,
          ...moto.environment,
          AWS_DEFAULT_REGION: 'us-east-1',
        }).trim();
      const vpc = aws('ec2', 'describe-vpcs', '--query', 'Vpcs[0].VpcId');
      const group = ['--name', 'web', '--protocol', 'HTTP', '--port', '80', '--vpc-id', vpc, '--query', 'TargetGroups[0].TargetGroupArn'];
      targets = aws('elbv2', 'create-target-group', ...group);
      aws(
        'autoscaling',
        'create-launch-configuration',
        '--launch-configuration-name',
        'web',
        '--image-id',
        'ami-12c6146b',
        '--instance-type',
        'm7g.large',
      );
      const size = ['--min-size', '2', '--max-size', '3', '--availability-zones', 'us-east-1a', '--launch-configuration-name', 'web'];
      aws('autoscaling', 'create-auto-scaling-group', '--auto-scaling-group-name', 'web', ...size);
      instances = aws('autoscaling', 'describe-auto-scaling-instances', '--query', 'AutoScalingInstances[].InstanceId').split('\t');
      const places = { BUCKET: 'uploads', DIRECTORY: directory, GROUP: 'web', TARGETS: targets };
      runbook = new Runbook(FILES, servers.directory, { ...moto.environment, ...places, NAME, TRIES: '3', PAUSE: '0.1' });
    });

    testInCi('copies what is on the disk alone, and ends when the fleet is healthy', async () => {
      register('register', ...instances);
      writeFileSync(join(directory, 'left-behind.png'), PNG);
      const output = await runbook.steps('check', 'leftovers', 'fleet', 'finish');
      expect(output).toContain('2 servers of the fleet are healthy, 2 are needed');
      expect(output).toContain('the fleet can take over: deploy without from');
      const { Contents } = await moto.s3.send(new ListObjectsV2Command({ Bucket: 'uploads' }));
      expect(Contents?.map(({ Key }) => Key)).toEqual(['uploads/left-behind.png']);
    });

    testInCi('fails while the fleet is not healthy, and says what to look at', async () => {
      register('deregister', instances[0]);
      expect(await runbook.refusal('fleet')).toBe(
        '1 servers of the fleet are healthy and 2 are needed: look at their log /fleet/application, then run this again',
      );
      expect(await runbook.steps('abort')).toContain('nothing was switched: the single server serves, and the fleet waits');
    });

    testInCi.each([
      [{ 'database/writer': '/run/postgresql' }, 'the database is still on this server'],
      [{ 'storage/uploads': '/data/uploads' }, 'uploads still go to this server'],
      [{ 'sessions/endpoint': undefined }, 'sessions are still on this server'],
    ])('is refused while something is still on the server: %j', async (setting, reason) => {
      await moto.configure(NAME, setting);
      expect(await runbook.refusal('check')).toContain(reason);
      await moto.configure(NAME, SETTINGS);
    });

    test('a table is a place for sessions, too', async () => {
      await moto.configure(NAME, { 'sessions/endpoint': undefined, 'sessions/table': 'fleet-sessions' });
      expect(await runbook.steps('check')).toContain('nothing that users need is written to this server any more');
      await moto.configure(NAME, { ...SETTINGS, 'sessions/table': undefined });
    });
  });
});
