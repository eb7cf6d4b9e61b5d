import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { buildApp } from '../../stages/app';
import { CONTEXTS, acknowledgements } from '../support/acknowledgements';
import { expectGenerated } from '../support/generated-file';
import { FLAGS } from '../support/synth';

/** Acknowledgements stand beside constructs before anything is synthesized. */
function built(context: Readonly<Record<string, unknown>>): App {
  const app = new App({ context: { ...FLAGS, ...context } });
  buildApp(app);
  return app;
}

test('docs/acknowledgements.md lists every acknowledgement with its reason', () => {
  expectGenerated(join(__dirname, '../../docs/acknowledgements.md'), acknowledgements(CONTEXTS.map(built)));
});

test.each(['RDSMultiAZSupport', 'RDS3', 'RDS10', 'RDSInstanceDeletionProtectionEnabled', 'EC28', 'EC2InstanceDetailedMonitoringEnabled'])(
  'a lesson acknowledges %s, and a production does not',
  (rule) => {
    const list = (context: Record<string, unknown>): string => acknowledgements([built(context)]);
    const named = new RegExp(`\\b${rule}\\b`);
    expect(list({ stage: 2, profile: 'lesson' })).toMatch(named);
    expect(list({ stage: 2 })).not.toMatch(named);
  },
);
