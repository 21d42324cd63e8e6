import { Caller } from "./caller.ts";
import { CHAT, MESSAGES, chatBody, read } from "./client.ts";
import { slotMark } from "./host.ts";
import { startFollower, startPool, startWay, type Way } from "./lenders.ts";
import { startWatched, startWith, startWithout } from "./control.ts";
import { load, warmUp } from "./load.ts";
import { Model } from "./model.ts";
import { type Figure, figure, takeTurns } from "./rounds.ts";
import { type Subject, startBaseline, startBridge } from "./subject.ts";
import { prose, words } from "./text.ts";
import { agentTools } from "./tools.ts";

/** One way through the bridge beside the first of its group, which it is to be compared with. */
export interface WayRow {
  readonly group: string;
  readonly way: string;
  readonly callers: number;
  /** To the first character of a streamed answer; of deltas, the time of the whole answer. */
  readonly p50Ms: Figure;
  /** Requests, or deltas. */
  readonly perSecond: Figure;
  /** Of a request, or of a delta, in all the processes of the bridge. */
  readonly cpuMicros: Figure | undefined;
}

export interface WaysLot {
  readonly warmUpRequests: number;
  readonly rounds: number;
  readonly seconds: number;
  /** Deltas of one answer. */
  readonly deltas: number;
}

interface Sample {
  readonly p50: number;
  readonly perSecond: number;
  readonly cpuMicros: number | undefined;
}

interface Group {
  readonly name: string;
  readonly ways: readonly ((model: Model) => Promise<Subject>)[];
  readonly callers: readonly number[];
  readonly words: number;
  readonly measure: (subject: Subject, model: Model, callers: number, seconds: number) => Promise<Sample>;
}

const TRANSPORTS = (["stdio", "HTTP"] as const).flatMap((transport) =>
  (["legacy", "modern"] as const).map((era) => ({ transport, era })),
);
const ways = (streams: boolean): Group["ways"] =>
  TRANSPORTS.map(
    (way: Omit<Way, "streams">) => (model) =>
      startWay(`${way.transport} ${way.era}`, { ...way, streams }, model),
  );
const named = async (name: string, subject: Promise<Subject>): Promise<Subject> => ({
  ...(await subject),
  name,
});

/** The same question to each API. */
const APIS: Readonly<Record<string, { readonly path: string; readonly body: (content: string) => object }>> =
  {
    "chat completions": { path: CHAT, body: (content) => ({ ...asking(content), max_tokens: 8_000 }) },
    messages: { path: MESSAGES, body: (content) => ({ ...asking(content), max_tokens: 8_000 }) },
    gemini: {
      path: "/v1beta/models/bench-model:streamGenerateContent?alt=sse",
      body: (text) => ({ contents: [{ role: "user", parts: [{ text }] }] }),
    },
    ollama: { path: "/api/chat", body: asking },
  };

function asking(content: string): object {
  return { model: "bench-model", stream: true, messages: [{ role: "user", content }] };
}

export const AGENT = "A 100 kB request of a coding agent with 30 tools";
export const DELTAS = "Deltas through the streaming extension";
export const FOLLOWER = "Leader and follower";

const groups = (deltas: number): readonly Group[] => [
  {
    name: AGENT,
    ways: [
      (model) => startBaseline(model),
      (model) => named("bridge, text-only host", startBridge(model)),
      (model) => named("bridge, native host", startBridge(model, { native: true })),
    ],
    callers: [1],
    words: 20,
    measure: agent,
  },
  {
    name: "APIs",
    ways: Object.keys(APIS).map((api) => (model) => named(api, startBridge(model))),
    callers: [1, 16],
    words: 200,
    measure: api,
  },
  { name: "Transports and eras", ways: ways(false), callers: [1, 4], words: 20, measure: chat },
  {
    name: DELTAS,
    ways: ways(true),
    callers: [1],
    words: deltas,
    measure: stream,
  },
  {
    name: FOLLOWER,
    ways: [
      (model) => named("one process", startBridge(model)),
      (model) => startFollower("through a follower", model),
    ],
    callers: [1, 16],
    words: 20,
    measure: chat,
  },
  {
    name: "Control",
    ways: [startWithout, startWith, startWatched],
    callers: [1, 16],
    words: 20,
    measure: chat,
  },
  {
    name: "Pool",
    ways: [1, 4, 16].map(
      (size) => (model) => startPool(`${size} ${size === 1 ? "host" : "hosts"}`, size, model),
    ),
    callers: [1, 16],
    words: 20,
    measure: chat,
  },
];

