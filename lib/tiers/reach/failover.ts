import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { acknowledge } from '../../foundation/acknowledge';
import { Setting } from '../../foundation/settings/settings';
import type { Geography } from '../../foundation/regions/geography';

/** Props of {@link Failover}. */
export interface FailoverProps {
  /** Name of the deployment. */
  readonly name: string;
  /** The regions. */
  readonly geography: Geography;
}

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
    this.role = this.createRole(name, pointer);
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

  private createRole(name: string, pointer: string): iam.Role {
    const role = new iam.Role(this, 'Role', { assumedBy: new iam.ServicePrincipal('ssm.amazonaws.com') });
    const allow = (actions: string[], resource: string, reason: string): void => {
      const arn = resource.replace('<P>', Aws.PARTITION).replace('<A>', Aws.ACCOUNT_ID);
      role.addToPolicy(new iam.PolicyStatement({ actions, resources: [arn] }));
      const finding = resource.replace('<P>', '<AWS::Partition>').replace('<A>', '<AWS::AccountId>');
      acknowledge(role, { [`AwsSolutions-IAM5[Resource::${finding}]`]: reason });
    };
    allow(['rds:DescribeGlobalClusters', 'cloudwatch:GetMetricStatistics'], '*', 'describing knows no resource');
    const moves = ['rds:SwitchoverGlobalCluster', 'rds:FailoverGlobalCluster', 'rds:ModifyDBCluster'];
    allow(moves, `arn:<P>:rds::<A>:global-cluster:${name}-*`, 'every global database of this deployment, and no other');
    allow(moves, `arn:<P>:rds:*:<A>:cluster:${name}-*`, 'their members, in any of its regions');
    allow(['ssm:GetParameter', 'ssm:PutParameter'], `arn:<P>:ssm:*:<A>:parameter${pointer}`, 'one parameter, in any of its regions');
    return role;
  }
}
