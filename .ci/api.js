// Prints API.md from what jsii-docgen writes as JSON. Its own Markdown is 1 MB, more than a page of GitHub shows: each member twice, and each
// construct with the members that it inherits from the CDK. Here a member is one line, and stands where it is declared.
const { readFileSync } = require('node:fs');

const [docgen, assembly] = process.argv.slice(2).map((path) => JSON.parse(readFileSync(path, 'utf8')));
const { constructs, classes, structs, enums } = docgen.apiReference;

const words = ({ summary = '', remarks = '' } = {}) =>
  [summary, remarks]
    .join(' ')
    .replace(/\{@link (\w+)\}/g, '`$1`')
    .replace(/\s+/g, ' ')
    .trim();
const bare = (usage) =>
  usage
    .split('\n')
    .at(-1)
    .replace(/^public (readonly )?/, '')
    .replace(/;$/, '');
const line = (code, docs, initial) =>
  `- \`${code}\` ${[words(docs), initial && `Default: ${initial.replace(/^- |\.$/g, '')}.`].filter(Boolean).join(' ')}`.trimEnd();

const nameOf = ({ fqn }) => fqn.replace(/^cdk-stagecraft\./, '');

function membersOf(type) {
  const { fqn, properties = [], instanceMethods = [], staticMethods = [], constants = [], members = [] } = type;
  const declared = assembly.types[fqn];
  const own = new Set([...(declared.properties ?? []), ...(declared.methods ?? [])].map(({ name }) => name));
  const ours = (all) => all.filter((member) => own.has(member.displayName));
  return [
    ...[...ours(staticMethods), ...ours(instanceMethods)].map(({ usage, docs }) => line(bare(usage), docs)),
    ...ours(constants).map((one) => line(`${nameOf(type)}.${bare(one.usage)}`, one.docs)),
    ...ours(properties).map((one) => line(bare(one.usage).replace(/:/, one.optional ? '?:' : ':'), one.docs, one.default)),
    ...members.map((one) => line(one.displayName, one.docs)),
  ];
}

function typeOf(type) {
  const { base, interfaces = [], abstract } = assembly.types[type.fqn];
  const parents = [base, ...interfaces].filter(Boolean).map((name) => `\`${nameOf({ fqn: name })}\``);
  return [
    `### ${nameOf(type)}`,
    [words(type.docs), parents.length > 0 && `With the members of ${parents.join(', ')}.`].filter(Boolean).join(' '),
    type.initializer && !abstract && `\`${bare(type.initializer.usage)}\``,
    membersOf(type).join('\n'),
  ]
    .filter(Boolean)
    .join('\n\n');
}

const sections = { Constructs: constructs, Classes: classes, 'Props and options': structs, Enums: enums };
const named = (types) => [...types].sort((one, other) => (one.fqn < other.fqn ? -1 : 1));
console.log(`# API

Everything that \`cdk-stagecraft\` exports, from its docstrings, as TypeScript sees it. In other languages names are written in their own way.
\`UPDATE=1 .ci/api\` writes this page.

${Object.entries(sections)
  .map(([title, types]) => [`## ${title}`, ...named(types).map(typeOf)].join('\n\n'))
  .join('\n\n')}`);
