import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Blueprint } from '../architecture/blueprint';
import type { Foundation } from '../foundation/foundation';
import { type Web, WebTier } from '../tiers/web/web-tier';
import type { Ends } from '../architecture/move';
import { Crossing } from './crossing';
import { ServerRunbook } from './server-runbook';

/**
 * From the single server to a fleet. Both serve while CloudFront turns to the fleet, which the deployment after the bridge does; CloudFormation deletes
 * the server when that is done. So the runbook moves nothing: it proves that the fleet can take over and that nothing is left on the server.
 */
export class MoveServers extends Crossing {
  public override isNeeded(from: Blueprint, to: Blueprint): boolean {
    return from.web.single && !to.web.single;
  }

  public override sideBySide(from: Blueprint, bridge: Blueprint): Blueprint {
    return { ...bridge, web: new ServerAndFleet(from.web, bridge.web) };
  }

  public override bind(scope: Construct, { name, settings, servers }: Foundation, { web, edge }: Ends): void {
    const { server, fleet, loadBalancer } = web;
    if (!server || !fleet || !loadBalancer || !edge.uploads) throw new Error('a server, a fleet and a bucket stand side by side');
    const runbook = new ServerRunbook(scope, 'MoveServers', {
      ...{ name, settings, servers },
      title: 'move-servers',
      description: `Proves that the fleet of ${name} can take over and that nothing is left on the single server. It changes nothing but uploads.`,
      scripts: ['move-uploads.sh', 'move-servers.sh'],
      steps: ['check', 'leftovers', 'fleet', 'finish'],
      environment: {
        BUCKET: edge.uploads.bucketName,
        DIRECTORY: '/data/uploads',
        TARGETS: loadBalancer.targetGroup.targetGroupArn,
        GROUP: fleet.autoScalingGroup.autoScalingGroupName,
      },
      switches: [],
      instanceId: server.instance.ref,
    });
    const health = ['elasticloadbalancing:DescribeTargetHealth', 'autoscaling:DescribeAutoScalingGroups'];
    // Already acknowledged for the Describe actions of every server.
    servers.role.addToPolicy(new iam.PolicyStatement({ actions: health, resources: ['*'] }));
    runbook.node.addDependency(fleet.autoScalingGroup);
  }
}

/** Both, and users still meet the single server. */
class ServerAndFleet extends WebTier {
  public readonly single = false;

  public constructor(
    private readonly from: WebTier,
    private readonly to: WebTier,
  ) {
    super();
  }

  public withInstanceType(): WebTier {
    return this;
  }

  public bind(scope: Construct, foundation: Foundation): Web {
    return { ...this.to.bind(scope, foundation), ...this.from.bind(scope, foundation) };
  }
}
