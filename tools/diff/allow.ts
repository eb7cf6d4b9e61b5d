import { BadInput } from '../shared/bad-input';
import type { AllowList } from '../changes/allow-list';
import { isObject, readJson } from '../shared/project';

const KEYS = ['rule', 'path', 'type', 'property', 'reason'];

/** Reads the risks that somebody decided to take: a list of `{ rule, path, reason }`. */
export function readAllowList(file: string): AllowList {
  const content = readJson(file);
  if (!Array.isArray(content))
    throw new BadInput(`${file} is not a list: write [{ "rule": "replaced", "path": "Database/Instance", "reason": "…" }]`);
  content.forEach((entry: unknown, index) => {
    const which = `entry ${index + 1} of ${file}`;
    if (!isObject(entry)) throw new BadInput(`${which} is not an object: write { "rule": …, "path": …, "reason": … }`);
    const unknown = Object.keys(entry).find((key) => !KEYS.includes(key));
    if (unknown !== undefined) throw new BadInput(`${which} has the key ${unknown}: allowed are ${KEYS.join(', ')}`);
    const missing = ['rule', 'path', 'reason'].find((key) => typeof entry[key] !== 'string' || entry[key].trim() === '');
    if (missing !== undefined) throw new BadInput(`${which} has no ${missing}: each needs a rule, a path and a reason`);
  });
  return content as AllowList;
}
