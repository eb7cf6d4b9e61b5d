import type { Template } from 'aws-cdk-lib/assertions';

/**
 * A template as a reviewer wants to read it: without hashes, without the boot script, without the CDK's own plumbing.
 * Two logical ids that differ by their hash alone would hide each other, so that is an error.
 */
export function readable(template: Template): unknown {
  const { Resources, Outputs } = template.toJSON() as { Resources: object; Outputs?: object };
  const ids = Object.keys(Resources);
  if (new Set(ids.map(withoutHash)).size !== ids.length) throw new Error('two logical ids differ by their hash alone');
  const text = JSON.stringify({ Resources, Outputs }, (_, value: unknown) => (typeof value === 'string' ? scrub(value) : value));
  return JSON.parse(withoutHash(text));
}

/** The hash of a construct path stands at the end of logical ids and of the names made from them. */
function withoutHash(text: string): string {
  return text.replace(/(?<=[A-Za-z0-9])[0-9A-F]{8}(?![0-9A-Za-z])/g, '');
}

function scrub(text: string): string {
  if (text.startsWith('#!/bin/bash')) return '<boot script>';
  if (text.startsWith('"""')) return '<failover.py>';
  return text.replace(/[0-9a-f]{64}/g, '<hash>').replace(/OriginGroup\w+/, 'OriginGroup');
}
