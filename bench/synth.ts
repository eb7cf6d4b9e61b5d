import { App, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { buildApp } from '../stages/app';
import cdkJson from '../cdk.json';

/** A template as far as the floor needs it. */
export interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown> }>>;
}

/** Builds the constructs of a stage and does no more. */
export function build(context: Record<string, unknown>): App {
  const app = new App({ context: { ...cdkJson.context, ...context } });
  buildApp(app);
  return app;
}

/** Synthesizes a stage in this process, as the CLI's subprocess does. */
export function synthesize(context: Record<string, unknown>): Template {
  return build(context).synth().stacks[0].template as Template;
}

/** The floor: the same resources with the same properties, as bare L1s in one stack. */
export function bare({ Resources }: Template): Template {
  const app = new App({ context: cdkJson.context });
  const stack = new Stack(app, 'Bare', { env: { region: 'us-east-1' } });
  Validations.of(stack).acknowledge({ id: 'CloudFormation-Validate::W3010', reason: 'the stage acknowledges it too' });
  for (const [id, { Type: type, Properties: properties }] of Object.entries(Resources)) new CfnResource(stack, id, { type, properties });
  return app.synth().stacks[0].template as Template;
}
