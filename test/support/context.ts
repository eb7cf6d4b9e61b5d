import cdkJson from '../../cdk.json';

/** The flags that the CLI gives the app, so that tests see the templates that users deploy. */
export const FLAGS: Readonly<Record<string, unknown>> = cdkJson.context;

/** Context that adds a domain. */
export const DOMAIN = { domain: 'example.com', hostedZoneId: 'Z0123456789ABCDEFGHIJ' };
