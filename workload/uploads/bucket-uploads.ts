import { GetObjectCommand, PutObjectCommand, S3ServiceException, type S3Client } from '@aws-sdk/client-s3';
import type { UploadStore } from './upload-store';

/** Pictures in a bucket, where a CDN finds them too. */
export class BucketUploads implements UploadStore {
  public readonly place: string;

  /** @param earlier where pictures may still be that nobody has copied into the bucket yet. */
  public constructor(
    private readonly s3: S3Client,
    private readonly bucket: string,
    private readonly earlier: UploadStore,
  ) {
    this.place = `s3://${bucket}`;
  }

  public async put(name: string, type: string, bytes: Buffer): Promise<void> {
    await this.s3.send(
      new PutObjectCommand({
        Bucket: this.bucket,
        Key: keyOf(name),
        Body: bytes,
        ContentType: type,
        CacheControl: 'public, max-age=31536000, immutable',
      }),
    );
  }

  public async get(name: string): Promise<Uint8Array | undefined> {
    try {
      const { Body } = await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: keyOf(name) }));
      return await Body?.transformToByteArray();
    } catch (error) {
      if (isAbsent(error)) return this.earlier.get(name);
      throw error;
    }
  }

  public async check(): Promise<void> {
    try {
      await this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key: keyOf('check') }));
    } catch (error) {
      if (!isAbsent(error)) throw error;
    }
  }
}

/** Who may not list a bucket is told that a missing object is forbidden. */
function isAbsent(error: unknown): boolean {
  return error instanceof S3ServiceException && (error.name === 'NoSuchKey' || error.name === 'AccessDenied');
}

function keyOf(name: string): string {
  return `uploads/${name}`;
}
