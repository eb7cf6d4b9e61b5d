import { Duration } from 'aws-cdk-lib';
import { ObjectLockRetention } from 'aws-cdk-lib/aws-s3';
import { wholeNumber } from './parsers';

const MODES: Readonly<Record<string, (days: Duration) => ObjectLockRetention>> = {
  governance: (days) => ObjectLockRetention.governance(days),
  compliance: (days) => ObjectLockRetention.compliance(days),
};

/** `governance:365` or `compliance:365`: who may still delete, and for how many days nobody else can. */
export function parseLogLock(value: string): ObjectLockRetention | undefined {
  const [mode, said] = /^(?:governance|compliance):\d+$/.test(value) ? value.split(':') : ['', ''];
  const days = wholeNumber(said, 1, 36_500);
  return days === undefined ? undefined : MODES[mode](Duration.days(days));
}
