/** A value in a template: JSON, with intrinsic functions as objects of one key. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A resource in a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly [name: string]: Json };
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  readonly UpdatePolicy?: Json;
  readonly CreationPolicy?: Json;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly Metadata?: { readonly [name: string]: Json };
}

/** A CloudFormation template, as far as anything here reads it. */
export interface Template {
  readonly Parameters?: { readonly [name: string]: { readonly Type: string; readonly Default?: Json } };
  readonly Resources: { readonly [logicalId: string]: Resource };
  readonly Outputs?: { readonly [name: string]: Json };
}

/** A stack as it would be deployed. */
export interface StackTemplate {
  /** Name of the stack, the same before and after: `webapp-us-east-1`. */
  readonly name: string;
  /** Where it is deployed; unknown for a template that was read from a file. */
  readonly region?: string;
  /** Whether `DeleteStack` is refused; unknown for a template that was read from a file. */
  readonly terminationProtection?: boolean;
  readonly template: Template;
}

/** Name of a resource for people: its construct path below the stack, without the `Resource` and `Default` that the CDK adds; else its logical id. */
export function pathOf(logicalId: string, resource: Resource): string {
  const path = resource.Metadata?.['aws:cdk:path'];
  if (typeof path !== 'string') return logicalId;
  const [, ...below] = path.split('/');
  return below.filter((part) => part !== 'Resource' && part !== 'Default').join('/');
}
