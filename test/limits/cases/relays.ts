import { once } from "node:events";
import { WebSocket } from "ws";
import { RELAY_PATH, RELAY_PROTOCOL } from "../../../src/hosts/relay/protocol.ts";
import { hostInfo } from "../../support/hosts/host-info.ts";
import { chat, checkReply, send, type LimitCase, type Target } from "../case.ts";

/** What comes over a relay: from strangers who have not shown a key, and from a lender who has. */
const KEY = "a-key-for-hosts";
const HOST_KEYS = { MCPTB_HOST_KEY: KEY } as const;

async function opened({ url }: Target, key?: string): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace("http", "ws")}${RELAY_PATH}`, RELAY_PROTOCOL, {
    headers: key === undefined ? {} : { authorization: `Bearer ${key}` },
    perMessageDeflate: false,
  });
  socket.on("error", () => undefined);
  const first = key === undefined ? undefined : once(socket, "message");
  await once(socket, "open");
  await first;
  return socket;
}

/** Sends as a stranger; settles when the bridge has closed the connection. */
async function sentByStranger(bridge: Target, data: string | Buffer): Promise<void> {
  const socket = await opened(bridge);
  const closed = once(socket, "close");
  socket.send(data);
  await closed;
}

const FIRST_WORDS: readonly (readonly [string, number, (size: number) => string | Buffer])[] = [
  ["as much as a message may be", 63 * 1_048_576, (size) => "[".repeat(size)],
  ["bytes that are no text", 16 * 1_048_576, (size) => Buffer.alloc(size, 0xff)],
  ["JSON that nests deep", 1000, (size) => "[".repeat(size)],
  ["members that are not asked for", 100, (size) => `{"nonce":"${"a".repeat(size)}","more":1}`],
];

const STRANGERS: readonly LimitCase[] = [
  ...FIRST_WORDS.map(([name, size, words]): LimitCase => ({
    name: `a stranger's first words at the relay: ${name}`,
    size,
    env: HOST_KEYS,
    memoryMb: 128,
    act: (bridge, at) => sentByStranger(bridge, words(at)),
  })),
  {
    name: "strangers who hold the places of those who prove themselves",
    size: 400,
    env: HOST_KEYS,
    async act(bridge, size) {
      const idle = await Promise.all(Array.from({ length: size }, () => opened(bridge)));
      const lender = await opened(bridge, KEY);
      for (const socket of [...idle, lender]) socket.terminate();
    },
  },
];

