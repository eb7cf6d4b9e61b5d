import { rmSync } from 'node:fs';
import { Aws, type Duration, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as assets from 'aws-cdk-lib/aws-s3-assets';
import type * as ssm from 'aws-cdk-lib/aws-ssm';
import * as cxapi from 'aws-cdk-lib/cx-api';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge';
import type { Settings } from '../settings/settings';
import type { Application } from './application';
import type { BoundApplication } from './application-options';

/** The folder of an asset in its bucket, where earlier releases are, too; nothing where all stacks share one. */
function releasesIn(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}

function pascalCase(name: string): string {
  return name.replace(/(?:^|\/)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** Props of {@link Release}. */
export interface ReleaseProps {
  /** The application. One that reads Parameter Store itself may hold `static/` with files whose names contain their hash. */
  readonly application: Application;
  /** Where the release is announced, as the parameter `release`. */
  readonly settings: Settings;
}

/** The release that the servers run: an asset in the bootstrap bucket and the parameter that names it. */
export class Release extends Construct {
  /** Changes whenever a file of the application does. */
  public readonly version: string;
  /** The parameter `/<name>/release`, the zip file's S3 URL. */
  public readonly parameter: ssm.CfnParameter;
  /**
   * How long a server may take until it serves, its release command included. An application that says so has all from its environment, and
   * knows nothing of this library.
   * @default - the application reads Parameter Store itself, and serves as soon as it runs
   */
  public readonly startTime?: Duration;
  private readonly asset: assets.Asset;
  private readonly application: BoundApplication;

  public constructor(scope: Construct, id: string, props: ReleaseProps) {
    super(scope, id);
    const bound = props.application.bind(this);
    const { directory: path, temporary, settings } = bound;
    this.application = bound;
    this.startTime = bound.startTime;
    this.asset = new assets.Asset(this, 'Asset', { path });
    // Read already, unless whoever synthesizes reads it later.
    if (temporary && this.node.tryGetContext(cxapi.DISABLE_ASSET_STAGING_CONTEXT) === undefined) rmSync(path, { recursive: true });
    for (const [name, value] of Object.entries(settings))
      props.settings.write(`Application${pascalCase(name)}`, `config/application/${name}`, value);
    this.version = this.asset.assetHash;
    this.parameter = props.settings.write('Release', 'release', this.asset.s3ObjectUrl);
  }

  /**
   * Lets servers fetch this release, and earlier ones: a rollback starts servers that ask for those. Also where the bootstrap bucket has a
   * customer-managed key (`cdk bootstrap --bootstrap-customer-key` or `--bootstrap-kms-key-id`).
   */
  public grantRead(role: iam.Role): void {
    const { region } = Stack.of(this);
    const bucket = `arn:${Aws.PARTITION}:s3:::${this.asset.s3BucketName}`;
    const { secrets, policies, repository } = this.application;
    for (const secret of secrets) secret.grantRead(role);
    for (const policy of policies) role.addToPolicy(policy);
    repository?.grantPull(role);
    const objects = `${releasesIn(this.asset.s3ObjectKey)}*.zip`;
    role.addToPolicy(new iam.PolicyStatement({ actions: ['s3:GetObject'], resources: [`${bucket}/${objects}`] }));
    role.addToPolicy(
      new iam.PolicyStatement({
        actions: ['kms:Decrypt'],
        resources: [`arn:${Aws.PARTITION}:kms:${region}:${Aws.ACCOUNT_ID}:key/*`],
        conditions: {
          StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
          // With a bucket key the context is the bucket, without one the object.
          ArnLike: { 'kms:EncryptionContext:aws:s3:arn': [bucket, `${bucket}/${objects}`] },
        },
      }),
    );
    acknowledge(role, {
      [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::cdk-hnb659fds-assets-<AWS::AccountId>-${region}/${objects}]`]:
        objects.includes('/')
          ? 'releases of this stack: its assets have a folder of their own in the bootstrap bucket'
          : 'zip files in the bootstrap bucket, those of other stacks too: give the stack a synthesizer with a bucketPrefix',
      [`AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:kms:${region}:<AWS::AccountId>:key/*]`]:
        "whatever key the bootstrap bucket has: S3 alone may use it for this role, and for that bucket's releases alone",
    });
  }
}
