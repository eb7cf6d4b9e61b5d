import type { Geography } from '../../foundation/regions/geography';
import { Setting, type Settings } from '../../foundation/settings/settings';
import type { ClusterEndpoints } from './cluster-ground';

/** Where an application of a model of its own finds what is the database of everybody else: the last function, once the old database is gone. */
export function putLast(settings: Settings, functions: ClusterEndpoints[], geography?: Geography): void {
  const [{ writer, readers, secretId }] = functions.slice(-1);
  settings.put(Setting.DATABASE_WRITER, writer);
  settings.put(Setting.DATABASE_SECRET, secretId);
  // A copy is written by way of its readers. In one region a bridge may have none of the old database, whose place these would take too early.
  if (geography) settings.put(Setting.DATABASE_READERS, readers);
}
