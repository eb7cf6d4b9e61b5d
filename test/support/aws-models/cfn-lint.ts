import type { Program } from '../needs';

/** cfn-lint knows the resource types, properties and instance types of each region. CI gives its path; a developer has it on PATH. */
export const LINTER = process.env.CFN_LINT ?? 'cfn-lint';

/** What a test needs that asks it. */
export const LINT_PROGRAM: Program = { name: LINTER, install: 'pip install cfn-lint==1.58.0, or say where it is with CFN_LINT' };
