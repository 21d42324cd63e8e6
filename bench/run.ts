import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";

import { type Results, judge } from "./aims.ts";
import { CHAT } from "./client.ts";
import { type DeltasLot, type DeltasRow, measureDeltas } from "./deltas.ts";
import { type LatencyRow, measureLatency } from "./latency.ts";
import { writeDocs } from "./docs.ts";
import { measureEditorOffline } from "./editor.ts";
import { measureFootprint } from "./footprint.ts";
import { startLitellm } from "./litellm.ts";
import { warmUp } from "./load.ts";
import { foreignLoad, machine } from "./machine.ts";
import { measureMemory } from "./memory.ts";
import { Model } from "./model.ts";
import { type Options, type Part, readOptions, usage } from "./options.ts";
import { type Plan, full, quick } from "./plan.ts";
import { measurePrompts } from "./prompts.ts";
import { report } from "./report.ts";
import {
  type Start,
  type StartOptions,
  type Subject,
  startBaseline,
  startBridge,
  startControl,
} from "./subject.ts";
import { words } from "./text.ts";
import { measureTools } from "./tools.ts";
import { measureWays } from "./ways.ts";

/** Everything ends by then, whatever hangs. */
const LIMIT_MINUTES = 12;

const options = readOptions(process.argv.slice(2));
if (options) {
  setTimeout(() => {
    console.error(`The benchmark took longer than ${LIMIT_MINUTES} minutes and was given up.`);
    process.exit(1);
  }, LIMIT_MINUTES * 60_000).unref();
  await run(options, options.quick ? quick : full);
} else console.log(usage);

async function run(wanted: Options, plan: Plan): Promise<void> {
  const began = performance.now();
  const foreign: number[] = [await foreignLoad()];
  const results: Results = {
    latency: [],
    deltas: [],
    prompts: [],
    memory: [],
    tools: [],
    ways: [],
    footprint: [],
    editor: [],
  };
  const wants = (part: Part): boolean => wanted.only.includes(part);

  if (wants("footprint")) {
    results.footprint.push(await measureFootprint(plan.starts));
    foreign.push(await foreignLoad());
  }
  if (wants("latency") || wants("deltas") || wants("prompts")) {
    await withSubjects(wanted, plan, {}, async (subjects, model) => {
      if (wants("latency")) {
        const { cells, rounds } = plan.latency;
        results.latency.push(...(await measureLatency(subjects, model, cells, rounds)));
        foreign.push(await foreignLoad());
      }
      if (wants("deltas")) {
        const lots = plan.deltas.filter(({ unit }) => unit !== "host");
        for (const lot of lots) results.deltas.push(...(await measureLot(subjects, model, lot, plan)));
      }
      if (wants("prompts"))
        results.prompts.push(...(await measurePrompts(subjects, model, plan.prompts, plan.rounds)));
    });
    foreign.push(await foreignLoad());
  }
  const passedOn = plan.deltas.filter(({ unit }) => unit === "host");
  if (wants("deltas") && passedOn.length > 0) {
    await withSubjects(wanted, plan, { streams: true }, async (subjects, model) => {
      for (const lot of passedOn) results.deltas.push(...(await measureLot(subjects, model, lot, plan)));
    });
  }
  if (wants("litellm") && wanted.litellm !== undefined) {
    results.latency.push(...(await latencyOfLitellm(wanted.litellm, plan)));
  }
  if (wants("memory")) {
    for (const { promptBytes, counts } of plan.memory) {
      for (const start of starters(wanted)) {
        results.memory.push(...(await measureMemory(start, promptBytes, counts)));
      }
    }
    foreign.push(await foreignLoad());
  }

  if (wants("tools")) results.tools.push(...(await measureTools()));

  if (wants("ways")) {
    results.ways.push(...(await measureWays(plan.ways)));
    foreign.push(await foreignLoad());
  }

  if (wants("editor")) {
    results.editor.push(await measureEditorOffline(plan.editor));
    foreign.push(await foreignLoad());
  }

  const aims = judge(results);
  const facts = {
    ...machine(),
    commit: commit(),
    foreignLoad: foreign.map((share) => Math.round(share * 100) / 100),
  };
  const seconds = Math.round((performance.now() - began) / 1_000);
  const tables = report(results, aims);
  console.log(`${JSON.stringify(facts)}\n${tables}\nTook ${seconds} s.`);
  if (wanted.docs) await writeDocs(facts, tables);
  if (wanted.out)
    await writeFile(
      wanted.out,
      `${JSON.stringify({ ...facts, quick: wanted.quick, seconds, aims, ...results }, null, 2)}\n`,
    );
}

/** The baseline speaks one dialect only. */
function measureLot(
  subjects: readonly Subject[],
  model: Model,
  lot: DeltasLot,
  { rounds }: Plan,
): Promise<DeltasRow[]> {
  const able = subjects.filter(({ name }) => name !== "baseline" || lot.path === CHAT);
  return measureDeltas(able, model, lot, rounds);
}

/** Runs `measure` with both servers started and warm, and ends them whatever happens. */
async function withSubjects(
  wanted: Options,
  plan: Plan,
  options: StartOptions,
  measure: (subjects: readonly Subject[], model: Model) => Promise<void>,
): Promise<void> {
  const model = new Model();
  const subjects: Subject[] = [];
  try {
    for (const start of starters(wanted, options)) subjects.push(await start(model));
    model.text = words(20);
    for (const subject of subjects) await warmUp(subject, model, plan.warmUpRequests);
    await measure(subjects, model);
  } finally {
    await Promise.all(subjects.map((subject) => subject.stop()));
  }
}

async function latencyOfLitellm(executable: string, plan: Plan): Promise<LatencyRow[]> {
  const model = new Model();
  const subject = await startLitellm(executable, model);
  try {
    model.text = words(20);
    await warmUp(subject, model, plan.warmUpRequests);
    return await measureLatency([subject], model, plan.litellm.cells, plan.litellm.rounds);
  } finally {
    await subject.stop();
  }
}

/** What to measure against what. */
function starters({ control, profile }: Options, options: StartOptions = {}): readonly Start[] {
  const node = profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`];
  const bridge = control ? startControl : startBridge;
  return [startBaseline, bridge].map((start) => (model) => start(model, { ...options, node }));
}

function commit(): string {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
  } catch {
    return "unknown";
  }
}
