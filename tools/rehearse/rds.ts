import { type AnswerQuery, type QueryCall, Refused } from '../servers/gateway';
import type { GlobalDatabase } from './global-database';
import { ACCOUNT } from './values';

const arnOf = ({ region, name }: { readonly region: string; readonly name: string }): string =>
  `arn:aws:rds:${region}:${ACCOUNT}:cluster:${name}`;

/** Answers what the failover document asks of RDS; what it does is done to the servers that run here. */
export function rds(databases: () => readonly GlobalDatabase[], say: (line: string) => void): AnswerQuery {
  const find = ({ fields }: QueryCall): GlobalDatabase => {
    const name = fields.get('GlobalClusterIdentifier') ?? '';
    const found = databases().find((one) => one.name === name);
    if (!found) throw new Refused('GlobalClusterNotFoundFault', `${name} not found`);
    return found;
  };
  const move = (call: QueryCall, isPlanned: boolean): string => {
    const database = find(call);
    const target = database.members.find((one) => arnOf(one) === call.fields.get('TargetDbClusterIdentifier'));
    // A planned move is asked for where the writer is, another one where it shall be.
    const asked = isPlanned ? database.writer.region : target?.region;
    if (!target || call.region !== asked) throw new Refused('DBClusterNotFoundFault', `call it in ${asked ?? 'another region'}`);
    if (database.status !== 'available') throw new Refused('InvalidGlobalClusterStateFault', `${database.name} is ${database.status}`);
    void database.move(target.region, isPlanned).catch((error: unknown) => {
      say(`${database.name} can not be moved: ${String(error)}`);
    });
    return `<GlobalCluster>${described(database)}</GlobalCluster>`;
  };
  const actions: Readonly<Partial<Record<string, (call: QueryCall) => string>>> = {
    DescribeGlobalClusters: () =>
      `<GlobalClusters>${databases()
        .map((one) => `<GlobalClusterMember>${described(one)}</GlobalClusterMember>`)
        .join('')}</GlobalClusters>`,
    FailoverGlobalCluster: (call) => move(call, false),
    SwitchoverGlobalCluster: (call) => move(call, true),
    ModifyDBCluster: ({ region, fields }) => {
      const member = databases()
        .flatMap(({ members }) => members)
        .find((one) => one.region === region && one.name === fields.get('DBClusterIdentifier'));
      if (!member) throw new Refused('DBClusterNotFoundFault', 'no such cluster here');
      member.forwards = fields.get('EnableGlobalWriteForwarding') === 'true';
      return '';
    },
  };
  return (call) => {
    const answer = actions[call.action];
    if (!answer) throw new Refused('InvalidAction', `${call.action} has no imitation here`);
    return answer(call);
  };
}

function described({ name, status, members, writer }: GlobalDatabase): string {
  const clusters = members.map((one) => {
    const isWriter = one.region === writer.region;
    const forwarding = isWriter
      ? ''
      : `<GlobalWriteForwardingStatus>${one.forwards ? 'enabled' : 'disabled'}</GlobalWriteForwardingStatus>`;
    return `<GlobalClusterMember><DBClusterArn>${arnOf(one)}</DBClusterArn><IsWriter>${String(isWriter)}</IsWriter>${forwarding}</GlobalClusterMember>`;
  });
  return `<GlobalClusterIdentifier>${name}</GlobalClusterIdentifier><Status>${status}</Status><GlobalClusterMembers>${clusters.join('')}</GlobalClusterMembers>`;
}
