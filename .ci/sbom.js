// `npm sbom --sbom-format cyclonedx | node .ci/sbom.js PACKAGE` adds the packages that are bundled inside of PACKAGE, an installed one, to the list
// of those that npm installs beside it. Fails where a licence is not permissive.
const { readFileSync, readdirSync } = require('node:fs');
const { join } = require('node:path');

const sbom = JSON.parse(readFileSync(0, 'utf8'));
const root = process.argv[2];
const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const lists = readdirSync(root, { recursive: true }).filter((file) => file.endsWith('THIRD-PARTY-LICENSES.txt'));
const bundled = lists.flatMap((file) =>
  readFileSync(join(root, file), 'utf8')
    .split(`\n${'-'.repeat(80)}\n\n`)
    .map((text) => /^(\S+) (\S+) \((.+)\)\n/.exec(text))
    .map(([, name, version, expression]) => ({
      ...{ type: 'library', name, version, scope: 'required', licenses: [{ expression }] },
      ...{ 'bom-ref': `${name}@${version}`, purl: `pkg:npm/${name.replace('@', '%40')}@${version}` },
    })),
);
if (bundled.length === 0) throw new Error(`${name}: no list of what is bundled`);

// What is described is the package, and not the directory that it is installed in.
const outer = sbom.metadata.component['bom-ref'];
const own = sbom.components.find((one) => one.name === name);
sbom.metadata.component = own;
own.externalReferences = own.externalReferences.filter(({ url }) => !url.startsWith('file:'));
const known = new Set(sbom.components.map((one) => one['bom-ref']));
sbom.components = [...sbom.components, ...bundled.filter((one) => !known.has(one['bom-ref']))].filter((one) => one !== own);
sbom.dependencies = sbom.dependencies.filter((one) => one.ref !== outer);
sbom.dependencies.find((one) => one.ref === own['bom-ref']).dependsOn.push(...bundled.map((one) => one['bom-ref']));

const permissive = /^\(?(?:MIT|Apache-2\.0|ISC|0BSD|BSD-[23]-Clause|BlueOak-1\.0\.0|MPL-2\.0|Python-2\.0)\b/;
const licenceOf = ({ licenses = [] }) => licenses.map((one) => one.expression ?? one.license.id ?? one.license.name).join(' AND ');
const others = sbom.components.filter((one) => !permissive.test(licenceOf(one)));
if (others.length > 0) {
  console.error(`${name}: not a permissive licence: ${others.map((one) => `${one['bom-ref']} (${licenceOf(one) || 'none'})`).join(', ')}`);
  process.exit(1);
}
console.error(`${name}: ${sbom.components.length} packages, ${bundled.length} of them bundled, all under permissive licences`);
process.stdout.write(`${JSON.stringify(sbom, undefined, 2)}\n`);
