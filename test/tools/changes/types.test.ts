import { join } from 'node:path';
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { classOf } from '../../../tools/changes/data-types';
import { groupBy } from '../../../tools/shared/words';
import { expectGenerated } from '../../support/generated-file';

const CLASSES = ['holds data', 'does not', 'unknown'] as const;

/** A type that comes with a new version of the specification is a new line here: somebody has to say whether it holds data. */
test('every type of the service specification is listed by what is known of it', () => {
  const types = loadAwsServiceSpecSync()
    .all('resource')
    .map(({ cloudFormationType }) => cloudFormationType)
    .sort();
  const services = groupBy(types, (type) => type.split('::').slice(0, 2).join('::'));
  const lines = [...services].flatMap(([service, all]) => {
    const names = CLASSES.map(
      (known) => [known, all.filter((type) => classOf(type) === known).map((type) => type.split('::')[2])] as const,
    );
    return [service, ...names.filter(([, found]) => found.length > 0).map(([known, found]) => `  ${known}: ${found.join(' ')}`)];
  });
  expect(types.length).toBeGreaterThan(1500);
  expectGenerated(join(__dirname, 'types.txt'), `${lines.join('\n')}\n`);
});
