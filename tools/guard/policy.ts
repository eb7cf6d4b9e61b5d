import { BadInput } from '../shared/bad-input';
import { DATA_TYPES, holdsData } from '../changes/holds-data';
import type { StackTemplate } from '../shared/template';

/** One statement of a stack policy, with the elements that are needed here. */
export interface PolicyStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Principal: '*';
  /** `*`, or `LogicalResourceId/` and a logical id. */
  readonly Resource?: string | readonly string[];
  /** All resources but these. */
  readonly NotResource?: readonly string[];
  readonly Condition?: { readonly StringEquals: { readonly ResourceType: readonly string[] } };
}

/** A stack policy: what an update may do to which resources, whoever asks. */
export interface StackPolicy {
  readonly Statement: readonly PolicyStatement[];
}

/** What can be chosen about a stack policy. */
export interface PolicyOptions {
  /**
   * Logical ids that may leave the stack, for one update that retires them.
   * @default - none
   */
  readonly opening?: readonly string[];
}

/** The most that CloudFormation takes, in bytes. */
export const POLICY_LIMIT = 16_384;

const LOSS = ['Update:Replace', 'Update:Delete'];

/** Types of which every resource holds data: named by type, what a later stage adds is guarded from its first day, and a thousand shards need no more text. */
const WHOLE_TYPES = DATA_TYPES.filter(({ unless }) => !unless).map(({ type }) => type);

/** Services whose types are guarded before a stack has any of them: those that web applications grow into. A policy has little room for more. */
const COMMON = [
  'CloudFormation',
  'DynamoDB',
  'EC2',
  'EFS',
  'ElastiCache',
  'KMS',
  'OpenSearchService',
  'RDS',
  'Route53',
  'S3',
  'SQS',
  'SecretsManager',
];

/**
 * The policy that keeps any tool from replacing or removing what holds data in a stack; all other updates stay allowed.
 * @param stack the stack as it is deployed.
 * @param options the opening for one update; an id that the stack doesn't have throws.
 */
export function stackPolicy({ name, template }: StackTemplate, { opening = [] }: PolicyOptions = {}): StackPolicy {
  const unknown = opening.find((id) => !(id in template.Resources));
  if (unknown !== undefined)
    throw new BadInput(`${unknown} is not in stack ${name}: an opening names logical ids of the stack that is deployed`);
  const present = new Set(Object.values(template.Resources).map(({ Type }) => Type));
  const types = WHOLE_TYPES.filter((type) => present.has(type) || COMMON.includes(type.split('::')[1]));
  // Some resources of these types are copies, such as read replicas, and may go; so those that hold data are named one by one.
  const named = Object.entries(template.Resources)
    .filter(([id, resource]) => holdsData(resource) && !WHOLE_TYPES.includes(resource.Type) && !opening.includes(id))
    .map(([id]) => resourceId(id));
  return {
    Statement: [
      { Effect: 'Allow', Action: 'Update:*', Principal: '*', Resource: '*' },
      {
        ...({ Effect: 'Deny', Action: LOSS, Principal: '*' } as const),
        ...(opening.length > 0 ? { NotResource: opening.map(resourceId) } : { Resource: '*' }),
        Condition: { StringEquals: { ResourceType: types } },
      },
      ...(named.length > 0 ? [{ Effect: 'Deny', Action: LOSS, Principal: '*', Resource: named } as const] : []),
    ],
  };
}

function resourceId(logicalId: string): string {
  return `LogicalResourceId/${logicalId}`;
}
