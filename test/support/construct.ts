import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as sns from 'aws-cdk-lib/aws-sns';
import { Application, LogBucket, Network, RegionalStack, Release, ServerIdentity, Settings } from '../../lib';
import { FLAGS, emptyApplication } from './synth';

/** What a construct stands on in a test of its own. */
export interface Ground {
  readonly stack: Stack;
  readonly vpc: ec2.IVpc;
  readonly network: Network;
  readonly key: kms.Key;
  readonly settings: Settings;
  readonly identity: ServerIdentity;
  readonly release: Release;
  readonly logBucket: LogBucket;
  readonly alarmTopic: sns.Topic;
  readonly publicSubnets: ec2.SubnetSelection;
  readonly appSubnets: ec2.SubnetSelection;
  readonly dataSubnets: ec2.SubnetSelection;
}

/** An empty regional stack with a network, a key and the like. */
export function ground(context: Record<string, unknown> = FLAGS): Ground {
  const stack = new RegionalStack(new App({ context }), 'Test', { region: 'us-east-1' });
  const network = new Network(stack, 'Network');
  const settings = new Settings(stack, 'Settings', { name: 'webapp' });
  return {
    stack,
    network,
    settings,
    vpc: network.vpc,
    key: new kms.Key(stack, 'Key'),
    identity: new ServerIdentity(stack, 'Servers', { vpc: network.vpc, description: 'Web servers' }),
    release: new Release(stack, 'Release', { application: Application.selfConfigured(emptyApplication()), settings }),
    logBucket: new LogBucket(stack, 'Logs'),
    alarmTopic: new sns.Topic(stack, 'Alarms'),
    publicSubnets: { subnetType: ec2.SubnetType.PUBLIC },
    appSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
    dataSubnets: { subnetType: ec2.SubnetType.PRIVATE_ISOLATED },
  };
}

/** The template of a ground, with all that was built on it. */
export function templateOf({ stack }: Ground): Template {
  return Template.fromStack(stack);
}
