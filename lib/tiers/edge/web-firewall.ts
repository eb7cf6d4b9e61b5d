import { ArnFormat, Aws, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as wafv2 from 'aws-cdk-lib/aws-wafv2';
import { Construct } from 'constructs';
import { acknowledgeRules } from '../../foundation/acknowledge';
import { InvalidInput } from '../../foundation/invalid-input';

/** Props of {@link WebFirewall}. */
export interface WebFirewallProps {
  /** Name of the deployment. */
  readonly name: string;
  /**
   * Requests that one address may send in five minutes; more are refused until it is fewer. Many people can share one address.
   * @default 2000
   */
  readonly requestsPerAddress?: number;
}

/** In the order in which they are asked. Together 1,125 of the 1,500 capacity units that cost nothing more. */
const MANAGED = ['AmazonIpReputationList', 'KnownBadInputsRuleSet', 'CommonRuleSet', 'SQLiRuleSet'];
/** Rules that pictures of users break: they are counted, and the application has limits of its own. */
const COUNTED: Readonly<Record<string, readonly string[]>> = { CommonRuleSet: ['SizeRestrictions_BODY', 'CrossSiteScripting_BODY'] };

/**
 * AWS WAF in front of a CDN: four groups of rules that AWS keeps up to date, and a limit for each address. It costs by the month and by the request.
 * CloudFront wants it in us-east-1. Who knows a server's own address goes around it, unless that server asks for the secret of the CDN.
 *
 * Not stateful.
 */
export class WebFirewall extends Construct {
  /** The web ACL, for `EdgeTier.cdn({ webAclId })`. */
  public readonly webAcl: wafv2.CfnWebACL;
  /** ARN of the web ACL. */
  public readonly webAclArn: string;
  /** Requests that were refused or counted, for a month; without cookies and authorization. */
  public readonly logGroup: logs.LogGroup;

  public constructor(scope: Construct, id: string, props: WebFirewallProps) {
    super(scope, id);
    const { name, requestsPerAddress = 2000 } = props;
    const { region } = Stack.of(this);
    if (!Token.isUnresolved(region) && region !== 'us-east-1') {
      throw new InvalidInput(`a firewall of a CDN can't be in ${region}: make it in a stack in us-east-1`);
    }
    if (!Number.isInteger(requestsPerAddress) || requestsPerAddress < 10 || requestsPerAddress > 2_000_000_000) {
      throw new InvalidInput(`requestsPerAddress ${requestsPerAddress} is not possible: WAF allows 10 to 2000000000 in five minutes`);
    }
    const seenAs = (metricName: string): wafv2.CfnWebACL.VisibilityConfigProperty => ({
      cloudWatchMetricsEnabled: true,
      sampledRequestsEnabled: true,
      metricName,
    });
    this.webAcl = new wafv2.CfnWebACL(this, 'WebAcl', {
      description: `What strangers may send to ${name}`,
      scope: 'CLOUDFRONT',
      defaultAction: { allow: {} },
      visibilityConfig: seenAs(name),
      rules: [
        {
          name: 'TooManyRequests',
          priority: 0,
          action: { block: { customResponse: { responseCode: 429 } } },
          statement: { rateBasedStatement: { aggregateKeyType: 'IP', limit: requestsPerAddress, evaluationWindowSec: 300 } },
          visibilityConfig: seenAs('TooManyRequests'),
        },
        ...MANAGED.map((group, index) => ({
          name: group,
          priority: index + 1,
          overrideAction: { none: {} },
          statement: {
            managedRuleGroupStatement: {
              vendorName: 'AWS',
              name: `AWSManagedRules${group}`,
              ruleActionOverrides: (COUNTED[group] ?? []).map((rule) => ({ name: rule, actionToUse: { count: {} } })),
            },
          },
          visibilityConfig: seenAs(group),
        })),
      ],
    });
    this.webAclArn = this.webAcl.attrArn;
    this.logGroup = this.log(name);
  }

  private log(name: string): logs.LogGroup {
    const group = new logs.LogGroup(this, 'Log', {
      // WAF delivers to names that begin so, and to no other.
      logGroupName: `aws-waf-logs-${name}`,
      retention: logs.RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const policy = group.addToResourcePolicy(
      new iam.PolicyStatement({
        principals: [new iam.ServicePrincipal('delivery.logs.amazonaws.com')],
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [group.logGroupArn],
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
          ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:logs:${Stack.of(this).region}:${Aws.ACCOUNT_ID}:*` },
        },
      }),
    );
    const logging = new wafv2.CfnLoggingConfiguration(this, 'Logging', {
      resourceArn: this.webAcl.attrArn,
      logDestinationConfigs: [
        Stack.of(this).formatArn({
          service: 'logs',
          resource: 'log-group',
          resourceName: group.logGroupName,
          arnFormat: ArnFormat.COLON_RESOURCE_NAME,
        }),
      ],
      redactedFields: ['cookie', 'authorization'].map((header) => ({ singleHeader: { Name: header } })),
      loggingFilter: {
        DefaultBehavior: 'DROP',
        Filters: [
          {
            Behavior: 'KEEP',
            Requirement: 'MEETS_ANY',
            Conditions: ['BLOCK', 'COUNT', 'EXCLUDED_AS_COUNT'].map((Action) => ({ ActionCondition: { Action } })),
          },
        ],
      },
    });
    if (policy.policyDependable) logging.node.addDependency(policy.policyDependable);
    acknowledgeRules(group, {
      CloudWatchLogGroupEncrypted:
        "encrypted by CloudWatch Logs' own key: the deployment's key is in another region, and what was refused is no secret of a user's",
    });
    return group;
  }
}
