import type { Json, StackTemplate } from '../shared/template';
import { field } from './plan';

/** AWS's own policies, by id: how long they keep an answer that doesn't say (CloudFront docs, "Use managed cache policies"). */
const MANAGED: Readonly<Record<string, number>> = {
  // CachingDisabled
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': 0,
  // CachingOptimized
  '658327ea-f89d-4fab-a63d-7e88639e58f6': 86_400,
};

/** How many seconds a cache policy keeps an answer; one that isn't known keeps nothing. */
export function keepSecondsOf(policy: Json, stack: StackTemplate): number {
  if (typeof policy === 'string') return MANAGED[policy] ?? 0;
  const id = field(policy, 'Ref');
  const resource = typeof id === 'string' && Object.hasOwn(stack.template.Resources, id) ? stack.template.Resources[id] : undefined;
  return Number(field(resource?.Properties?.CachePolicyConfig, 'DefaultTTL') ?? 0);
}
