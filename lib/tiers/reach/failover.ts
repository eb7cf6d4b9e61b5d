import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { acknowledge } from '../../foundation/acknowledge';
import { actingFor } from '../../foundation/security/service-trust';
import { Setting } from '../../foundation/settings/settings';
import { clusterName } from '../data/cluster-ground';
import type { Geography } from '../../foundation/regions/geography';

/** Props of {@link Failover}. */
export interface FailoverProps {
  /** Name of the deployment. */
  readonly name: string;
  /** The regions. */
  readonly geography: Geography;
}

/**
 * What has a global database. A shard's number has one to four digits, and no other deployment's database is called so:
 * `shop-users-*` would also be the databases of a deployment `shop-users`, whose roles are longer words.
 */
const ROLES = ['products', 'orders', 'users/?', 'users/??', 'users/???', 'users/????'];

/** The steps, in order; each is a function of `failover.py`. */
const STEPS = ['check_lag', 'move', 'point', 'forward', 'verify'];

/**
 * An Automation document that moves all writers to a region: planned, without loss (`switchover`), or because the other region is
 * gone (`failover`). Every region has one, because the region that is needed is the one that still works.
 */
export class Failover extends Construct {
  /** The document. */
  public readonly document: ssm.CfnDocument;
  /** What it may do. */
  public readonly role: iam.Role;

  public constructor(scope: Construct, id: string, props: FailoverProps) {
    super(scope, id);
    const { name, geography } = props;
    const pointer = `/${name}/config/${Setting.WRITER_REGION}`;
    this.role = this.createRole(name, pointer, geography);
    const Script = readFileSync(join(__dirname, 'failover.py'), 'utf8');
    const InputPayload = {
      ...{ Name: name, Regions: geography.regions, Pointer: pointer },
      ...{ Forward: String(geography.writeForwarding), Target: '{{ Target }}', Mode: '{{ Mode }}', MaxLagSeconds: '{{ MaxLagSeconds }}' },
    };
    this.document = new ssm.CfnDocument(this, 'Document', {
      documentType: 'Automation',
      documentFormat: 'JSON',
      updateMethod: 'NewVersion',
      content: {
        schemaVersion: '0.3',
        description: `Moves the writers of ${name} to another region. Run it in the region that shall have them.`,
        assumeRole: this.role.roleArn,
        parameters: {
          Target: { type: 'String', description: 'Region that shall have the writers', allowedValues: geography.regions },
          Mode: {
            type: 'String',
            description: 'switchover: planned, nothing is lost. failover: the other region is gone, what was not copied yet is lost',
            allowedValues: ['switchover', 'failover'],
          },
          MaxLagSeconds: {
            type: 'String',
            description: 'Stop when a copy is further behind',
            default: '60',
            allowedPattern: '^[0-9]{1,5}$',
          },
        },
        mainSteps: STEPS.map((Handler) => ({
          name: Handler,
          action: 'aws:executeScript',
          // A step that ran out of its ten minutes goes on where it was.
          ...(Handler === 'move' && { maxAttempts: 6 }),
          timeoutSeconds: 600,
          inputs: { Runtime: 'python3.11', Handler, InputPayload, Script },
        })),
      },
    });
  }

  private createRole(name: string, pointer: string, { regions }: Geography): iam.Role {
    const executions = `ssm:${Stack.of(this).region}:${Aws.ACCOUNT_ID}:automation-execution/*`;
    const role = new iam.Role(this, 'Role', { assumedBy: actingFor('ssm.amazonaws.com', executions) });
    const allow = (actions: string[], resources: string[]): void => {
      role.addToPolicy(new iam.PolicyStatement({ actions, resources }));
    };
    const arn = (service: string, region: string, resource: string): string =>
      `arn:${Aws.PARTITION}:${service}:${region}:${Aws.ACCOUNT_ID}:${resource}`;
    const databases = ROLES.map((one) => clusterName(name, one));
    allow(['rds:DescribeGlobalClusters', 'cloudwatch:GetMetricStatistics'], ['*']);
    acknowledge(role, { 'AwsSolutions-IAM5[Resource::*]': 'describing knows no resource' });
    allow(
      ['rds:SwitchoverGlobalCluster', 'rds:FailoverGlobalCluster', 'rds:ModifyDBCluster'],
      [
        ...databases.map((one) => arn('rds', '', `global-cluster:${one}`)),
        ...regions.flatMap((region) => databases.map((one) => arn('rds', region, `cluster:${one}-${region}`))),
      ],
    );
    allow(
      ['ssm:GetParameter', 'ssm:PutParameter'],
      regions.map((region) => arn('ssm', region, `parameter${pointer}`)),
    );
    return role;
  }
}
