import type { Moto } from '../../../tools/servers/moto';

/** The secret of the user `stagecraft`, which names the secret of the user `master`, as those of a managed database do. */
export async function createSecrets(moto: Moto, name: string, password: string): Promise<string> {
  const masterarn = await moto.createSecret(`${name}-master`, JSON.stringify({ username: 'master', password }));
  return moto.createSecret(name, JSON.stringify({ username: 'stagecraft', password, masterarn }));
}
