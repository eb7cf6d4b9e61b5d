import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CreateBucketCommand, DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { awsProgram, ON_A_SERVER, Runbook } from '../../support/climb/runbook';
import { readSetting } from '../../support/climb/setting';
import { Uploader } from '../../support/climb/uploader';
import { describeNeeding, SHELLCHECK, testInCi } from '../../support/needs';
import { eventually } from '../../../tools/servers/processes';
import { describeWithServers } from '../../support/servers';
import { type Single, startSingle } from '../../workload/single';

const FILES = ['common.sh', 'move-uploads.sh'];
const STEPS = ['check', 'copy', 'switch', 'remainder', 'verify', 'finish'] as const;
const BUCKET = 'pictures';

describeNeeding([SHELLCHECK], 'the script that moves uploads', () => {
  test('passes shellcheck and fits into a document', () => {
    const input = FILES.map((file) => readFileSync(join(__dirname, '../../../lib/climb', file), 'utf8')).join('\n');
    expect(spawnSync('shellcheck', ['--shell=bash', '-'], { input, encoding: 'utf8' })).toMatchObject({ stdout: '', status: 0 });
    expect(Buffer.byteLength(input)).toBeLessThan(48_000);
    expect(input).not.toContain('{{');
  });
});

describeNeeding(ON_A_SERVER, 'the runbook that moves uploads', () => {
  describeWithServers(['postgres', 'moto'], 'with people who upload', (servers) => {
    let single: Single;
    let runbook: Runbook;

    beforeAll(async () => {
      single = await startSingle(servers);
      mkdirSync(single.uploads, { recursive: true });
      const environment = { ...single.environment, BUCKET, DIRECTORY: single.uploads, TMPDIR: servers.directory, PATIENCE: '2' };
      runbook = new Runbook(FILES, servers.directory, environment);
      await single.moto.s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    });

    /** Gives the setting back, and waits until the application has seen it: what it puts into the bucket meanwhile nobody would find. */
    async function toDisk(): Promise<void> {
      await single.moto.configure('single', { 'storage/uploads': single.uploads });
      await eventually(async () => {
        const uploader = new Uploader(single.application.url);
        await uploader.close();
        return [...uploader.pictures.keys()].every((url) => existsSync(join(single.uploads, basename(url))));
      }, 20_000);
    }
    const place = async (): Promise<string | undefined> => readSetting(single.moto, 'single', 'storage/uploads');

    /** Pictures that were accepted and that the bucket doesn't have as they were sent, or as the application would have put them. */
    async function missing({ pictures }: Uploader): Promise<string[]> {
      const wrong: string[] = [];
      for (const [url, bytes] of pictures) {
        const object = await single.moto.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: url.slice(1) })).catch(() => undefined);
        const body = Buffer.from((await object?.Body?.transformToByteArray()) ?? []);
        const right = object?.ContentType === 'image/png' && object.CacheControl === 'public, max-age=31536000, immutable';
        if (!right || !body.equals(bytes)) wrong.push(url);
      }
      return wrong;
    }

    testInCi('every picture arrives, and can be seen all the time', async () => {
      await toDisk();
      const half = join(single.uploads, `.${'0'.repeat(32)}.png.partial`);
      writeFileSync(half, 'half a picture');
      const uploader = new Uploader(single.application.url);
      await eventually(() => uploader.pictures.size > 50);
      const output = await runbook.steps(...STEPS);
      const before = uploader.pictures.size;
      await eventually(() => uploader.pictures.size > before + 20);
      await uploader.close();
      expect(uploader.failures).toEqual([]);
      expect(await missing(uploader)).toEqual([]);
      const onDisk = readdirSync(single.uploads).filter((name) => !name.endsWith('.partial'));
      expect(onDisk.length).toBeGreaterThan(50);
      expect(uploader.pictures.size).toBeGreaterThan(onDisk.length);
      expect(output).toContain(`verified: ${onDisk.length} files are in ${BUCKET}`);
      await expect(
        single.moto.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: `uploads/.${'0'.repeat(32)}.png.partial` })),
      ).rejects.toThrow();
      console.info(
        `2→3: ${/runbook: (.* moved, \d+ lost)/.exec(output)?.[1]}; ${uploader.pictures.size} uploaded in all, ${uploader.seen} looked at meanwhile`,
      );

      // Some are in the bucket alone now.
      const { code, errors } = await runbook.step('abort');
      expect([code, errors]).toEqual([1, expect.stringMatching(/^runbook: \d+ files are in pictures alone: type aws s3 sync s3:.*\n$/)]);
      expect(await place()).toBe(BUCKET);
    });

    testInCi('killed in the middle of every step once, and run again from the start, it comes to the same end', async () => {
      await toDisk();
      const uploader = new Uploader(single.application.url);
      await eventually(() => uploader.pictures.size > 50);
      for (const victim of STEPS) {
        await runbook.steps(...STEPS.slice(0, STEPS.indexOf(victim)));
        const middle = Date.now() + 600;
        const { code } = await runbook.step(victim, async () =>
          victim === 'switch' ? (await place()) === BUCKET : Promise.resolve(Date.now() > middle),
        );
        expect([victim, code]).toEqual([victim, null]);
      }
      await runbook.steps(...STEPS);
      await uploader.close();
      expect(uploader.failures).toEqual([]);
      expect(await missing(uploader)).toEqual([]);
    });

    testInCi('verification finds what is missing or different; the way back stays open while nothing is in the bucket alone', async () => {
      await toDisk();
      // What other tests have put into the bucket alone comes back first, as the runbook says.
      spawnSync(awsProgram() ?? 'aws', ['s3', 'sync', '--quiet', `s3://${BUCKET}/uploads`, single.uploads], {
        env: { ...process.env, ...single.environment, AWS_DEFAULT_REGION: 'us-east-1' },
      });
      const [name] = readdirSync(single.uploads).filter((one) => !one.endsWith('.partial'));
      const Key = `uploads/${name}`;
      const bytes = readFileSync(join(single.uploads, name));
      await runbook.steps('check', 'copy', 'switch', 'remainder', 'verify');
      await single.moto.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: randomBytes(bytes.length) }));
      expect(await runbook.refusal('verify')).toBe(
        `${name} in ${BUCKET} has another content than on the disk: remove the older one, ` +
          `rm '${single.uploads}/${name}' or aws s3 rm 's3://${BUCKET}/${Key}', then run this again`,
      );
      await single.moto.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key }));
      expect(await runbook.refusal('verify')).toContain(
        `1 files are not in ${BUCKET} with their size, first (size name): ${bytes.length} ${name}`,
      );
      expect(await runbook.refusal('finish')).toBe('1 files came after the copy: run the step remainder, then verify');
      expect(await runbook.steps('abort')).toBe('runbook: new uploads go to the disk\n');
      expect(await place()).toBe(single.uploads);
      await runbook.steps(...STEPS);
    });

    testInCi('settings and buckets that are not those of the move are refused', async () => {
      await single.moto.configure('single', { 'storage/uploads': 'elsewhere' });
      expect(await runbook.refusal('copy')).toBe(
        `uploads are in elsewhere, neither on this server nor in ${BUCKET}: deploy the bridge first`,
      );
      await toDisk();
      expect(await runbook.refusal('verify')).toBe('uploads still go to the disk: run the step switch first');
      const lost = new Runbook(FILES, servers.directory, {
        ...single.environment,
        BUCKET: 'nowhere',
        DIRECTORY: single.uploads,
        PATIENCE: '1',
      });
      expect(await lost.refusal('check')).toContain('NoSuchBucket');
    });
  });
});
