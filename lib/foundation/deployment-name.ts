/** What a deployment may be called: parameters, secrets and buckets are named after it, so it is short and lower-case. */
export class DeploymentName {
  /** Whether a text is 2 to 20 lower-case letters, digits and single hyphens, starting with a letter. */
  public static isPossible(name: string): boolean {
    return /^[a-z](?:-?[a-z0-9]){1,19}$/.test(name);
  }
}
