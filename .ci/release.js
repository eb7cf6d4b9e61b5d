// `node .ci/release.js v1.2.3 [ROOT]` prints the changelog's section of a version, which becomes the text of the release. Fails in one line where the tag,
// the versions of both packages and the changelog don't say the same.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const [tag = '', root = join(__dirname, '..')] = process.argv.slice(2);
const read = (path) => readFileSync(join(root, path), 'utf8');
const refuse = (why) => {
  console.error(why);
  process.exit(1);
};

const [, version] = /^v(\d+\.\d+\.\d+)$/.exec(tag) ?? refuse(`tag ${JSON.stringify(tag)}: must be a v and three numbers, as v1.2.3`);
for (const path of ['package.json', 'tools/package.json']) {
  const manifest = JSON.parse(read(path));
  if (manifest.version !== version) refuse(`${path} has version ${manifest.version}, and the tag is ${tag}: give it version ${version}`);
}
// A caret of 0.x ends with the second number.
const first = (text) => (text.startsWith('0.') ? text.split('.').slice(0, 2) : text.split('.').slice(0, 1)).join('.');
const peer = JSON.parse(read('tools/package.json')).peerDependencies['cdk-stagecraft'];
if (first(peer.replace('^', '')) !== first(version)) {
  refuse(`tools/package.json wants cdk-stagecraft ${peer}, which version ${version} is not: change peerDependencies`);
}

const section = read('CHANGELOG.md')
  .split(/^## /m)
  .find((text) => text.split(/[\s\]]/)[0].replace('[', '') === version);
const notes = section?.slice(section.indexOf('\n')).trim();
if (!notes) refuse(`CHANGELOG.md has no text under "## ${version}": rename "## Unreleased" to "## ${version} - YYYY-MM-DD"`);
console.log(notes);
