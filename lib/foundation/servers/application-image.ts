import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Stage, Token } from 'aws-cdk-lib';
import type * as ecr from 'aws-cdk-lib/aws-ecr';
import * as images from 'aws-cdk-lib/aws-ecr-assets';
import type { Construct } from 'constructs';
import { InvalidInput } from '../invalid-input';
import { bindKit } from './application-directory';
import { NEVER, refuseHuge } from './application-files';
import { type Manifest, manifestOf } from './application-manifest';
import type { BoundApplication, DockerfileOptions, ImageOptions } from './application-options';

/** A release that names an image built from a directory. */
export function bindDockerfile(scope: Construct, path: string, options: DockerfileOptions): BoundApplication {
  if (!existsSync(join(path, 'Dockerfile'))) throw new InvalidInput(`app=${path} has no file named Dockerfile: give a directory with one`);
  refuseHuge(path, Stage.of(scope)?.outdir ?? 'cdk.out');
  const manifestFor = (image: Manifest['image']): Manifest => manifestOf(path, options, { singleThreaded: false, image });
  // What is wrong in a Procfile is said before everything is read for the image.
  manifestFor({ tag: '' });
  const { repository, imageTag } = new images.DockerImageAsset(scope, 'Image', {
    ...{ directory: path, exclude: NEVER, buildArgs: options.buildArgs, target: options.target },
    // Servers are arm64: what was built for another kind ends in "exec format error".
    platform: images.Platform.LINUX_ARM64,
  });
  return bound(manifestFor({ tag: imageTag, user: options.user }), repository, options);
}

/** A release that names an image that is there already. */
export function bindImage(_scope: Construct, repository: ecr.IRepository, tag: string, options: ImageOptions): BoundApplication {
  if (Token.isUnresolved(tag) || !/^\w[\w.-]{0,127}$/.test(tag)) {
    throw new InvalidInput(
      `tag ${Token.isUnresolved(tag) ? 'that is not known yet' : tag} is not possible: give the text of one, such as 1.4.2`,
    );
  }
  return bound(manifestOf(undefined, options, { singleThreaded: false, image: { tag, user: options.user } }), repository, options);
}

function bound(manifest: Manifest, repository: ecr.IRepository, options: ImageOptions): BoundApplication {
  const kit = bindKit(manifest, options);
  return { ...kit, repository, settings: { ...kit.settings, image: repository.repositoryUri } };
}
