import { Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Acknowledges findings of CloudFormation Validate or of a rule pack beside the construct that they are about.
 * The reason is read by a reviewer: `docs/acknowledgements.md` lists every one and a test keeps it current.
 * @param construct the construct, with all below it.
 * @param findings rule id to reason.
 */
export function acknowledge(construct: IConstruct, findings: Readonly<Record<string, string>>): void {
  for (const [id, reason] of Object.entries(findings)) Validations.of(construct).acknowledge({ id, reason });
}
