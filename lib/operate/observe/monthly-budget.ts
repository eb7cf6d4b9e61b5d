import { Aws, Token } from 'aws-cdk-lib';
import * as budgets from 'aws-cdk-lib/aws-budgets';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kms from 'aws-cdk-lib/aws-kms';
import type * as sns from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { InvalidInput } from '../../foundation/invalid-input';

/** Props of {@link MonthlyBudget}. */
export interface MonthlyBudgetProps {
  /** Name of the budget; one account can't have it twice. */
  readonly name: string;
  /** What a month may cost, in USD. */
  readonly limit: number;
  /** Hears of it. */
  readonly topic: sns.Topic;
  /** Encrypts the topic; AWS Budgets is let in. A key that was imported must do so itself. */
  readonly key: kms.IKey;
}

/**
 * A message when a month's bill is expected to be more than the limit, and another when it is. It counts the whole account, because a filter
 * by tag counts nothing until somebody activates the tag for billing: too early is better than never.
 */
export class MonthlyBudget extends Construct {
  /** The budget. */
  public readonly budget: budgets.CfnBudget;

  public constructor(scope: Construct, id: string, props: MonthlyBudgetProps) {
    super(scope, id);
    const { limit, topic, key } = props;
    if (!Token.isUnresolved(limit) && !(limit > 0)) {
      throw new InvalidInput(`budget ${limit} is not possible: type US dollars a month, such as 500`);
    }
    const service = new iam.ServicePrincipal('budgets.amazonaws.com');
    const conditions = {
      StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
      ArnLike: { 'aws:SourceArn': `arn:${Aws.PARTITION}:budgets::${Aws.ACCOUNT_ID}:*` },
    };
    const sender = { principals: [service], conditions };
    topic.addToResourcePolicy(new iam.PolicyStatement({ ...sender, actions: ['sns:Publish'], resources: [topic.topicArn] }));
    key.addToResourcePolicy(new iam.PolicyStatement({ ...sender, actions: ['kms:Decrypt', 'kms:GenerateDataKey*'], resources: ['*'] }));
    this.budget = new budgets.CfnBudget(this, 'Budget', {
      budget: {
        budgetName: props.name,
        budgetType: 'COST',
        timeUnit: 'MONTHLY',
        budgetLimit: { amount: limit, unit: 'USD' },
      },
      notificationsWithSubscribers: ['FORECASTED', 'ACTUAL'].map((notificationType) => ({
        notification: { notificationType, comparisonOperator: 'GREATER_THAN', threshold: 100, thresholdType: 'PERCENTAGE' },
        subscribers: [{ subscriptionType: 'SNS', address: topic.topicArn }],
      })),
    });
    this.budget.node.addDependency(topic);
  }
}
