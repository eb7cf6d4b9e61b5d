import { Aws, Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import { actingFor } from '../../foundation/security/service-trust';
import { Drill, type DrillProps } from './drill';

/** What an Automation document does, for which FIS has no action of its own. */
export interface Automation extends DrillProps {
  /** Name of the drill, such as `poison-jobs`. */
  readonly title: string;
  /** What it does, in one sentence. */
  readonly description: string;
  /** Its steps, as Systems Manager says it. */
  readonly steps: { [key: string]: unknown }[];
  /** Minutes after which FIS ends it. */
  readonly minutes: number;
}

/** A drill that runs an Automation document. What is touched is decided by the document's own role, not by targets. */
export abstract class AutomationDrill extends Drill {
  /** The document. */
  public readonly document: ssm.CfnDocument;
  /** What the document may do. */
  public readonly documentRole: iam.Role;

  public constructor(scope: Construct, id: string, props: Automation) {
    const { ground, title, description, steps, minutes } = props;
    // Named, so that the experiment can be made before its document; a name must not begin with "aws".
    const name = `drill-${title}-of-${ground.name}`;
    const arn = (kind: string): string => `arn:${Aws.PARTITION}:ssm:${Stack.of(scope).region}:${Aws.ACCOUNT_ID}:${kind}`;
    super(scope, id, {
      ground,
      title,
      description,
      targets: {},
      actions: {
        Run: {
          actionId: 'aws:ssm:start-automation-execution',
          parameters: { documentArn: arn(`document/${name}`), maxDuration: `PT${minutes}M` },
        },
      },
    });
    this.documentRole = new iam.Role(this, 'DocumentRole', {
      description: `What drill ${title} of ${ground.name} does`,
      assumedBy: actingFor('ssm.amazonaws.com', `ssm:${Stack.of(scope).region}:${Aws.ACCOUNT_ID}:automation-execution/*`),
    });
    this.document = new ssm.CfnDocument(this, 'Document', {
      name,
      documentType: 'Automation',
      documentFormat: 'JSON',
      updateMethod: 'NewVersion',
      content: { schemaVersion: '0.3', description, assumeRole: this.documentRole.roleArn, mainSteps: steps },
    });
    this.template.node.addDependency(this.document);
    this.allow({
      actions: ['ssm:StartAutomationExecution'],
      resources: [arn(`automation-definition/${name}:*`), arn(`document/${name}`)],
      because: 'every version of this one document',
    });
    this.allow({
      actions: ['ssm:GetAutomationExecution', 'ssm:StopAutomationExecution'],
      resources: [arn('automation-execution/*')],
      because: 'an execution gets its name when it is started, and carries no tag',
    });
    this.allow({
      actions: ['iam:PassRole'],
      resources: [this.documentRole.roleArn],
      conditions: { StringEquals: { 'iam:PassedToService': 'ssm.amazonaws.com' } },
    });
  }
}
