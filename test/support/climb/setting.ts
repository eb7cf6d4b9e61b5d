import type { Moto } from '../../../tools/servers/moto';

/** Reads a setting of a deployment. */
export async function readSetting(moto: Moto, name: string, setting: string): Promise<string | undefined> {
  return moto.get(`/${name}/config/${setting}`);
}
