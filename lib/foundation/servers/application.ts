import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import type { Construct } from 'constructs';
import { InvalidInput } from '../invalid-input';
import { bindDirectory } from './application-directory';
import { bindDockerfile, bindImage } from './application-image';
import type { BoundApplication, DirectoryOptions, DockerfileOptions, ImageOptions } from './application-options';

/** What the servers run. */
export class Application {
  /**
   * A directory that runs under a Procfile with `PORT` and `DATABASE_URL`. It is built already: what it needs to run is in it.
   * @param path the directory; `Procfile` in it has a line such as `web: node server.js`.
   */
  public static directory(path: string, options: DirectoryOptions = {}): Application {
    return new Application(false, (scope) => bindDirectory(scope, path, options));
  }

  /**
   * An image that is built for arm64 from a directory with a `Dockerfile`, when it is deployed.
   * @param path the directory; lines of its Procfile are commands in the image, and without one the image's own command is `web`.
   */
  public static dockerfile(path: string, options: DockerfileOptions = {}): Application {
    return new Application(false, (scope) => bindDockerfile(scope, path, options));
  }

  /**
   * An image for arm64 that is there already.
   * @param repository where it is; servers may pull from it.
   * @param tag its tag, another one for each release.
   */
  public static image(repository: ecr.IRepository, tag: string, options: ImageOptions = {}): Application {
    return new Application(false, (scope) => bindImage(scope, repository, tag, options));
  }

  /**
   * A directory with a script `start`, which is called with `web` or `worker`, listens on port 80 and reads Parameter Store itself.
   * @param path the directory.
   */
  public static selfConfigured(path: string): Application {
    if (!existsSync(join(path, 'start'))) {
      throw new InvalidInput(`app=${path} has no file named start: give a directory with one, or with a Procfile`);
    }
    return new Application(true, () => ({ directory: path, temporary: false, settings: {}, secrets: [], policies: [] }));
  }

  /**
   * A directory with a `Procfile`, a script `start`, or a `Dockerfile`: the first of them that is there says what it is.
   * @param path the directory.
   */
  public static at(path: string): Application {
    if (existsSync(join(path, 'Procfile'))) {
      return existsSync(join(path, 'Dockerfile')) ? Application.dockerfile(path) : Application.directory(path);
    }
    if (existsSync(join(path, 'start'))) return Application.selfConfigured(path);
    if (existsSync(join(path, 'Dockerfile'))) return Application.dockerfile(path);
    if (basename(path) === 'Procfile') throw new InvalidInput(`app=${path} is a file: give the directory that it is in`);
    throw new InvalidInput(`app=${path} has no file named start, Procfile or Dockerfile: give a directory with one of them`);
  }

  private constructor(
    /** Whether it reads Parameter Store itself; any other knows nothing of this library, and has one database. */
    public readonly isSelfConfigured: boolean,
    private readonly gather: (scope: Construct) => BoundApplication,
  ) {}

  /** Gathers what becomes the release. */
  public bind(scope: Construct): BoundApplication {
    return this.gather(scope);
  }
}
