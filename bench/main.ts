import { Catalogue } from '../stages/catalogue';
import { emptySynthCommand, initEmptyApp, loadCommand, peakMemory, synthCommand } from './commands';
import { bothStages, diff, diffLarge, largePair } from './diff';
import { inTurns } from './measure';
import { missingForRequests, requestCosts } from './requests';
import { bare, build, synthesize } from './synth';

const STAGES = Array.from({ length: Catalogue.HIGHEST }, (_, index) => index + 1);
const ms = (value: number): string => `${value.toFixed(0).padStart(6)} ms`;
const ratio = (value: number): string => `${value.toFixed(2)}x`;

console.log('Warm synth of a stage over its floor: the same resources as bare L1s in one stack (stay below 2.5x)');
for (const stage of STAGES) {
  const templates = synthesize({ stage });
  const [whole, floor, constructs] = inTurns(21, [
    () => synthesize({ stage }),
    () => {
      bare(templates);
    },
    () => build({ stage }),
  ]);
  const resources = templates.flatMap(({ Resources }) => Object.keys(Resources)).length;
  console.log(
    `  stage ${stage}: ${ms(whole)} over ${ms(floor)} = ${ratio(whole / floor)}  (${resources} resources; ` +
      `${((100 * constructs) / whole).toFixed(0)} % builds constructs, the rest resolves, validates and writes)`,
  );
}

console.log('\nThe whole of `stagecraft diff` over synthesizing both stages alone (stay below 1.5x)');
for (const from of STAGES.slice(0, -1)) {
  const [whole, both] = inTurns(11, [() => diff(from), () => bothStages(from)]);
  console.log(`  ${from} → ${from + 1}: ${ms(whole)} over ${ms(both)} = ${ratio(whole / both)}`);
}

const pair = largePair();
const [large] = inTurns(5, [() => diffLarge(pair)]);
console.log('\nOne diff of two templates of 500 resources over the second that it may take (stay below 1.0x)');
console.log(`  ${ms(large)} over ${ms(1000)} = ${ratio(large / 1000)}`);

console.log('\nGrowth from 2 to 15 read replicas at stage 3 (in proportion: time grows no faster than the template)');
const [few, many] = [2, 15].map((replicas) => ({ stage: 3, replicas }));
const [timeFew, timeMany] = inTurns(15, [() => synthesize(few), () => synthesize(many)]);
const [sizeFew, sizeMany] = [few, many].map((context) => JSON.stringify(synthesize(context)).length);
console.log(`  time ${ratio(timeMany / timeFew)}, template ${ratio(sizeMany / sizeFew)}`);

console.log('\nGrowth of shards at stage 5, all stacks together (in proportion)');
for (const shards of [2, 16, 128, 1024]) {
  const start = process.hrtime.bigint();
  const stacks = build({ stage: 5, shards }).synth().stacks;
  const milliseconds = Number(process.hrtime.bigint() - start) / 1e6;
  const kilobytes = stacks.reduce((sum, { template }) => sum + JSON.stringify(template).length, 0) / 1024;
  console.log(
    `  ${String(shards).padStart(4)} shards: ${ms(milliseconds)} = ${(milliseconds / shards).toFixed(1).padStart(5)} ms each, ` +
      `${kilobytes.toFixed(0).padStart(5)} KiB in ${stacks.length} stacks`,
  );
}

console.log('\nThe whole command over `cdk synth` of an empty `cdk init` app, which type-checks first (aim: 1.0x)');
if (initEmptyApp()) {
  const [load, empty, ...stages] = inTurns(3, [
    loadCommand,
    emptySynthCommand,
    ...STAGES.map((stage) => () => {
      synthCommand(stage);
    }),
  ]);
  stages.forEach((whole, index) => {
    console.log(`  stage ${index + 1}: ${ms(whole)} over ${ms(empty)} = ${ratio(whole / empty)}`);
  });
  console.log(`  of which loading the CDK and the library: ${ms(load)}; the rest is npx, the CLI and its template validation`);
} else {
  console.log("  skipped: the packages of an empty app can't be installed here");
}

console.log('\nPeak memory of one synth process');
for (const stage of STAGES) console.log(`  stage ${stage}: ${peakMemory(stage).toFixed(0)} MiB`);

console.log('\nProcessor time of a request for a user as JSON, over fastify with the same clients doing the same (aim: below 1.3x)');
const missing = missingForRequests();
if (missing === undefined) {
  void requestCosts().then((costs) => {
    for (const { what, application, peer } of costs) {
      console.log(`  ${what.padEnd(17)}: ${application.toFixed(0)} us over ${peer.toFixed(0)} us = ${ratio(application / peer)}`);
    }
  });
} else {
  console.log(`  skipped: ${missing}`);
}
