import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report } from '../../../tools/check/report';
import { Moto, motoProgram } from '../../../tools/servers/moto';
import { describeNeeding } from '../../support/needs';
import { resource, stackOf } from '../diff/fixture';
import { called, spawned } from '../diff/run';

const home = mkdtempSync(join(tmpdir(), 'check-live-'));
const { template } = stackOf({
  ...{ A: resource('AWS::EC2::EIP', {}), B: resource('AWS::EC2::EIP', {}), Vpc: resource('AWS::EC2::VPC', {}) },
  ...{
    Taken: resource('AWS::SecretsManager::Secret', { Name: 'shop/origin' }),
    Free: resource('AWS::SSM::Parameter', { Name: '/shop/free' }),
  },
});
writeFileSync(join(home, 'shop.json'), JSON.stringify(template));

test('without the AWS CLI, or without credentials, it is refused in one line', () => {
  const bare = spawned(home, ['check', '--template', 'shop.json', '--live'], {
    AWS_REGION: 'us-east-1',
    PATH: process.execPath.replace(/\/node$/, ''),
  });
  expect([bare.status, bare.stdout]).toEqual([1, '']);
  expect(bare.stderr).toMatch(/^--live is not possible: .*; install the AWS CLI, .*\n$/);
});

test('a template does not say its region', async () => {
  const { stderr, status } = await called(home, ['check', '--template', 'shop.json', '--live']);
  expect([status, stderr]).toEqual([1, '--live needs to know the region of a template: type export AWS_REGION=eu-west-1\n']);
});

describeNeeding(
  [
    { name: motoProgram() ?? 'moto_server', install: "pip install 'moto[server]'" },
    { name: 'aws', install: 'pip install awscli' },
  ],
  'an account, as moto imitates it',
  () => {
    let moto: Moto;
    beforeAll(async () => {
      moto = await Moto.create();
      await moto.start();
    });
    afterAll(() => moto.stop());

    test('says what is in use by others, and which name is taken', async () => {
      const environment = { ...process.env, ...moto.environment };
      const address = ['ec2', 'allocate-address', '--region', 'us-east-1'];
      for (let count = 0; count < 4; count += 1) execFileSync('aws', address, { env: environment });
      await moto.createSecret('shop/origin', 'secret');
      const { status, stdout, stderr } = spawned(home, ['check', '--template', 'shop.json', '--live', '-f', 'json'], moto.environment);
      expect([status, stderr]).toEqual([2, '']);
      const { quotas, answers } = JSON.parse(stdout) as Report;
      expect(quotas.find(({ name }) => name === 'Elastic IP addresses')).toMatchObject({ start: 2, used: 4, limit: 5, fit: 'exceeded' });
      expect(quotas.find(({ name }) => name === 'VPCs')).toMatchObject({ used: 1, fit: 'fits' });
      expect(answers.map(({ what, state }) => [what, state])).toEqual([['AWS::SecretsManager::Secret shop/origin in us-east-1', 'taken']]);
    });
  },
);
