import * as iam from 'aws-cdk-lib/aws-iam';

/**
 * What the agent of Systems Manager needs for sessions, commands and associations, and no more. AWS's own policy, AmazonSSMManagedInstanceCore,
 * also lets a server read every parameter of the account. The agent speaks for its own server alone: the service knows it by its credentials.
 */
const AGENT = [
  'ec2messages:AcknowledgeMessage',
  'ec2messages:DeleteMessage',
  'ec2messages:FailMessage',
  'ec2messages:GetEndpoint',
  'ec2messages:GetMessages',
  'ec2messages:SendReply',
  'ssm:DescribeAssociation',
  'ssm:DescribeDocument',
  'ssm:GetDeployablePatchSnapshotForInstance',
  'ssm:GetDocument',
  'ssm:GetManifest',
  'ssm:ListAssociations',
  'ssm:ListInstanceAssociations',
  'ssm:PutComplianceItems',
  'ssm:PutConfigurePackageResult',
  'ssm:PutInventory',
  'ssm:UpdateAssociationStatus',
  'ssm:UpdateInstanceAssociationStatus',
  'ssm:UpdateInstanceInformation',
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
];

/** Lets Systems Manager reach the servers of a role: sessions, commands, associations, patches. */
export function manageBySystemsManager(role: iam.Role): void {
  role.addToPolicy(new iam.PolicyStatement({ actions: AGENT, resources: ['*'] }));
}
