import type { Rehearsal } from './rehearsal';

/** Something that can be broken and brought back. */
export interface Thing {
  readonly name: string;
  /** As a server that loses its power. */
  readonly kill: () => Promise<void> | void;
  /** It hangs with its connections open, or goes on. */
  readonly hang: (hanging: boolean) => void;
  readonly restore: () => Promise<void>;
}

/** Everything that can be broken now. */
export function thingsOf({ deployment }: Rehearsal): Thing[] {
  const { data, fleet, current } = deployment;
  const names = new Map([...current.databases, ...current.stores].map(({ id, name }) => [id, name]));
  return [
    ...fleet.members.map(({ name, host }) => ({
      name,
      kill: () => {
        host.kill();
      },
      hang: (hanging: boolean) => {
        host.signal(hanging ? 'SIGSTOP' : 'SIGCONT');
      },
      restore: async () => {
        await host.systemctl('start', 'app');
      },
    })),
    ...[...data.databases, ...data.stores].map(([id, server]) => ({
      name: names.get(id) ?? id,
      kill: async () => server.stop(),
      hang: (hanging: boolean) => {
        server.hang(hanging);
      },
      restore: async () => server.start(),
    })),
  ];
}
