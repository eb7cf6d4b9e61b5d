import { App } from 'aws-cdk-lib';
import { InvalidInput } from '../lib/foundation/invalid-input';
import { buildApp } from './app';

/** Runs as the CDK app: builds what its context asks for, or prints one line and exits with 1, with nothing written. */
export function main(): void {
  try {
    buildApp(new App());
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    console.error(error.message);
    process.exit(1);
  }
}
