import type { Json } from '../shared/template';
import { isList, isRecord } from './values';

/**
 * A value as CloudFormation takes it: numbers and truth are text, keys have no order, a function is written in one way only, tags have no order.
 * Two values are the same to CloudFormation if these are the same text.
 */
export function canonical(value: Json | undefined): Json | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object') return String(value);
  if (isList(value)) {
    const items = value.map((item) => canonical(item) ?? null);
    return items.every(isTag) ? [...items].sort((a, b) => (tagKey(a) < tagKey(b) ? -1 : 1)) : items;
  }
  const encoded = value['Fn::Base64'];
  if (typeof encoded === 'string') return Buffer.from(encoded).toString('base64');
  const entries = Object.entries(value)
    .map(([key, inner]): [string, Json | undefined] => [key, key === 'Fn::GetAtt' ? attributeText(inner) : canonical(inner)])
    .filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Whether CloudFormation sees no difference. */
export function sameToCloudFormation(before: Json | undefined, after: Json | undefined): boolean {
  return before === after || JSON.stringify(canonical(before)) === JSON.stringify(canonical(after));
}

function attributeText(value: Json): Json {
  return isList(value)
    ? value
        .map((part) => JSON.stringify(part))
        .join('.')
        .replaceAll('"', '')
    : value;
}

function isTag(value: Json): boolean {
  return isRecord(value) && 'Key' in value && Object.keys(value).every((key) => ['Key', 'Value', 'PropagateAtLaunch'].includes(key));
}

function tagKey(value: Json): string {
  return isRecord(value) ? JSON.stringify(value.Key) : '';
}
