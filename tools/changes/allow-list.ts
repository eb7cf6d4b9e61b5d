import { BadInput } from '../shared/bad-input';
import type { Risk } from './model';

/** A risk that somebody looked at and decided to take. All that is given must fit. */
export interface Allowance {
  /** Name of the rule, such as `refused-update`. */
  readonly rule: string;
  /** Construct path below the stack, or the logical id; `*` stands for any text. */
  readonly path: string;
  /** Type of the resource; any if left out. */
  readonly type?: string;
  /** Property that the rule looked at; any if left out. */
  readonly property?: string;
  /** Why it is no risk. An allowance without a reason is refused. */
  readonly reason: string;
}

/** Decisions about risks, each with its reason. */
export type AllowList = readonly Allowance[];

/** Gives each risk the reason of the first allowance that fits. */
export function allowed(risk: Risk, list: AllowList): Risk {
  if (risk.allowed !== undefined) return risk;
  const allowance = list.find((one) => fits(one, risk));
  return allowance ? { ...risk, allowed: allowance.reason } : risk;
}

/** Refuses an allowance that says too little, in one line. */
export function checkAllowList(list: AllowList): AllowList {
  for (const allowance of list) {
    if (typeof allowance.reason !== 'string' || allowance.reason.trim() === '') {
      throw new BadInput(`allowance for ${allowance.rule} at ${allowance.path} has no reason: write why it is no risk`);
    }
  }
  return list;
}

function fits({ rule, path, type, property }: Allowance, risk: Risk): boolean {
  const pattern = new RegExp(`^${path.split('*').map(escape).join('.*')}$`);
  return (
    rule === risk.rule &&
    (pattern.test(risk.path) || pattern.test(risk.logicalId)) &&
    (type === undefined || type === risk.type) &&
    (property === undefined || property === risk.property)
  );
}

function escape(text: string): string {
  return text.replace(/[.+?^${}()|[\]\\/]/g, '\\$&');
}
