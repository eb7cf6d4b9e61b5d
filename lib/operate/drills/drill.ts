import { Aws, Stack } from 'aws-cdk-lib';
import type * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as fis from 'aws-cdk-lib/aws-fis';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { acknowledge, acknowledgeRules, OWN_POLICY } from '../../foundation/acknowledge';
import type { DrillGround } from './drill-ground';
import { DRILL_TAG } from './drill-tag';
import { ExperimentTemplate } from './experiment-template';
import { findingOf } from './finding';

/** What any drill is made with. */
export interface DrillProps {
  /** What all drills share. */
  readonly ground: DrillGround;
}

/** What a drill does, as FIS says it. */
export interface Experiment extends DrillProps {
  /** Name of the drill, such as `kill-server`; its page is `docs/drills/<title>.md`. */
  readonly title: string;
  /** What it does, in one sentence. */
  readonly description: string;
  /** What it is done to. */
  readonly targets: { [name: string]: fis.CfnExperimentTemplate.ExperimentTemplateTargetProperty };
  /** What is done. */
  readonly actions: { [name: string]: fis.CfnExperimentTemplate.ExperimentTemplateActionProperty };
  /**
   * Whether a target that nothing fits is passed by. Otherwise the drill fails before it begins.
   * @default false
   */
  readonly skipEmpty?: boolean;
  /**
   * Other alarms that stop it; with an empty list none does.
   * @default - those that all drills share
   */
  readonly stopOn?: cloudwatch.IAlarm[];
}

/** Something that a drill may do. */
export interface Permission {
  /** The actions. */
  readonly actions: string[];
  /** ARNs of what they may be done to. */
  readonly resources: string[];
  /**
   * When alone.
   * @default - always
   */
  readonly conditions?: { [operator: string]: { [key: string]: string | string[] } };
  /**
   * Why a resource has a star, for who reviews it.
   * @default - none has
   */
  readonly because?: string;
}

/**
 * An FIS experiment template with a role of its own, a log, and the alarms that stop it. It costs nothing until it is started.
 *
 * FIS replaces a template whose tags change, so its id may be another after a climb: look it up, by `stagecraft:name` and `Name`.
 */
export abstract class Drill extends Construct {
  /** The template. */
  public readonly template: fis.CfnExperimentTemplate;
  /** What the drill may do. */
  public readonly role: iam.Role;
  /** Name of the drill, such as `kill-server`. */
  public readonly title: string;
  /** Name of the deployment. */
  protected readonly name: string;

  public constructor(scope: Construct, id: string, props: Experiment) {
    super(scope, id);
    const { ground, title, description, targets, actions, skipEmpty = false } = props;
    const { name, logStreams } = ground;
    const { stopOn = ground.stopOn } = props;
    const { region } = Stack.of(this);
    acknowledgeRules(this, OWN_POLICY);
    this.title = title;
    this.name = name;
    this.role = new iam.Role(this, 'Role', {
      description: `Drill ${title} of ${name}`,
      assumedBy: new iam.ServicePrincipal('fis.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:fis:${region}:${Aws.ACCOUNT_ID}:experiment/*` },
        },
      }),
    });
    this.allow({
      actions: ['logs:CreateLogDelivery', 'logs:DescribeLogGroups', 'logs:DescribeResourcePolicies'],
      resources: ['*'],
      because: 'deliveries of logs and descriptions know no resource; what is delivered where stands in the template',
    });
    this.template = new ExperimentTemplate(this, 'Template', {
      description,
      roleArn: this.role.roleArn,
      targets,
      actions,
      stopConditions:
        stopOn.length > 0 ? stopOn.map(({ alarmArn }) => ({ source: 'aws:cloudwatch:alarm', value: alarmArn })) : [{ source: 'none' }],
      experimentOptions: { accountTargeting: 'single-account', emptyTargetResolutionMode: skipEmpty ? 'skip' : 'fail' },
      logConfiguration: { logSchemaVersion: 2, cloudWatchLogsConfiguration: { LogGroupArn: logStreams } },
      tags: { Name: `${name}-${title}`, [DRILL_TAG]: name },
    });
    this.template.node.addDependency(this.role, ground);
  }

  /** Shell command that starts the drill. */
  public get startCommand(): string {
    return `aws fis start-experiment --region ${Stack.of(this).region} --experiment-template-id ${this.template.attrId}`;
  }

  /** Lets the drill do something. */
  protected allow({ actions, resources, conditions, because }: Permission): void {
    this.role.addToPolicy(new iam.PolicyStatement({ actions, resources, conditions }));
    if (because === undefined) return;
    const starred = resources.map((resource) => findingOf(this, resource)).filter((resource) => resource.includes('*'));
    acknowledge(this.role, Object.fromEntries(starred.map((resource) => [`AwsSolutions-IAM5[Resource::${resource}]`, because])));
  }

  /** Lets the drill look for what it is done to. */
  protected allowToFind(...actions: string[]): void {
    this.allow({ actions, resources: ['*'], because: 'looking for what carries the tag of the deployment knows no resource' });
  }

  /** The condition that what is touched carries the tag of the deployment. */
  protected get tagged(): { [operator: string]: { [key: string]: string | string[] } } {
    return { StringEquals: { [`aws:ResourceTag/${DRILL_TAG}`]: this.name } };
  }
}
