// Fails where two programs synthesized different templates. Hashes of assets differ with the version of the CDK.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const { deepStrictEqual } = require('node:assert');

const [one, other] = process.argv.slice(2, 4).map((directory) =>
  ['Shop', 'Blog'].map((stack) => {
    const text = readFileSync(join(directory, `${stack}.template.json`), 'utf8').replace(/[0-9a-f]{64}/g, 'hash');
    const { Resources } = JSON.parse(text);
    for (const resource of Object.values(Resources)) delete resource.Metadata;
    return Object.fromEntries(Object.entries(Resources).filter(([, { Type }]) => Type !== 'AWS::CDK::Metadata'));
  }),
);
deepStrictEqual(other, one);
console.log(`${process.argv[4]}: the same ${one.map((stack) => Object.keys(stack).length).join(' and ')} resources`);
