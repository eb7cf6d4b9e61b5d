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

const PACKS = ['NIST.800.53.R5', 'PCI.DSS.321', 'HIPAA.Security'];

/**
 * Acknowledges findings of the packs NIST 800-53 r5, PCI DSS 3.2.1 and HIPAA of cdk-nag, which call the same rule by the same name.
 * @param construct the construct, with all below it.
 * @param rules name of the rule without its pack, such as `RDSInBackupPlan`, to reason.
 */
export function acknowledgeRules(construct: IConstruct, rules: Readonly<Record<string, string>>): void {
  for (const pack of PACKS) {
    acknowledge(construct, Object.fromEntries(Object.entries(rules).map(([rule, reason]) => [`${pack}-${rule}`, reason])));
  }
}

/** Why something that may be deleted with its data has no protection from deletion, for {@link acknowledgeRules}. */
export const DISPOSABLE = 'chosen to be deleted with all its data (removalPolicy DESTROY): protection would only stand in the way';

/** Why a role's policy is inline, for {@link acknowledgeRules}. */
export const OWN_POLICY = {
  IAMNoInlinePolicy: 'the policy says what this one role may do and goes with it; a managed one could be attached to others',
};
