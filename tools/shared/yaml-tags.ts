import { type CollectionTag, type ScalarTag, type Tags, isMap, isScalar, isSeq } from 'yaml';

/** Functions that CloudFormation's YAML has a short tag for. */
const NAMES = `
  Ref Condition And Base64 Cidr Contains EachMemberEquals EachMemberIn Equals FindInMap GetAtt GetAZs GetStackOutput If ImportValue Join Length Not Or
  RefAll Select Split Sub ToJsonString Transform ValueOf ValueOfAll`
  .trim()
  .split(/\s+/);

const longName = (name: string): string => (name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`);

/** Words that are truth to the YAML that CloudFormation reads, beside those of the schema. */
const truth: ScalarTag = {
  ...{ tag: 'tag:yaml.org,2002:bool', default: true, test: /^(?:[Yy]es|YES|[Oo]n|ON|[Nn]o|NO|[Oo]ff|OFF)$/ },
  resolve: (text) => /^(?:y|on)/i.test(text),
};

/** Numbers that would lose a figure: long ones, and those that begin with 0 and are not octal, such as the id of an account. */
const figures: ScalarTag = {
  ...{ tag: 'tag:yaml.org,2002:str', default: true, test: /^(?:-?[1-9]\d{15,}|0\d*[89]\d*)$/ },
  resolve: (text) => text,
};

/** A short tag, such as `!Sub`, gives the same value as its long form, for text, lists and objects. */
export const tags = (known: Tags): Tags => [
  // Before the numbers that it takes its part from.
  figures,
  ...known,
  truth,
  ...NAMES.flatMap((name): (ScalarTag | CollectionTag)[] => {
    const tag = `!${name}`;
    const wrap = (value: unknown): object => ({
      [longName(name)]: name === 'GetAtt' && typeof value === 'string' ? splitOnce(value) : value,
    });
    const of = (collection: 'map' | 'seq'): CollectionTag => ({
      tag,
      collection,
      resolve: (node) => {
        // Read later by the document itself, so that tags inside of it are read too.
        const json = node.toJSON.bind(node);
        node.toJSON = (...args: Parameters<typeof json>) => wrap(json(...args));
        return node;
      },
      identify: (value) => (collection === 'map' ? isMap(value) : isSeq(value)),
    });
    return [{ tag, resolve: (text) => wrap(text), identify: (value) => isScalar(value) }, of('map'), of('seq')];
  }),
];

function splitOnce(text: string): string[] {
  const dot = text.indexOf('.');
  return dot < 0 ? [text] : [text.slice(0, dot), text.slice(dot + 1)];
}