/** A host that a relay lends. */
const { transport: _, ...lent } = hostInfo({ id: "h", label: "lent", abilities: { deltas: true } });
const host = (changed: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({ type: "host", info: { ...lent, ...changed } });

/** Sends as a lender; settles when the bridge has read it, or has closed the connection. */
async function sentByLender(bridge: Target, messages: Iterable<string>): Promise<void> {
  const socket = await opened(bridge, KEY);
  const closed = once(socket, "close");
  const settled = Promise.race([closed, once(socket, "pong")]);
  for (const message of messages) socket.send(message);
  socket.ping();
  await settled;
  socket.terminate();
  await closed;
}

const repeated = (count: number, message: (index: number) => string): string[] =>
  Array.from({ length: count }, (_, index) => message(index));

const SAID: readonly (readonly [string, number, (size: number) => string[]])[] = [
  ["a message that nests deep", 8_000_000, (size) => ["[".repeat(size)]],
  ["a message of very many values", 8_000_000, (size) => [`[${"0,".repeat(size)}0]`]],
  [
    "an event that nests deep",
    4_000_000,
    (size) => [`{"type":"event","id":1,"event":${"[".repeat(size)}${"]".repeat(size)}}`],
  ],
  ["text that is no JSON", 16_000_000, (size) => ["x".repeat(size)]],
  [
    "names without end",
    4_000_000,
    (size) => [host({ label: "l".repeat(size), name: "n".repeat(size), version: "\u0007".repeat(size) })],
  ],
  ["a model name without end", 15_000_000, (size) => [host({ models: ["m".repeat(size)] })]],
  ["models without number", 9000, (size) => [host({ models: repeated(size, (index) => `m${index}`) })]],
  ["hosts without number", 10_000, (size) => repeated(size, (index) => host({ id: `h${index}` }))],
  [
    "a host that changes over and over",
    20_000,
    (size) => repeated(size, (index) => host({ version: String(index) })),
  ],
  [
    "a host that comes and goes",
    20_000,
    (size) => repeated(size, (index) => (index % 2 ? `{"type":"host-gone","host":"h"}` : host({}))),
  ],
  [
    "events of turns that do not run",
    50_000,
    (size) => repeated(size, (index) => `{"type":"event","id":${index},"event":{}}`),
  ],
];

/** Answers the first turn with these events, each a member of a message; the last one ends the turn, if none does. */
function answersWith(bridge: Target, events: (size: number) => Iterable<string>) {
  return async (size: number): Promise<void> => {
    const socket = await opened(bridge, KEY);
    const closed = once(socket, "close");
    const run = new Promise<number>((resolve) => {
      socket.on("message", (data: Buffer) => {
        const message = JSON.parse(data.toString("utf8")) as { readonly type: string; readonly id: number };
        if (message.type === "run") resolve(message.id);
      });
    });
    socket.send(host({}));
    await attached(bridge);
    const { path, body } = chat({});
    const reply = send(bridge.url, { path, body, headers: { "x-mcp-host": "lent" } });
    // A reply that comes before the host was asked is none of its.
    const id = await Promise.race([run, reply.then(({ body: told }) => Promise.reject(new Error(told)))]);
    for (const event of events(size)) socket.send(`{"type":"event","id":${id},"event":${event}}`);
    socket.send(`{"type":"end","id":${id}}`);
    checkReply(await reply, { status: [200, 502] });
    socket.terminate();
    await closed;
    await attached(bridge, false);
  };
}

async function attached({ url }: Target, isThere = true): Promise<void> {
  for (;;) {
    const { hosts } = (await (await fetch(`${url}/ready`)).json()) as { hosts: { transport: string }[] };
    if (hosts.some(({ transport }) => transport === "relay") === isThere) return;
  }
}

const start = `{"type":"turn-start"}`;
const text = (piece: string): string => `{"type":"text-delta","id":"t","text":${JSON.stringify(piece)}}`;
const turn = (...pieces: string[]): string[] => [start, `{"type":"text-start","id":"t"}`, ...pieces];
const usage = (figure: string): string =>
  `{"type":"turn-end","stopReason":{"unified":"end"},"usage":{"inputTokens":${figure},"outputTokens":${figure},"estimated":false}}`;

const ANSWERS: readonly (readonly [string, number, (size: number) => string[]])[] = [
  ["very many pieces", 100_000, (size) => turn(...repeated(size, () => text("a")))],
  ["one long piece", 8_000_000, (size) => turn(text("a ".repeat(size / 2)))],
  [
    "blocks that are never closed",
    50_000,
    (size) => [start, ...repeated(size, (index) => `{"type":"text-start","id":"${index}"}`)],
  ],
  ["counts below nothing", 1, () => [...turn(text("a"), `{"type":"text-end","id":"t"}`), usage("-1")]],
  ["counts without end", 1, () => [...turn(text("a"), `{"type":"text-end","id":"t"}`), usage("1e308")]],
  ["pieces of no known form", 20_000, (size) => repeated(size, () => `{"type":"garbage"}`)],
];

const LENDERS: readonly LimitCase[] = [
  ...SAID.map(([name, size, messages]): LimitCase => ({
    name: `a lender says ${name}`,
    size,
    env: HOST_KEYS,
    act: (bridge, at) => sentByLender(bridge, messages(at)),
  })),
  ...ANSWERS.map(([name, size, events]): LimitCase => ({
    name: `a lender answers with ${name}`,
    size,
    env: HOST_KEYS,
    act: (bridge, at) => answersWith(bridge, events)(at),
  })),
];

export const cases: readonly LimitCase[] = [...STRANGERS, ...LENDERS];
