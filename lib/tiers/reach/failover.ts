import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeRules, OWN_POLICY } from '../../foundation/acknowledge';
import { actingFor } from '../../foundation/security/service-trust';
import { Setting } from '../../foundation/settings/settings';
import { clusterName } from '../data/cluster-ground';
import { DataModel } from '../data/data-model';
import type { Geography } from '../../foundation/regions/geography';

/** Props of {@link Failover}. */
export interface FailoverProps {
  /** Name of the deployment. */
  readonly name: string;
  /** The regions. */
  readonly geography: Geography;
  /**
   * Which databases there may be.
   * @default DataModel.REFERENCE
   */
  readonly model?: DataModel;
}

/**
 * What has a global database. A shard's number has one to four digits, and no other deployment's function is called so:
 * `shop-users-*` would also be the databases of a deployment `shop-users`, whose functions are longer words (`refuseShortNames`).
 */
function rolesOf({ functions, sharded }: DataModel): string[] {
  return ['core', ...functions, ...['?', '??', '???', '????'].map((number) => `${sharded}/${number}`)];
}

/** The steps, in order. Each is a function in a file of its name in `failover/`, behind what all of them need. */
const STEPS: readonly { readonly name: string; readonly attempts?: number; readonly goesOn?: boolean }[] = [
  { name: 'check' },
  { name: 'fence' },
  // One that ran out of its ten minutes goes on where it was. A database that can't be moved doesn't keep users from the others.
  { name: 'move', attempts: 4, goesOn: true },
  { name: 'point' },
  { name: 'forward', goesOn: true },
  { name: 'verify' },
];

/**
 * An Automation document that moves all writers to a region: planned, without loss (`switchover`), or because the other region is
 * gone (`failover`). Every region has one, because the region that is needed is the one that still works.
 *
 * Each step looks before it acts: run twice, killed anywhere, started in any region, it comes to the same end. It owns the pointer
 * `region/writer`, which no template has.
 */
export class Failover extends Construct {
  /** Name of the document, the same in every region. */
  public readonly documentName: string;
  /** The document. */
  public readonly document: ssm.CfnDocument;
  /** What it may do. */
  public readonly role: iam.Role;

  public constructor(scope: Construct, id: string, props: FailoverProps) {
    super(scope, id);
    const { name, geography, model = DataModel.REFERENCE } = props;
    const pointer = `/${name}/config/${Setting.WRITER_REGION}`;
    this.role = this.createRole(name, pointer, geography, rolesOf(model));
    const source = (file: string): string => readFileSync(join(__dirname, 'failover', `${file}.py`), 'utf8');
    const InputPayload = {
      ...{ Name: name, Regions: geography.regions, Pointer: pointer, Forward: String(geography.writeForwarding) },
      Databases: `(${['core', ...model.functions, `${model.sharded}-\\d+`].join('|')})$`,
      ...{ Target: '{{ Target }}', Mode: '{{ Mode }}', MaxLagSeconds: '{{ MaxLagSeconds }}', ConfirmDataLoss: '{{ ConfirmDataLoss }}' },
    };
    this.documentName = `${name}-failover`;
    this.document = new ssm.CfnDocument(this, 'Document', {
      name: this.documentName,
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
            description: 'A switchover is not begun while a copy is further behind; writes would wait for it',
            default: '60',
            allowedPattern: '^[0-9]{1,5}$',
          },
          ConfirmDataLoss: {
            type: 'String',
            description: 'A failover wants the word: confirm',
            default: 'no',
            allowedPattern: '^(no|confirm)$',
          },
        },
        outputs: STEPS.map((step) => `${step.name}.Report`),
        mainSteps: STEPS.map((step) => ({
          name: step.name,
          action: 'aws:executeScript',
          ...(step.attempts !== undefined && { maxAttempts: step.attempts }),
          ...(step.goesOn && { onFailure: 'Continue' }),
          timeoutSeconds: 600,
          inputs: { Runtime: 'python3.11', Handler: step.name, InputPayload, Script: `${source('common')}\n\n${source(step.name)}` },
          outputs: [{ Name: 'Report', Selector: '$.Payload.Report', Type: 'String' }],
        })),
      },
    });
  }

  /** Shell command that moves all writers to the region of this stack, planned. */
  public get startCommand(): string {
    const { region } = Stack.of(this);
    return `aws ssm start-automation-execution --region ${region} --document-name ${this.documentName} --parameters Target=${region},Mode=switchover`;
  }

  private createRole(name: string, pointer: string, { regions }: Geography, roles: string[]): iam.Role {
    const executions = `ssm:${Stack.of(this).region}:${Aws.ACCOUNT_ID}:automation-execution/*`;
    const role = new iam.Role(this, 'Role', { assumedBy: actingFor('ssm.amazonaws.com', executions) });
    const allow = (actions: string[], resources: string[]): void => {
      role.addToPolicy(new iam.PolicyStatement({ actions, resources }));
    };
    const arn = (service: string, region: string, resource: string): string =>
      `arn:${Aws.PARTITION}:${service}:${region}:${Aws.ACCOUNT_ID}:${resource}`;
    const databases = roles.map((one) => clusterName(name, one));
    allow(['rds:DescribeGlobalClusters', 'cloudwatch:ListMetrics', 'cloudwatch:GetMetricData'], ['*']);
    acknowledgeRules(role, OWN_POLICY);
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
