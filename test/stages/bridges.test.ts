import { between } from '../support/snapshot';
import { DOMAIN, synthesize } from '../support/synth';

/** What the last stage can't be without. */
const REACH = { ...DOMAIN, regions: 'us-east-1,eu-west-1' };

test.each([2, 3, 4, 5, 6])('what the bridge to stage %i has in its primary stack beside that stage', (stage) => {
  const context = { stage, ...(stage === 6 && REACH) };
  const [below, bridge, above] = [{ ...(stage === 6 && DOMAIN), stage: stage - 1 }, { ...context, from: stage - 1 }, context].map(
    (one) => synthesize(one).template,
  );
  expect(between(below, bridge, above)).toMatchSnapshot();
});
