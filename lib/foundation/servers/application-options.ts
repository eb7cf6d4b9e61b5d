import type { Duration } from 'aws-cdk-lib';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import type * as iam from 'aws-cdk-lib/aws-iam';
import type * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { Process } from './process';
import type { Runtime } from './runtime';

/** What can be said about any application of a Procfile. */
export interface ApplicationOptions {
  /**
   * Its processes; each adds to, or replaces, the line of the Procfile with its name.
   * @default - the Procfile's
   */
  readonly processes?: Process[];
  /**
   * More environment variables. What is a secret doesn't belong here.
   * @default - those that every application gets
   */
  readonly environment?: { readonly [name: string]: string };
  /**
   * Environment variables whose values are texts in Secrets Manager. Servers may read those secrets.
   * @default - none
   */
  readonly secrets?: { readonly [name: string]: secretsmanager.ISecret };
  /**
   * What its servers may do beside what every application may.
   * @default - nothing
   */
  readonly policies?: iam.PolicyStatement[];
}

/** What can be said about an application in a directory. */
export interface DirectoryOptions extends ApplicationOptions {
  /**
   * What has to be installed to run it.
   * @default - told from its files: `package.json`, `requirements.txt`, `pyproject.toml`, `Gemfile`, `composer.json` or a `.jar`; nothing otherwise
   */
  readonly runtime?: Runtime;
  /**
   * Names and patterns of files and folders that stay out of the release, beside those that always do: `.git`, `.env*`, `cdk.out`. `*` is any text.
   * @default - the lines of `.slugignore`
   */
  readonly exclude?: string[];
  /**
   * Folder whose files have their hash in their names. Where there is a CDN it serves them below `/static/`, and keeps each for a year.
   * @default - none: the application serves its own files
   */
  readonly hashedFiles?: string;
}

/** What can be said about an application in an image. */
export interface ImageOptions extends ApplicationOptions {
  /**
   * User that it runs as, `uid:gid` or a name that the image knows.
   * @default - as the image says
   */
  readonly user?: string;
}

/** What can be said about an application that is built into an image. */
export interface DockerfileOptions extends ImageOptions {
  /**
   * Arguments of the build.
   * @default - none
   */
  readonly buildArgs?: { readonly [name: string]: string };
  /**
   * Target of the build.
   * @default - the last one of the Dockerfile
   */
  readonly target?: string;
}

/** An application as a release needs it. */
export interface BoundApplication {
  /** The directory that becomes the release. */
  readonly directory: string;
  /** Whether the directory was made for this and may go once it was read. */
  readonly temporary: boolean;
  /** What its servers read beside the release, below `/<name>/config/application/`. */
  readonly settings: { readonly [name: string]: string };
  /** Secrets that its servers read. */
  readonly secrets: secretsmanager.ISecret[];
  /** What its servers may do beside what every application may. */
  readonly policies: iam.PolicyStatement[];
  /**
   * Where its image is.
   * @default - it is in the directory
   */
  readonly repository?: ecr.IRepository;
  /**
   * How long it may take until it serves, its release command included. Such an application knows nothing of this library.
   * @default - it reads Parameter Store itself
   */
  readonly startTime?: Duration;
}
