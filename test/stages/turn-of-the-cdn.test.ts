import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import * as http from 'node:http';
import * as https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../tools/servers/processes';
import { apt, describeNeeding } from '../support/needs';
import { DOMAIN, type Synthesized, ofType, synthesize } from '../support/synth';

/** What an edge location is told: the name and the protocol of the origin. */
interface Told {
  readonly name: string;
  readonly tls: boolean;
}

/** Names of origins, and whether a server or the load balancer is behind them. */
type Zone = Readonly<Record<string, 'server' | 'balancer'>>;

const toldBy = ({ resources }: Synthesized): Told => {
  const [{ Properties }] = Object.values(ofType(resources, 'AWS::CloudFront::Distribution'));
  const origins = Properties.DistributionConfig.Origins as {
    Id: string;
    DomainName: string;
    CustomOriginConfig: { OriginProtocolPolicy: string };
  }[];
  const web = origins.find(({ Id }) => Id === 'Web') ?? origins[0];
  return { name: web.DomainName, tls: web.CustomOriginConfig.OriginProtocolPolicy === 'https-only' };
};

const zoneOf = ({ resources }: Synthesized): Zone =>
  Object.fromEntries(
    Object.values(ofType(resources, 'AWS::Route53::RecordSet'))
      .filter(({ Properties }) => String(Properties.Name).endsWith('origin.example.com.'))
      .map(({ Properties }) => [String(Properties.Name).slice(0, -1), Properties.AliasTarget ? 'balancer' : 'server']),
  );

const [serving, bridge, fleet] = [{ stage: 3 }, { stage: 4, from: 3 }, { stage: 4 }].map((context) =>
  synthesize({ ...context, ...DOMAIN }),
);
const TURNS = [
  ['3 to the bridge', serving, bridge],
  ['the bridge to 4', bridge, fleet],
  ['3 to 4', serving, fleet],
  ['4 back to the bridge', fleet, bridge],
  ['the bridge back to 3', bridge, serving],
] as const;

const ports = new Map<string, number>();
const listening: (http.Server | https.Server)[] = [];
let authority: Buffer;

/** What an edge location gets that asks where a resolver sends it: 502 for whatever isn't an answer, as CloudFront does. */
async function ask({ name, tls }: Told, target: string | undefined): Promise<number> {
  const port = ports.get(`${String(target)}:${tls ? 443 : 80}`);
  if (port === undefined) return 502;
  return new Promise((resolve) => {
    const options = { port, host: '127.0.0.1', agent: false, servername: name, ca: authority, headers: { host: name } };
    const request = (tls ? https : http).get(options, (response) => {
      response.resume();
      resolve(response.statusCode ?? 502);
    });
    request.on('error', () => {
      resolve(502);
    });
  });
}

describeNeeding([apt('openssl')], 'while the distribution turns', () => {
  /** The server answers HTTP alone, the balancer HTTPS alone with the names of its certificate, as their listeners say. */
  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'turn-'));
    const file = (name: string): string => join(directory, name);
    const [{ Properties }] = Object.values(ofType(fleet.resources, 'AWS::CertificateManager::Certificate'));
    const names = [Properties.DomainName, ...(Properties.SubjectAlternativeNames as string[])].map((name) => `DNS:${String(name)}`);
    writeFileSync(file('names'), `[req]\ndistinguished_name=dn\nx509_extensions=v3\n[dn]\n[v3]\nsubjectAltName=${names.join(',')}\n`);
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', file('key')];
    run(['openssl', 'req', '-x509', ...key, '-subj', '/CN=balancer', '-days', '2', '-config', file('names'), '-out', file('cert')]);
    authority = readFileSync(file('cert'));
    const [{ Properties: listener }] = Object.values(ofType(fleet.resources, 'AWS::ElasticLoadBalancingV2::Listener'));
    const answer: http.RequestListener = (_, response) => response.end('ok');
    const open = async (where: string, server: http.Server | https.Server): Promise<void> => {
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      listening.push(server);
      ports.set(where, (server.address() as AddressInfo).port);
    };
    await open('server:80', http.createServer(answer));
    await open(`balancer:${String(listener.Port)}`, https.createServer({ key: readFileSync(file('key')), cert: authority }, answer));
  });

  afterAll(() => {
    for (const server of listening) server.close();
  });

  describe.each(TURNS)('from %s', (_, before, after) => {
    // While a deployment runs, what is new is there already and what is old is there still: CloudFormation deletes last.
    const [old, coming] = [zoneOf(before), zoneOf(after)];

    test.each([
      ['old DNS', 'old distribution', { ...coming, ...old }, toldBy(before)],
      ['new DNS', 'old distribution', { ...old, ...coming }, toldBy(before)],
      ['old DNS', 'new distribution', { ...coming, ...old }, toldBy(after)],
      ['new DNS', 'new distribution', { ...old, ...coming }, toldBy(after)],
    ])('%s and %s answer', async (_dns, _distribution, zone, told) => {
      expect(await ask(told, (zone as Partial<Zone>)[told.name])).toBe(200);
    });

    test('no name means another kind of server than before', () => {
      for (const name of Object.keys(old).filter((one) => one in coming)) expect(coming[name]).toBe(old[name]);
    });

    test('the distribution turns after the record that it asks, and whoever serves there, exist', () => {
      const [{ DependsOn = [] }] = Object.values(ofType(after.resources, 'AWS::CloudFront::Distribution'));
      const types = DependsOn.map((id) => after.resources[id].Type);
      expect(types).toContain('AWS::Route53::RecordSet');
      expect(types).toContain(toldBy(after).tls ? 'AWS::AutoScaling::AutoScalingGroup' : 'AWS::EC2::EIPAssociation');
    });
  });
});

test('an address that is no alias is forgotten in a minute', () => {
  for (const { resources } of [synthesize({ stage: 1, ...DOMAIN }), serving, bridge]) {
    for (const { Properties } of Object.values(ofType(resources, 'AWS::Route53::RecordSet'))) {
      expect(Properties.AliasTarget !== undefined || Number(Properties.TTL) <= 60).toBe(true);
    }
  }
});

test('users on IPv6 find the CDN; a single server has no such address', () => {
  const ipv6 = ({ resources }: Synthesized): unknown[] =>
    Object.values(ofType(resources, 'AWS::Route53::RecordSet'))
      .filter(({ Properties }) => Properties.Type === 'AAAA')
      .map(({ Properties }) => Properties.Name as unknown);
  expect([serving, fleet].map(ipv6)).toEqual([['example.com.'], ['example.com.']]);
  expect(ipv6(synthesize({ stage: 2, ...DOMAIN }))).toEqual([]);
});
