import { App, CfnMapping, type CfnMappingProps, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { buildApp } from '../stages/app';
import cdkJson from '../cdk.json';

/** A template as far as the floor needs it. */
export interface Template {
  readonly Mappings?: Readonly<Record<string, CfnMappingProps['mapping']>>;
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties?: Record<string, unknown> }>>;
}

/** A stage, and whatever else its context says. */
export interface Context {
  readonly stage: number;
  readonly [key: string]: string | number;
}

/** What a stage needs beside its number. */
export const NEEDS: Readonly<Record<number, Record<string, string>>> = {
  6: { domain: 'example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ', regions: 'us-east-1,eu-west-1' },
};

/** Builds the constructs of a stage and does no more. */
export function build(context: Context): App {
  const app = new App({ context: { ...cdkJson.context, ...NEEDS[context.stage], ...context } });
  buildApp(app);
  return app;
}

/** Synthesizes a stage in this process, as the CLI's subprocess does: the templates of all its stacks. */
export function synthesize(context: Context): Template[] {
  return build(context)
    .synth()
    .stacks.map(({ template }) => template as Template);
}

/** The floor: the same resources with the same properties, as bare L1s in as many stacks. */
export function bare(templates: Template[]): void {
  const app = new App({ context: cdkJson.context });
  templates.forEach(({ Resources, Mappings = {} }, index) => {
    const stack = new Stack(app, `Bare${index}`, { env: { region: 'us-east-1' } });
    Validations.of(stack).acknowledge({ id: 'CloudFormation-Validate::W3010', reason: 'the stage acknowledges it too' });
    for (const [id, mapping] of Object.entries(Mappings)) new CfnMapping(stack, id, { mapping });
    for (const [id, { Type: type, Properties: properties }] of Object.entries(Resources)) new CfnResource(stack, id, { type, properties });
  });
  app.synth();
}
