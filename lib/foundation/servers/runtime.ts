import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What has to be installed on a server to run an application: packages of Amazon Linux 2023. */
export class Runtime {
  /** Node.js 22. It uses one core, so a server runs one process for each vCPU. */
  public static readonly NODE = new Runtime([], true);
  /** Python 3.13, as `python3.13`. */
  public static readonly PYTHON = Runtime.ofPackages('python3.13');
  /** Ruby 3.4. */
  public static readonly RUBY = Runtime.ofPackages('ruby3.4');
  /** PHP 8.4 with FPM and what reaches PostgreSQL. */
  public static readonly PHP = Runtime.ofPackages('php8.4-cli', 'php8.4-fpm', 'php8.4-pgsql', 'php8.4-mbstring', 'php8.4-xml');
  /** Java 21, Amazon's own. */
  public static readonly JAVA = Runtime.ofPackages('java-21-amazon-corretto-headless');
  /** A program that needs nothing, such as one written in Go or Rust, for Linux on arm64. It uses all cores itself. */
  public static readonly BINARY = new Runtime([], false);

  /**
   * Anything that Amazon Linux 2023 has as a package, such as `python3.12`, `ruby3.2` or `ImageMagick`. It is told
   * in `WEB_CONCURRENCY` how many workers to start.
   */
  public static ofPackages(...packages: string[]): Runtime {
    return new Runtime(packages, false);
  }

  /**
   * What a directory needs, told from its files.
   * @param path the directory.
   */
  public static of(path: string): Runtime {
    const has = (...names: string[]): boolean => names.some((name) => existsSync(join(path, name)));
    if (has('Gemfile')) return Runtime.RUBY;
    if (has('composer.json')) return Runtime.PHP;
    if (has('requirements.txt', 'pyproject.toml', 'manage.py')) return Runtime.PYTHON;
    if (has('package.json')) return Runtime.NODE;
    const isDirectory = existsSync(path) && statSync(path).isDirectory();
    return isDirectory && readdirSync(path).some((name) => name.endsWith('.jar')) ? Runtime.JAVA : Runtime.BINARY;
  }

  private constructor(
    /** Names of the packages. */
    public readonly packages: string[],
    /** Whether one process uses one core alone. */
    public readonly singleThreaded: boolean,
  ) {}

  /** The same with more packages. */
  public with(...packages: string[]): Runtime {
    return new Runtime([...this.packages, ...packages], this.singleThreaded);
  }
}
