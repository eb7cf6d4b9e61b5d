import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

const KEEP_MS = 60_000;
const NOT_SOONER_THAN_MS = 500;

/** A secret that is fetched when it is needed and remembered for a minute, because it may be rotated at any time. */
export class Secret {
  private fetched?: { readonly at: number; readonly text: Promise<string> };

  public constructor(
    private readonly secretsManager: SecretsManagerClient,
    private readonly arn: string,
  ) {}

  /** The text of the secret. */
  public async text(): Promise<string> {
    return this.notOlderThan(KEEP_MS);
  }

  /** The text, fetched anew: for when the remembered one was refused. Many callers at once make one request. */
  public async renewed(): Promise<string> {
    return this.notOlderThan(NOT_SOONER_THAN_MS);
  }

  private async notOlderThan(milliseconds: number): Promise<string> {
    if (!this.fetched || Date.now() - this.fetched.at > milliseconds) {
      const text = this.fetch();
      const fetched = { at: Date.now(), text };
      text.catch(() => {
        if (this.fetched === fetched) this.fetched = undefined;
      });
      this.fetched = fetched;
    }
    return this.fetched.text;
  }

  private async fetch(): Promise<string> {
    const { SecretString } = await this.secretsManager.send(new GetSecretValueCommand({ SecretId: this.arn }));
    if (SecretString === undefined) throw new Error(`the secret ${this.arn} holds no text`);
    return SecretString;
  }
}

/** User and password of a database, as its secret holds them. */
export interface DatabaseCredentials {
  readonly username: string;
  readonly password: string;
}

/** Reads the JSON of a database's secret. */
export function databaseCredentials(text: string): DatabaseCredentials {
  const parsed: unknown = parseJson(text);
  if (typeof parsed === 'object' && parsed !== null && 'username' in parsed && 'password' in parsed) {
    const { username, password } = parsed;
    if (typeof username === 'string' && typeof password === 'string') return { username, password };
  }
  throw new Error("the database's secret is not JSON with username and password");
}

// An error of JSON.parse quotes the text, which would put the secret into a log.
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
