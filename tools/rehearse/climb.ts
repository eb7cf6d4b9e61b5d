import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { awsProgram, StepRunner } from '../servers/runbook';
import { list } from '../shared/words';
import type { Member } from './fleet';
import { type Ledger, ledgerOf } from './ledger';
import { rowsOf } from './people';
import { field } from './plan';
import type { Rehearsal } from './rehearsal';

/** How a climb went. */
export interface Climb {
  readonly from: number;
  readonly to: number;
  /** What the runbooks said, line by line. */
  readonly said: readonly string[];
  /** The step that failed, if one did. */
  readonly failed?: string;
  /** The longest time without a confirmed write, in seconds. */
  readonly pause: number;
  readonly seconds: number;
  /** Rows in databases that were not there before. */
  readonly moved: number;
  /** What became of people and of confirmed writes. */
  readonly ledger: Ledger;
}

/** Steps of a document that run on a server: its name, the text, and the steps. */
interface Document {
  readonly name: string;
  readonly text: string;
  readonly steps: readonly string[];
}

/** Climbs to the next stage as a person does: the bridge, its runbooks, the stage. */
export async function climb(rehearsal: Rehearsal, say: (line: string) => void): Promise<Climb> {
  const { stage: from, traffic } = rehearsal;
  const to = from + 1;
  const begin = performance.now();
  traffic.forgetPauses();
  const before = new Set(rehearsal.deployment.data.databases.values());
  const said: string[] = [];
  const done = async (failed?: string): Promise<Climb> => {
    const [pause, seconds] = [traffic.longestPause / 1_000, (performance.now() - begin) / 1_000];
    const { databases, copies } = rehearsal.deployment.data;
    let moved = 0;
    for (const [id, server] of databases) if (!before.has(server) && !copies.has(id)) moved += await rowsOf(server);
    return { from, to, said, pause, seconds, moved, ledger: await ledgerOf(rehearsal), ...(failed !== undefined && { failed }) };
  };
  await rehearsal.deploy(to, from);
  for (const document of documentsOf(rehearsal)) {
    const failed = await run(document, rehearsal, (line) => {
      said.push(line);
      say(line);
    });
    if (failed !== undefined) return done(`${document.name} ${failed}`);
  }
  await rehearsal.deploy(to);
  return done();
}

/** The runbooks of what is deployed, as Systems Manager would run them. */
function documentsOf({ deployment }: Rehearsal): Document[] {
  const { Resources } = deployment.current.stack.template;
  const all = Object.values(Resources).filter(({ Type }) => Type === 'AWS::SSM::Document');
  return all.flatMap(({ Properties = {} }) => {
    const steps = list(field(Properties.Content, 'mainSteps')).filter((step) => field(step, 'action') === 'aws:runCommand');
    const command = field(field(field(steps[0], 'inputs'), 'DocumentName'), 'Ref');
    if (typeof command !== 'string' || Properties.DocumentType !== 'Automation') return [];
    const [written] = list(field(Resources[command].Properties?.Content, 'mainSteps'));
    const [text] = list(field(field(written, 'inputs'), 'runCommand'));
    const names = steps.map((step) => list(field(field(field(step, 'inputs'), 'Parameters'), 'Step'))[0]).map(String);
    const [name, said] = [Properties.Name, text].map((value) => deployment.value(value));
    // An empty text would do nothing, and say that all went well.
    if (name === undefined || said === undefined) throw new Error(`the runbook ${command} names something that doesn't run here`);
    return [
      {
        name,
        text: said,
        steps: names.filter((name) => name !== 'abort'),
      },
    ];
  });
}

/** Runs the steps; after one that failed, `abort`. Says which failed. */
async function run(document: Document, rehearsal: Rehearsal, say: (line: string) => void): Promise<string | undefined> {
  const runner = new LocalRunbook(document, rehearsal);
  const tell = (text: string): void => {
    for (const line of text.split('\n')) if (line !== '') say(line.replace(/^runbook: /, ''));
  };
  for (const step of document.steps) {
    say(`${document.name} ${step}`);
    runner.count();
    const { code, output, errors } = await runner.step(step);
    tell(output + errors);
    if (code === 0) continue;
    const { output: more, errors: last } = await runner.step('abort');
    tell(more + last);
    return `${step}: ${errors.trim().split('\n').at(-1) ?? ''}`;
  }
  return undefined;
}

/** A runbook on this machine: what it asks of AWS's compute, of systemd and of other users is answered here; everything else is real. */
class LocalRunbook extends StepRunner {
  private readonly healthy: string;

  public constructor(
    { text }: Document,
    private readonly rehearsal: Rehearsal,
  ) {
    const { deployment, directory, authority } = rehearsal;
    super(localText(text, rehearsal), directory, {
      ...{
        ...deployment.moto.environment,
        CA: authority,
        NOTES: join(directory, 'notes'),
        SETTLE: '1',
        GRACE_SECONDS: '2',
        PATIENCE: '10',
      },
      ...{ TRIES: '60', PAUSE: '1', CONNECTION_OPTIONS: 'sslmode=require sslcert=none' },
      TOUCHED: oneServer(rehearsal)?.host.look ?? '',
    });
    this.healthy = join(this.home, 'healthy');
    const real = awsProgram() ?? 'aws';
    this.standIn(
      'aws',
      `case "$1 $2" in
  'autoscaling describe-auto-scaling-groups') echo ${this.least} ;;
  'elbv2 describe-target-health') cat ${this.healthy} ;;
  *) exec ${real} "$@" ;;
esac`,
    );
    this.standIn('runuser', '[ "$2" != postgres ] || export PGUSER=postgres; while [ "$1" != -- ]; do shift; done; shift; exec "$@"');
  }

  /** Writes down how many servers the load balancer has. */
  public count(): void {
    const { members } = this.rehearsal.deployment.fleet;
    writeFileSync(this.healthy, `${members.filter(({ part, isIn }) => part.balanced && isIn).length}\n`);
  }

  private get least(): number {
    return Math.max(0, ...this.rehearsal.deployment.current.servers.filter(({ balanced }) => balanced).map(({ least }) => least));
  }
}

/** The server that stands alone, where there is one. */
function oneServer({ deployment }: Rehearsal): Member | undefined {
  return deployment.fleet.members.find(({ part }) => part.role === 'web' && !part.balanced);
}

/** The text of a document with this step's name as its argument, and places of this machine. */
function localText(text: string, rehearsal: Rehearsal): string {
  return text
    .replace("main '{{ Step }}'", 'main "$1"')
    .replace('{{ Run }}', '')
    .replace(/^export DIRECTORY='[^']*'$/m, `export DIRECTORY='${oneServer(rehearsal)?.host.uploads ?? ''}'`);
}

/** A climb in one line. */
export function climbInWords({ from, to, failed, pause, seconds, moved, ledger: { people, confirmed, lost, doubled } }: Climb): string {
  const became = `${people.toLocaleString('en-US')} people there, ${moved.toLocaleString('en-US')} rows moved; of ${confirmed} confirmed writes ${lost.length} lost, ${doubled.length} doubled; writes paused for ${pause.toFixed(1)} s`;
  return failed === undefined
    ? `climbed from stage ${from} to stage ${to} in ${seconds.toFixed(0)} s: ${became}`
    : `the climb to stage ${to} stopped: ${failed}; ${became}`;
}
