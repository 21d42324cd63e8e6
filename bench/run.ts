import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";

import { type Results, judge } from "./aims.ts";
import { measureDeltas } from "./deltas.ts";
import { measureLatency } from "./latency.ts";
import { startLitellm } from "./litellm.ts";
import { warmUp } from "./load.ts";
import { foreignLoad, machine } from "./machine.ts";
import { measureMemory } from "./memory.ts";
import { Model } from "./model.ts";
import { type Options, type Part, readOptions, usage } from "./options.ts";
import { type Plan, full, quick } from "./plan.ts";
import { measurePrompts } from "./prompts.ts";
import { report } from "./report.ts";
import { type Subject, startBaseline, startBridge } from "./subject.ts";

/** Everything ends by then, whatever hangs. */
const limitMinutes = 12;

const options = readOptions(process.argv.slice(2));
if (options) {
  setTimeout(() => {
    console.error(`The benchmark took longer than ${limitMinutes} minutes and was given up.`);
    process.exit(1);
  }, limitMinutes * 60_000).unref();
  await run(options, options.quick ? quick : full);
} else console.log(usage);

async function run(wanted: Options, plan: Plan): Promise<void> {
  const began = performance.now();
  const foreign: number[] = [await foreignLoad()];
  const results: Results = { latency: [], deltas: [], prompts: [], memory: [] };
  const wants = (part: Part): boolean => wanted.only.includes(part);

  if (wants("latency") || wants("deltas") || wants("prompts")) {
    await withSubjects(wanted, plan, async (subjects, litellm, model) => {
      if (wants("latency")) {
        const { cells, rounds } = plan.latency;
        results.latency.push(...(await measureLatency(subjects, model, cells, rounds)));
        foreign.push(await foreignLoad());
      }
      if (wants("latency") && litellm) {
        const { cells, rounds } = plan.litellm;
        results.latency.push(...(await measureLatency([litellm], model, cells, rounds)));
      }
      if (wants("deltas")) {
        for (const lot of plan.deltas) {
          results.deltas.push(...(await measureDeltas(subjects, model, lot, plan.rounds)));
        }
      }
      if (wants("prompts"))
        results.prompts.push(...(await measurePrompts(subjects, model, plan.prompts, plan.rounds)));
    });
    foreign.push(await foreignLoad());
  }
  if (wants("memory")) {
    for (const { promptBytes, counts } of plan.memory) {
      for (const start of starters(wanted)) {
        results.memory.push(...(await measureMemory(start, promptBytes, counts)));
      }
    }
    foreign.push(await foreignLoad());
  }

  const aims = judge(results);
  const facts = {
    ...machine(),
    commit: commit(),
    foreignLoad: foreign.map((share) => Math.round(share * 100) / 100),
  };
  const seconds = Math.round((performance.now() - began) / 1_000);
  console.log(`${JSON.stringify(facts)}\n${report(results, aims)}\nTook ${seconds} s.`);
  if (wanted.out)
    await writeFile(
      wanted.out,
      `${JSON.stringify({ ...facts, quick: wanted.quick, seconds, aims, ...results }, null, 2)}\n`,
    );
}

/** Runs `measure` with all servers started and warm, and ends them whatever happens. */
async function withSubjects(
  wanted: Options,
  plan: Plan,
  measure: (subjects: readonly Subject[], litellm: Subject | undefined, model: Model) => Promise<void>,
): Promise<void> {
  const model = new Model();
  const started: Subject[] = [];
  const start = async (subject: Promise<Subject>): Promise<Subject> => {
    started.push(await subject);
    return subject;
  };
  try {
    const subjects: Subject[] = [];
    for (const one of starters(wanted)) subjects.push(await start(one(model)));
    const litellm = wanted.litellm ? await start(startLitellm(wanted.litellm, model)) : undefined;
    model.text = "one two three four five";
    for (const subject of started) await warmUp(subject, model, plan.warmUpSeconds);
    await measure(subjects, litellm, model);
  } finally {
    await Promise.all(started.map((subject) => subject.stop()));
  }
}

function starters({ control, profile }: Options): readonly ((model: Model) => Promise<Subject>)[] {
  const nodeOptions = profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`];
  const bridge = (model: Model): Promise<Subject> =>
    control ? startBaseline(model, nodeOptions, "bridge") : startBridge(model, nodeOptions);
  return [(model) => startBaseline(model, nodeOptions), bridge];
}

function commit(): string {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}
