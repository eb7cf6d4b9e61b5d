import { Aws, type CfnElement, Stack } from 'aws-cdk-lib';
import type { AutoScalingGroup } from 'aws-cdk-lib/aws-autoscaling';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import { Construct, type IConstruct } from 'constructs';
import { acknowledge, acknowledgeRules, OWN_POLICY } from '../foundation/acknowledge';
import { actingFor } from '../foundation/security/service-trust';

/** Props of {@link Runbook}. */
export interface RunbookProps {
  /** Name of the deployment. */
  readonly name: string;
  /** What it does, such as `move-database`: the document is called `<name>-move-database`. */
  readonly title: string;
  /** What it does, in a sentence. */
  readonly description: string;
}

/**
 * An Automation document that moves what a template can't move. It is part of a bridge, the deployment between two architectures,
 * and leaves with it.
 */
export abstract class Runbook extends Construct {
  /** Whether a construct is a runbook. */
  public static isRunbook(construct: IConstruct): construct is Runbook {
    return construct instanceof Runbook;
  }

  /** Name of the document. */
  public readonly documentName: string;
  /** What the document may do. */
  public readonly role: iam.Role;
  private readonly description: string;

  public constructor(scope: Construct, id: string, props: RunbookProps) {
    super(scope, id);
    this.documentName = `${props.name}-${props.title}`;
    this.description = props.description;
    const executions = `ssm:${Stack.of(this).region}:${Aws.ACCOUNT_ID}:automation-execution/*`;
    this.role = new iam.Role(this, 'Role', { assumedBy: actingFor('ssm.amazonaws.com', executions) });
    acknowledgeRules(this, OWN_POLICY);
  }

  /** Shell command that starts it. */
  public get startCommand(): string {
    return `aws ssm start-automation-execution --document-name ${this.documentName} --region ${Stack.of(this).region}`;
  }

  /** Creates the document; a new version takes the place of an older one. */
  protected createDocument(mainSteps: object[]): ssm.CfnDocument {
    return new ssm.CfnDocument(this, 'Document', {
      name: this.documentName,
      documentType: 'Automation',
      documentFormat: 'JSON',
      updateMethod: 'NewVersion',
      content: { schemaVersion: '0.3', description: this.description, assumeRole: this.role.roleArn, mainSteps },
    });
  }

  /** Lets the document do something. Where that is to all resources of a kind, a reviewer reads the reason. `<P>`, `<A>` and `<G>` stand for the partition, the account and a fleet. */
  protected allow(
    actions: string[],
    arn: string,
    reason: string,
    conditions?: { [operator: string]: object },
    fleet?: AutoScalingGroup,
  ): void {
    const fill = (partition: string, account: string, group = ''): string =>
      arn.replace('<P>', partition).replace('<A>', account).replace('<G>', group);
    const resources = [fill(Aws.PARTITION, Aws.ACCOUNT_ID, fleet?.autoScalingGroupName)];
    this.role.addToPolicy(new iam.PolicyStatement({ actions, resources, conditions }));
    if (!arn.includes('*')) return;
    const group = fleet && `<${Stack.of(this).getLogicalId(fleet.node.defaultChild as CfnElement)}>`;
    acknowledge(this.role, { [`AwsSolutions-IAM5[Resource::${fill('<AWS::Partition>', '<AWS::AccountId>', group)}]`]: reason });
  }
}
