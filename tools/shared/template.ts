/** A value in a template: JSON, with intrinsic functions as objects of one key. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A resource in a template. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: { readonly [name: string]: Json };
  readonly DeletionPolicy?: Json;
  readonly UpdateReplacePolicy?: Json;
  readonly UpdatePolicy?: Json;
  readonly CreationPolicy?: Json;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: Json;
  readonly Metadata?: { readonly [name: string]: Json };
}

/** A CloudFormation template, as far as anything here reads it. */
export interface Template {
  readonly Description?: string;
  readonly Transform?: Json;
  readonly Parameters?: { readonly [name: string]: { readonly Type?: string; readonly Default?: Json } };
  readonly Mappings?: Json;
  readonly Rules?: Json;
  readonly Conditions?: Json;
  readonly Resources: { readonly [logicalId: string]: Resource };
  readonly Outputs?: { readonly [name: string]: Json };
}

/** Where a nested stack stands. */
export interface Nested {
  /** Name of the stack that has it as a resource. */
  readonly parent: string;
  readonly logicalId: string;
  /** What the parent passes, resolved there. */
  readonly parameters: { readonly [name: string]: Json };
}

/** A stack as it would be deployed. */
export interface StackTemplate {
  /** Name of the stack, the same before and after and unlike all others: `webapp-us-east-1`; a nested one is `parent/logical id`. */
  readonly name: string;
  /** Name that AWS knows it by, where that is known and not the one above. */
  readonly realName?: string;
  /** Where it is deployed; unknown for a template that was read from a file. */
  readonly region?: string;
  /** Number of the account; unknown for a template from a file, and for stacks of any account. */
  readonly account?: string;
  /** Whether `DeleteStack` is refused; unknown for a template that was read from a file. */
  readonly terminationProtection?: boolean;
  /** The `cdk.Stage` of its app that it is in, if it is in one. */
  readonly stage?: string;
  /** Set for a stack within another one. */
  readonly nested?: Nested;
  /** Logical ids of nested stacks whose templates stand beside it and were read. */
  readonly read?: readonly string[];
  /** Name of the artifact in its assembly, and those of the stacks that are deployed before it. */
  readonly id?: string;
  readonly dependsOn?: readonly string[];
  readonly template: Template;
  /** What the constructs said when it was synthesized; unknown for a template that was read from a file. */
  readonly remarks?: readonly string[];
  /** The same as it was written, before anything was resolved. */
  readonly written?: StackTemplate;
}

/** Name of a resource for people: its construct path below the stack, without the `Resource` and `Default` that the CDK adds; else its logical id. */
export function pathOf(logicalId: string, resource: Resource): string {
  const path = resource.Metadata?.['aws:cdk:path'];
  if (typeof path !== 'string') return logicalId;
  const [, ...below] = path.split('/');
  return below.filter((part) => part !== 'Resource' && part !== 'Default').join('/') || logicalId;
}
