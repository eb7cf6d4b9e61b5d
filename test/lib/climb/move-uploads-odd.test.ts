import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, DeleteBucketCommand, DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { ON_A_SERVER, Runbook } from '../../support/climb/runbook';
import { readSetting } from '../../support/climb/setting';
import type { Moto } from '../../../tools/servers/moto';
import { describeNeeding, testInCi } from '../../support/needs';
import { describeWithServers } from '../../support/servers';

const FILES = ['common.sh', 'move-uploads.sh'];
const NAMES = [
  'plain.png',
  ' begins and ends with spaces ',
  'a [bracket] and a *.png',
  'größe-日本語.webp',
  'below/one/two.png',
  "it's.png",
];

describeNeeding(ON_A_SERVER, 'the runbook that moves uploads', () => {
  describeWithServers(['moto'], 'that are odd', (servers) => {
    let moto: Moto;
    let uploads: string;
    let runbook: Runbook;

    beforeAll(async () => {
      moto = await servers.moto();
      const disk = join(servers.directory, 'disk');
      uploads = join(servers.directory, 'uploads');
      mkdirSync(join(disk, 'below/one'), { recursive: true });
      // An administrator has put them on another disk.
      symlinkSync(disk, uploads);
      for (const name of NAMES) writeFileSync(join(disk, name), `content of ${name}`);
      const places = { BUCKET: 'odd', DIRECTORY: uploads, TMPDIR: servers.directory, PATIENCE: '0' };
      runbook = new Runbook(FILES, servers.directory, { ...moto.environment, NAME: 'odd', ...places });
      await moto.s3.send(new CreateBucketCommand({ Bucket: 'odd' }));
      await moto.configure('odd', { 'storage/uploads': uploads });
    });

    testInCi(
      'refuses before anything is begun what no bucket can have, or no listing can tell apart',
      async () => {
        const link = join(uploads, 'link.png');
        symlinkSync('/etc/hosts', link);
        expect(await runbook.refusal('check')).toMatch(/^link.png in .* is a link, which no bucket has: put the file itself/);
        rmSync(link);
        const broken = join(uploads, 'a\nb.png');
        writeFileSync(broken, '');
        expect(await runbook.refusal('check')).toMatch(/^the name a\?b.png in .* has a line break or another character/);
        rmSync(broken);
      },
      1_800_000,
    );

    testInCi(
      'moves every name, and two documents at once are one after the other',
      async () => {
        await runbook.steps('check');
        const both = await Promise.all([runbook.step('copy'), runbook.step('copy')]);
        expect(both.map(({ code }) => code)).toEqual([0, 0]);
        await runbook.steps('switch', 'remainder');
        const verified = await Promise.all([runbook.step('verify'), runbook.step('verify')]);
        for (const { code, output } of verified)
          expect([code, output]).toEqual([0, expect.stringContaining(`verified: ${NAMES.length} files`)]);
        for (const name of NAMES) {
          const { Body } = await moto.s3.send(new GetObjectCommand({ Bucket: 'odd', Key: `uploads/${name}` }));
          expect(await Body?.transformToString()).toBe(`content of ${name}`);
        }
      },
      1_800_000,
    );

    testInCi(
      'never overwrites what the application has put into the bucket since, and says which one to remove',
      async () => {
        const Key = 'uploads/below/one/two.png';
        await moto.s3.send(new PutObjectCommand({ Bucket: 'odd', Key, Body: 'a newer and longer picture' }));
        expect(await runbook.refusal('remainder')).toMatch(
          /^1 files have another size in odd than on the disk, first below\/one\/two.png: remove the older one, rm /,
        );
        const { Body } = await moto.s3.send(new GetObjectCommand({ Bucket: 'odd', Key }));
        expect(await Body?.transformToString()).toBe('a newer and longer picture');
        rmSync(join(uploads, 'below/one/two.png'));
        await runbook.steps('remainder', 'verify', 'finish');
      },
      1_800_000,
    );

    testInCi(
      'takes a bucket that can not be listed for no empty one: uploads do not go back to the disk',
      async () => {
        for (const name of [...NAMES]) await moto.s3.send(new DeleteObjectCommand({ Bucket: 'odd', Key: `uploads/${name}` }));
        await moto.s3.send(new DeleteBucketCommand({ Bucket: 'odd' }));
        expect(await runbook.refusal('abort')).toMatch(/^odd can't be listed: .*NoSuchBucket/);
        expect(await readSetting(moto, 'odd', 'storage/uploads')).toBe('odd');
        expect(readFileSync(join(uploads, 'plain.png'), 'utf8')).toBe('content of plain.png');
      },
      1_800_000,
    );
  });
});