export async function measureWays({ warmUpRequests, rounds, seconds, deltas }: WaysLot): Promise<WayRow[]> {
  const rows: WayRow[] = [];
  for (const group of groups(deltas)) {
    const model = new Model();
    const subjects: Subject[] = [];
    try {
      for (const start of group.ways) subjects.push(await start(model));
      model.text = words(20);
      for (const subject of subjects) await warmUp(subject, model, warmUpRequests);
      model.text = words(group.words);
      for (const callers of group.callers) {
        const all = await takeTurns(subjects, rounds + 1, (subject) =>
          group.measure(subject, model, callers, seconds),
        );
        for (const [way, [_warmUp, ...samples]] of Object.entries(all)) {
          rows.push({ group: group.name, way, callers, ...figures(samples) });
        }
      }
    } finally {
      await Promise.all(subjects.map((subject) => subject.stop()));
    }
  }
  return rows;
}

function figures(samples: readonly Sample[]): Pick<WayRow, "p50Ms" | "perSecond" | "cpuMicros"> {
  const cpu = samples.flatMap(({ cpuMicros }) => cpuMicros ?? []);
  return {
    p50Ms: figure(samples.map(({ p50 }) => p50)),
    perSecond: figure(samples.map(({ perSecond }) => perSecond)),
    cpuMicros: cpu.length > 0 ? figure(cpu) : undefined,
  };
}

function chat(subject: Subject, model: Model, concurrency: number, seconds: number): Promise<Sample> {
  return load(subject, model, { concurrency, promptBytes: 100, stream: true, seconds });
}

function api(subject: Subject, model: Model, concurrency: number, seconds: number): Promise<Sample> {
  const asked = APIS[subject.name];
  if (asked === undefined) throw new Error(`There is no API ${subject.name}.`);
  const { path, body } = asked;
  const request = {
    path,
    body: (slot: number) => Buffer.from(JSON.stringify(body(slotMark(slot) + prose(100)))),
  };
  return load(subject, model, { concurrency, promptBytes: 100, stream: true, seconds, request });
}

/** The baseline knows neither this API nor tools: it gets a prompt of the same size. */
function agent(subject: Subject, model: Model, concurrency: number, seconds: number): Promise<Sample> {
  const options = { concurrency, promptBytes: AGENT_BYTES, stream: true, seconds };
  const request = { path: MESSAGES, body: agentBody };
  return load(subject, model, subject.name === "baseline" ? options : { ...options, request });
}

const AGENT_BYTES = 100_000;

function agentBody(slot: number): Buffer {
  const tools = agentTools(30).map(({ name, description, inputSchema }) => ({
    name,
    description,
    input_schema: inputSchema,
  }));
  const room = AGENT_BYTES - JSON.stringify(tools).length;
  const messages = [{ role: "user", content: slotMark(slot) + prose(room - 200) }];
  return Buffer.from(
    JSON.stringify({ model: "bench-model", max_tokens: 8_000, stream: true, messages, tools }),
  );
}

/** Streams answers of the host's own deltas, one after the other, and checks once that it is the model's. */
async function stream(subject: Subject, model: Model, _callers: number, seconds: number): Promise<Sample> {
  const body = chatBody(0, 100, true);
  const { text } = await read(subject.port, body);
  if (text !== model.text) throw new Error(`${subject.name} altered the answer`);
  const deltas = model.text.split(" ").length;
  const caller = await Caller.connect(subject.port, body, CHAT);
  const before = await subject.usage();
  const times: number[] = [];
  const until = performance.now() + seconds * 1_000;
  do times.push((await caller.call()).total);
  while (performance.now() < until);
  const after = await subject.usage();
  caller.close();
  const { median: p50 } = figure(times);
  const cpuMicros = before && after && (after.cpuMicros - before.cpuMicros) / (times.length * deltas);
  return { p50, perSecond: deltas / (p50 / 1_000), cpuMicros };
}
