import { holdsData } from '../changes/holds-data';
import { type StackTemplate, pathOf } from '../shared/template';
import { type StackPolicy, stackPolicy } from './policy';

/** A policy, the file to write it to, and the command that sets it. */
export interface SetPolicy {
  readonly policy: StackPolicy;
  /** Name of the file that the command reads. */
  readonly file: string;
  readonly command: string;
}

/** What a retiring update needs: a policy for its time, which the standing policy replaces afterwards. */
export interface Opening extends SetPolicy {
  /** Logical ids that the update removes from the template. */
  readonly retires: readonly string[];
  /** The same, as construct paths for people. */
  readonly paths: readonly string[];
  /** For who updates with the AWS CLI instead of the CDK: the policy for one update alone, which nobody has to take back. */
  readonly duringUpdate: string;
}

/** How one stack is guarded. */
export interface GuardedStack extends SetPolicy {
  readonly stack: string;
  /** Only if the next update retires something that holds data. */
  readonly opening?: Opening;
}

/**
 * The policy of each stack of a deployment. `cdk deploy` works with change sets, which take no policy of their own, so an opening is set, deployed
 * under, and closed by setting the standing policy again.
 * @param deployed the stacks as they are deployed.
 * @param next the stacks of the next deployment; without them there is no opening.
 */
export function guard(deployed: readonly StackTemplate[], next: readonly StackTemplate[] = []): GuardedStack[] {
  return deployed.map((stack) => {
    const after = next.find(({ name }) => name === stack.name);
    const retires = after ? retiredData(stack, after) : [];
    return {
      stack: stack.name,
      ...setPolicy(stack, stackPolicy(stack), `${stack.name.replace(/[^\w.-]+/g, '-')}.policy.json`),
      ...(retires.length > 0 && { opening: opening(stack, retires) }),
    };
  });
}

/** What holds data, is in the one template, and not in the other: guarded, an update that leaves it out is refused. */
export function retiredData(before: StackTemplate, after: StackTemplate): string[] {
  return Object.entries(before.template.Resources)
    .filter(([id, resource]) => !(id in after.template.Resources) && holdsData(resource))
    .map(([id]) => id);
}

function opening(stack: StackTemplate, retires: readonly string[]): Opening {
  const file = `${stack.name.replace(/[^\w.-]+/g, '-')}.opening.json`;
  const update = `aws cloudformation update-stack --stack-name ${stack.realName ?? stack.name}${region(stack)} --template-url URL --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND`;
  return {
    ...setPolicy(stack, stackPolicy(stack, { opening: retires }), file),
    retires,
    paths: retires.map((id) => pathOf(id, stack.template.Resources[id])),
    duringUpdate: `${update} --stack-policy-during-update-body file://${file}`,
  };
}

function setPolicy(stack: StackTemplate, policy: StackPolicy, file: string): SetPolicy {
  const command = `aws cloudformation set-stack-policy --stack-name ${stack.realName ?? stack.name}${region(stack)} --stack-policy-body file://${file}`;
  return { policy, file, command };
}

function region(stack: StackTemplate): string {
  return stack.region === undefined ? '' : ` --region ${stack.region}`;
}
