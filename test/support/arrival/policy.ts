/** Who asks: a service of AWS, or a role by its logical id. */
export type Principal = { readonly service: string } | { readonly role: string };

/** One request as IAM sees it, its resource and its context as text. */
export interface Request {
  readonly principal: Principal;
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string>>;
}

/** A statement of a policy document whose values are text already. */
export interface Statement {
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly Resource?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly [other: string]: unknown;
}

/** A value of a policy that may be one or several. */
export const list = (value: unknown): string[] => (Array.isArray(value) ? value : value === undefined ? [] : [value]).map(String);

/** What is true of every request here: TLS, and a new version of it. */
const ALWAYS = { 'aws:SecureTransport': 'true', 's3:TlsVersion': '1.3' };

/** Whether statements allow a request: one does, and none denies it. Statements of a role have no principal: they are the role's own. */
export function isAllowed(statements: readonly Statement[], request: Request): boolean {
  const applying = statements.filter((statement) => applies(statement, request));
  return applying.some(({ Effect }) => Effect === 'Allow') && !applying.some(({ Effect }) => Effect === 'Deny');
}

function applies(statement: Statement, { principal, action, resource, context = {} }: Request): boolean {
  for (const key of Object.keys(statement)) {
    if (key.startsWith('Not')) throw new Error(`${key} is not known here`);
  }
  return (
    (statement.Principal === undefined || names(statement.Principal, principal)) &&
    list(statement.Action).some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
    (statement.Resource === undefined || list(statement.Resource).some((pattern) => matches(pattern, resource))) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys).every(([key, wanted]) => holds(operator, list(wanted), valueOf({ ...ALWAYS, ...context }, key))),
    )
  );
}

function names(stated: unknown, principal: Principal): boolean {
  if (stated === '*') return true;
  const { AWS: accounts, Service: services } = stated as { AWS?: unknown; Service?: unknown };
  if ('service' in principal) return list(services).includes(principal.service) || list(accounts).includes(principal.service);
  return list(accounts).some((one) => one === '*' || one === `<${principal.role}.Arn>`);
}

/** Keys of conditions have no case. */
function valueOf(context: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
}

function holds(stated: string, wanted: string[], given: string | undefined): boolean {
  const operator = stated.replace(/^ForAnyValue:/, '').replace(/IfExists$/, '');
  if (given === undefined) return stated.endsWith('IfExists');
  if (operator === 'NumericLessThan') return wanted.some((limit) => Number(given) < Number(limit));
  if (['StringEquals', 'Bool'].includes(operator)) return wanted.includes(given);
  if (['StringLike', 'ArnLike', 'ArnEquals'].includes(operator)) return wanted.some((pattern) => matches(pattern, given));
  throw new Error(`${stated} is not known here`);
}

/** Whether a pattern with `*` and `?` takes in a text. */
export function matches(pattern: string, text: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`, 's').test(text);
}
