import { CfnResource, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { Jobs } from '../tiers/jobs/jobs-tier';
import type { Web } from '../tiers/web/web-tier';

/** What servers read, and with it what it names; an Aurora cluster's servers, which are born after its address; a user in the database; the way to AWS. */
const NEEDED = ['AWS::SSM::Parameter', 'AWS::RDS::DBInstance', 'Custom::DatabaseUser', 'AWS::EC2::Route'];

/**
 * Servers start when what they need is there: one that started before would be replaced again and again until then.
 * @param architecture holds what servers need, and the servers.
 */
export function startServersLast(architecture: Construct, { server, fleet }: Web, jobs?: Jobs): void {
  const stack = Stack.of(architecture);
  const resources = architecture.node.findAll().filter((child): child is CfnResource => CfnResource.isCfnResource(child));
  const needed = resources.filter((resource) => Stack.of(resource) === stack && NEEDED.includes(resource.cfnResourceType));
  const groups = [fleet, jobs?.workers].map((part) => part?.autoScalingGroup.node.defaultChild as CfnResource | undefined);
  for (const started of [server?.instance, server?.delivery, ...groups]) started?.node.addDependency(...needed);
}
