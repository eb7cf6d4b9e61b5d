import { Aws } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';

/**
 * A service of AWS that may assume a role for resources of this account alone, so that nobody else can make it act with the role.
 * @param service such as `ssm.amazonaws.com`.
 * @param source the resources that the service acts for, an ARN without `arn:<partition>:`, with the account where it has one.
 */
export function actingFor(service: string, source: string): iam.ServicePrincipal {
  return trusted(service, source, '');
}

/**
 * The same for a service whose documentation doesn't promise to say whom it acts for: where it says so, it has to be this account.
 * @param service such as `s3.amazonaws.com`.
 * @param source the resources that the service acts for, an ARN without `arn:<partition>:`.
 */
export function actingForIfSaid(service: string, source: string): iam.ServicePrincipal {
  return trusted(service, source, 'IfExists');
}

function trusted(service: string, source: string, suffix: string): iam.ServicePrincipal {
  return new iam.ServicePrincipal(service, {
    conditions: {
      [`StringEquals${suffix}`]: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      [`ArnLike${suffix}`]: { 'aws:SourceArn': `arn:${Aws.PARTITION}:${source}` },
    },
  });
}
