import { App, Duration, RemovalPolicy, SecretValue, Stack } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigateway';
import * as cloudfront from 'aws-cdk-lib/aws-cloudfront';
import * as origins from 'aws-cdk-lib/aws-cloudfront-origins';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as ecs from 'aws-cdk-lib/aws-ecs';
import * as patterns from 'aws-cdk-lib/aws-ecs-patterns';
import * as elasticache from 'aws-cdk-lib/aws-elasticache';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import type { StackTemplate, Template } from '../../../tools/shared/template';
import { FLAGS } from '../../support/context';

/** Applications that nobody here planned for, by what they are. */
export const FOREIGN: Readonly<Record<string, (stack: Stack) => void>> = {
  'a serverless app': (stack) => {
    const table = new dynamodb.Table(stack, 'Orders', { partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING } });
    const dead = new sqs.Queue(stack, 'DeadLetters');
    const queue = new sqs.Queue(stack, 'Jobs', {
      deadLetterQueue: { queue: dead, maxReceiveCount: 3 },
      visibilityTimeout: Duration.minutes(3),
    });
    const topic = new sns.Topic(stack, 'Placed');
    topic.addSubscription(new SqsSubscription(queue));
    const code = lambda.Code.fromInline('exports.handler = async () => ({ statusCode: 200 })');
    const common = { runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code };
    const web = new lambda.Function(stack, 'Web', { ...common, memorySize: 512 });
    const worker = new lambda.Function(stack, 'Worker', { ...common, events: [new SqsEventSource(queue)] });
    const files = new s3.Bucket(stack, 'Site');
    table.grantReadWriteData(web);
    table.grantReadWriteData(worker);
    topic.grantPublish(web);
    const api = new apigateway.LambdaRestApi(stack, 'Api', { handler: web });
    new cloudfront.Distribution(stack, 'Cdn', {
      defaultBehavior: { origin: origins.S3BucketOrigin.withOriginAccessControl(files) },
      additionalBehaviors: { '/api/*': { origin: new origins.RestApiOrigin(api) } },
    });
  },
  'ECS behind a load balancer': (stack) => {
    const vpc = new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 });
    const cluster = new ecs.Cluster(stack, 'Cluster', { vpc });
    const web = new patterns.ApplicationLoadBalancedFargateService(stack, 'Web', {
      cluster,
      desiredCount: 2,
      minHealthyPercent: 100,
      circuitBreaker: { rollback: true },
      taskImageOptions: { image: ecs.ContainerImage.fromRegistry('nginx') },
    });
    const database = new rds.DatabaseInstance(stack, 'Store', {
      vpc,
      engine: rds.DatabaseInstanceEngine.postgres({ version: rds.PostgresEngineVersion.VER_17 }),
      multiAz: true,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    database.connections.allowDefaultPortFrom(web.service);
    const uploads = new s3.Bucket(stack, 'Uploads');
    uploads.grantReadWrite(web.taskDefinition.taskRole);
  },
  'an app in two networks': (stack) => {
    const [front, back] = ['Front', 'Back'].map(
      (id, index) => new ec2.Vpc(stack, id, { ipAddresses: ec2.IpAddresses.cidr(`10.${index}.0.0/16`), maxAzs: 2 }),
    );
    new ec2.CfnVPCPeeringConnection(stack, 'Peering', { vpcId: front.vpcId, peerVpcId: back.vpcId });
    const server = new ec2.Instance(stack, 'Bastion', {
      vpc: front,
      instanceType: new ec2.InstanceType('t4g.micro'),
      machineImage: ec2.MachineImage.latestAmazonLinux2023({ cpuType: ec2.AmazonLinuxCpuType.ARM_64 }),
      vpcSubnets: { subnetType: ec2.SubnetType.PUBLIC },
    });
    server.connections.allowFromAnyIpv4(ec2.Port.tcp(443));
    const group = new ec2.SecurityGroup(stack, 'StoreGroup', { vpc: back });
    const cluster = new rds.DatabaseCluster(stack, 'Store', {
      vpc: back,
      engine: rds.DatabaseClusterEngine.auroraMysql({ version: rds.AuroraMysqlEngineVersion.VER_3_08_0 }),
      credentials: rds.Credentials.fromPassword('admin', SecretValue.unsafePlainText('not-a-password')),
      writer: rds.ClusterInstance.serverlessV2('One'),
      readers: [rds.ClusterInstance.serverlessV2('Two', { scaleWithWriter: true })],
      securityGroups: [group],
    });
    cluster.connections.allowDefaultPortFrom(ec2.Peer.ipv4('10.0.0.0/16'));
    const subnets = new elasticache.CfnSubnetGroup(stack, 'CacheSubnets', {
      description: 'cache',
      subnetIds: back.privateSubnets.map(({ subnetId }) => subnetId),
    });
    new elasticache.CfnReplicationGroup(stack, 'Cache', {
      replicationGroupDescription: 'cache',
      cacheNodeType: 'cache.t4g.small',
      engine: 'valkey',
      numCacheClusters: 2,
      cacheSubnetGroupName: subnets.ref,
      securityGroupIds: [group.securityGroupId],
    });
  },
};

const known = new Map<string, StackTemplate[]>();

/** The templates of one of them. */
export function foreign(name: string): StackTemplate[] {
  const stacks = known.get(name) ?? synthesized(name);
  known.set(name, stacks);
  return stacks;
}

function synthesized(name: string): StackTemplate[] {
  const app = new App({ context: { ...FLAGS, 'aws:cdk:enable-path-metadata': true }, analyticsReporting: false });
  FOREIGN[name](new Stack(app, 'Foreign', { env: { region: 'eu-central-1', account: '123456789012' } }));
  return app.synth().stacks.map(({ stackName, environment, template }) => ({
    name: stackName,
    region: environment.region,
    template: template as Template,
  }));
}
