import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Aws, Stack } from 'aws-cdk-lib';
import type * as autoscaling from 'aws-cdk-lib/aws-autoscaling';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as ssm from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { Setting, Settings } from '../foundation/settings/settings';
import type { ServerIdentity } from '../foundation/servers/server-identity';
import { Runbook, type RunbookProps } from './runbook';
import { shellText } from './shell-text';

/** Props of {@link ServerRunbook}. */
export interface ServerRunbookProps extends RunbookProps {
  /** Shell files of `lib/climb/` that follow `common.sh`; the last has the function `main`. */
  readonly scripts: string[];
  /** Steps in order: arguments of `main`. It also knows `abort` and `status`. */
  readonly steps: string[];
  /** What the shell is told. */
  readonly environment: { [variable: string]: string };
  /** Settings that it switches. */
  readonly switches: Setting[];
  /** Where these settings are. */
  readonly settings: Settings;
  /** Who the servers are that it runs on. */
  readonly servers: ServerIdentity;
  /**
   * The server that it runs on.
   * @default - one of `fleet`
   */
  readonly instanceId?: string;
  /**
   * The fleet of which one server runs it, protected from scaling in as long as it lasts.
   * @default - the server of `instanceId`
   */
  readonly fleet?: autoscaling.AutoScalingGroup;
}

/** Two days: a copy of a large database takes its time. */
const LONGEST_SECONDS = 172_800;

/** A runbook whose steps are a shell script on a server, the same text that tests run on real databases. A step that fails leads to `abort`. */
export class ServerRunbook extends Runbook {
  /** The shell script, as a Command document with the parameter `Step`. */
  public readonly command: ssm.CfnDocument;
  /** The steps, as an Automation document. */
  public readonly document: ssm.CfnDocument;

  public constructor(scope: Construct, id: string, props: ServerRunbookProps) {
    super(scope, id, props);
    const { name, steps } = props;
    const group = props.fleet?.autoScalingGroupName;
    const { region } = Stack.of(this);
    const environment = { NAME: name, AWS_REGION: region, AWS_DEFAULT_REGION: region, ...props.environment };
    this.command = new ssm.CfnDocument(this, 'Command', {
      name: `${this.documentName}-step`,
      documentType: 'Command',
      documentFormat: 'JSON',
      updateMethod: 'NewVersion',
      content: {
        schemaVersion: '2.2',
        description: `One step of ${this.documentName}`,
        parameters: {
          Step: { type: 'String', description: 'The step', allowedValues: [...steps, 'abort', 'status'] },
          Run: {
            type: 'String',
            description: 'The execution that it is a step of; empty by hand',
            default: '',
            allowedPattern: '^[-0-9a-f]*$',
          },
        },
        mainSteps: [
          {
            action: 'aws:runShellScript',
            name: 'step',
            inputs: { timeoutSeconds: String(LONGEST_SECONDS), runCommand: [shellText(props.scripts, environment)] },
          },
        ],
      },
    });
    const InstanceIds = [props.instanceId ?? '{{ choose.InstanceId }}'];
    const run = (step: string, next: object): object => ({
      name: stepName(step),
      action: 'aws:runCommand',
      timeoutSeconds: LONGEST_SECONDS,
      ...next,
      inputs: { DocumentName: this.command.ref, InstanceIds, Parameters: { Step: [step], Run: ['{{ automation:EXECUTION_ID }}'] } },
    });
    const last = group === undefined ? { isEnd: true } : { nextStep: 'release' };
    this.document = this.createDocument([
      ...(group === undefined ? [] : [choose(group), protect(group, true)]),
      ...steps.map((step, index) => run(step, { onFailure: 'step:abort', ...(index === steps.length - 1 && last) })),
      run('abort', group === undefined ? { isEnd: true } : { onFailure: 'Continue' }),
      ...(group === undefined ? [] : [protect(group, false)]),
    ]);
    this.allowSteps(props);
    this.allowServers(props);
  }

  private allowSteps({ instanceId, fleet }: ServerRunbookProps): void {
    const { region } = Stack.of(this);
    const group = fleet?.autoScalingGroupName;
    this.allow(['ssm:SendCommand'], `arn:<P>:ssm:${region}:<A>:document/${this.documentName}-step`, '');
    const instance = `arn:<P>:ec2:${region}:<A>:instance/${instanceId ?? '*'}`;
    const ofGroup = { StringEquals: { 'ssm:resourceTag/aws:autoscaling:groupName': group } };
    this.allow(['ssm:SendCommand'], instance, 'servers of one fleet, bound by their group', group === undefined ? undefined : ofGroup);
    this.allow(['ssm:ListCommands', 'ssm:ListCommandInvocations'], '*', 'listing commands knows no resource');
    if (!fleet) return;
    this.allow(['autoscaling:DescribeAutoScalingGroups'], '*', 'describing knows no resource');
    const groups = `arn:<P>:autoscaling:${region}:<A>:autoScalingGroup:*:autoScalingGroupName/<G>`;
    this.allow(['autoscaling:SetInstanceProtection'], groups, 'one fleet, whose ARN has a random part before its name', undefined, fleet);
  }

  private allowServers({ servers, settings, switches }: ServerRunbookProps): void {
    const { region } = Stack.of(this);
    const arn = (setting: Setting): string =>
      `arn:${Aws.PARTITION}:ssm:${region}:${Aws.ACCOUNT_ID}:parameter${settings.path}/config/${setting}`;
    if (switches.length > 0) {
      servers.role.addToPolicy(new iam.PolicyStatement({ actions: ['ssm:PutParameter'], resources: switches.map(arn) }));
    }
  }
}

/** Automation's names of steps have no hyphens. */
function stepName(step: string): string {
  return step.replace(/-/g, '_');
}

function choose(group: string): object {
  return {
    name: 'choose',
    action: 'aws:executeScript',
    timeoutSeconds: 60,
    inputs: {
      ...{ Runtime: 'python3.11', Handler: 'choose', InputPayload: { Group: group } },
      Script: readFileSync(join(__dirname, 'choose_server.py'), 'utf8'),
    },
    outputs: [{ Name: 'InstanceId', Selector: '$.Payload.InstanceId', Type: 'String' }],
  };
}

function protect(group: string, protectedFromScaleIn: boolean): object {
  return {
    name: protectedFromScaleIn ? 'protect' : 'release',
    action: 'aws:executeAwsApi',
    ...(!protectedFromScaleIn && { isEnd: true }),
    inputs: {
      Service: 'autoscaling',
      Api: 'SetInstanceProtection',
      AutoScalingGroupName: group,
      InstanceIds: ['{{ choose.InstanceId }}'],
      ProtectedFromScaleIn: protectedFromScaleIn,
    },
  };
}
