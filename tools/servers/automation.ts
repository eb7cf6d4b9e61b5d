import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { motoProgram } from './moto';
import { startProcess } from './processes';

/** Runs an Automation document of aws:executeScript steps as Systems Manager does: attempts, onFailure, ten minutes a step, outputs. */
export const AUTOMATION = `
import json
import sys
import time

# An imitation of it may have a time of its own.
import boto3  # noqa: F401

document, inputs = json.load(open(sys.argv[1])), json.loads(sys.argv[2])
values = {name: inputs.get(name, spec.get("default")) for name, spec in document["parameters"].items()}
failures, outputs, began = [], {}, time.monotonic()
for step in document["mainSteps"]:
    payload = {key: values[value[3:-3]] if isinstance(value, str) and value.startswith("{{") else value for key, value in step["inputs"]["InputPayload"].items()}
    failed = None
    for _ in range(step.get("maxAttempts", 1)):
        failed, start, names = None, time.monotonic(), {}
        try:
            exec(step["inputs"]["Script"], names)
            outputs[step["name"]] = json.loads(names[step["inputs"]["Handler"]](payload, None)["Report"])
        except Exception as error:
            failed = str(error) or type(error).__name__
        if time.monotonic() - start > step["timeoutSeconds"]:
            failed = f"timed out after {time.monotonic() - start:.0f} s"
        if not failed:
            break
    print(f"{step['name']}: {failed or json.dumps(outputs[step['name']], sort_keys=True)}", file=sys.stderr, flush=True)
    if failed:
        failures.append(f"{step['name']}: {failed}")
        if step.get("onFailure") != "Continue":
            break
print(json.dumps({"failures": failures, "outputs": outputs, "seconds": round(time.monotonic() - began)}))
`;

/** How a run of a document ended. */
export interface Run {
  /** Steps that failed, with their reasons. */
  readonly failures: readonly string[];
  /** What each step reported. */
  readonly outputs: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly seconds: number;
}

/** A Python that has AWS's SDK: the imitation is written in it. */
function python(): string {
  const [, found = 'python3'] = /["'!\s](\/[^"'\n]*\/python[\d.]*)/.exec(readFileSync(motoProgram() ?? '', 'utf8').slice(0, 500)) ?? [];
  return found;
}

/**
 * Runs a document against the imitation.
 * @param directory where its files may be.
 * @param say hears each step when it has ended.
 */
export async function runAutomation(
  document: unknown,
  inputs: Readonly<Record<string, string>>,
  directory: string,
  environment: Readonly<Record<string, string>>,
  say: (line: string) => void,
): Promise<Run> {
  const [program, written] = [join(directory, 'automation.py'), join(directory, 'automation.json')];
  writeFileSync(program, AUTOMATION);
  writeFileSync(written, JSON.stringify(document));
  const child = startProcess([python(), '-B', program, written, JSON.stringify(inputs)], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { out: '', errors: '' };
  child.stdout?.on('data', (text) => (texts.out += String(text)));
  child.stderr?.on('data', (text) => {
    texts.errors += String(text);
    for (const line of String(text).split('\n')) if (line !== '') say(line);
  });
  const status = await new Promise((resolve) => child.once('close', resolve));
  if (status !== 0) throw new Error(texts.errors);
  return JSON.parse(texts.out) as Run;
}
