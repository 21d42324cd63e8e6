/**
 * Messages that are almost right, to either side of a relay, before and after the proof, over real WebSockets: whatever comes, the
 * connection goes on or ends with a word for the log, every turn ends, and nothing is left over.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import * as fc from "fast-check";
import { expect, onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { createRelays } from "../../../src/hosts/relay/accept.ts";
import { connectRelay } from "../../../src/hosts/relay/connect.ts";
import { RelayRefused } from "../../../src/hosts/relay/greeting.ts";
import { encodeEvent } from "../../../src/turn/event.ts";
import { relayRoute } from "../../../src/server/relay-route.ts";
import { failingTurnEvents, turnEvents } from "../../support/data/arbitraries.ts";
import { gather } from "../../support/streams/events.ts";
import { FakeHost } from "../../support/hosts/fake-host.ts";
import { borrowerAt, Inbox, lenderAt, socketPair, type SocketPair } from "../../support/bridge/relay-pair.ts";
import { turnRequest } from "../../support/data/turn-request.ts";
import { fuzzed } from "./fuzzed.ts";

const { transport: _, ...INFO } = new FakeHost().describe();

type Message = string | Buffer;

const nested = (levels: number): unknown => JSON.parse("[".repeat(levels) + "]".repeat(levels));
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(-1, 0.5, 1e308, -0, "", "\u001B[2J\u0007", null, true, [], {}, "constructor"),
  fc.constantFrom<unknown>(
    "x".repeat(20_000),
    Array.from({ length: 2000 }, () => 0),
    nested(270),
    nested(2000),
  ),
  fc.jsonValue({ maxDepth: 4 }),
);

/** Mostly the right thing. */
function mostly<Value>(right: fc.Arbitrary<Value>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: right }, { weight: 1, arbitrary: hostile });
}

/** An object with some of its members wrong, missing or more than there should be. */
function almost(object: Readonly<Record<string, unknown>>): fc.Arbitrary<unknown> {
  const members = Object.entries(object).map(([name, value]) => [name, mostly(fc.constant(value))] as const);
  return fc
    .tuple(fc.record(Object.fromEntries(members)), fc.subarray(Object.keys(object)), fc.nat(9))
    .map(([whole, missing, chance]) =>
      chance > 0
        ? whole
        : Object.fromEntries(Object.entries(whole).filter(([name]) => !missing.includes(name))),
    );
}

const id = mostly(fc.nat(4));
const event = fc
  .oneof(turnEvents(), failingTurnEvents())
  .chain((events) => fc.constantFrom(...events))
  .chain((one) => almost(encodeEvent(one) as Record<string, unknown>));
const error = almost({ code: "host_failed", message: "It failed.", param: "tools" });

function message(...shapes: readonly fc.Arbitrary<unknown>[]): fc.Arbitrary<Message> {
  return fc.oneof(
    { weight: 20, arbitrary: fc.oneof(...shapes).map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: hostile.map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: fc.string() },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)) },
  );
}

const toBorrower = message(
  fc.record({ type: fc.constant("host"), info: almost({ ...INFO, models: ["m"], running: 1, slots: 2 }) }),
  fc.record({ type: fc.constant("host-gone"), host: mostly(fc.constant(INFO.id)) }),
  fc.record({ type: fc.constant("event"), id, event: mostly(event) }),
  fc.record({ type: fc.constant("event"), id, event: mostly(event) }),
  fc.record({ type: fc.constant("end"), id, error: mostly(error) }, { requiredKeys: ["type", "id"] }),
);
const toLender = message(
  fc.record({
    type: fc.constant("run"),
    id: mostly(fc.nat(100)),
    host: mostly(fc.constant("fake")),
    request: mostly(almost({ ...turnRequest({ maxTokens: 5, conversation: "c", hints: ["h"] }) })),
  }),
  fc.record({ type: fc.constant("credit"), id, size: mostly(fc.nat()) }),
  fc.record({ type: fc.constant("cancel"), id }),
);
const nonce = "A".repeat(43);
const greeting = message(
  almost({ nonce }),
  almost({ nonce, to: "ws://127.0.0.1/relay" }),
  almost({ nonce, proof: nonce }),
  almost({ proof: nonce }),
  almost({ welcome: true, proof: nonce }),
);

const several = (one: fc.Arbitrary<Message>): fc.Arbitrary<Message[]> =>
  fc.array(one, { minLength: 1, maxLength: 20 });

/** Sends what the other side is to get, and closes in good order. */
async function sendAll(socket: WebSocket, messages: readonly Message[]): Promise<void> {
  const closed = socket.readyState === WebSocket.CLOSED ? undefined : once(socket, "close");
  for (const one of messages) if (socket.readyState === WebSocket.OPEN) socket.send(one);
  socket.close(1000);
  await closed;
}

/** Runs a property over what several messages may be. */
type Hold = (property: fc.IAsyncPropertyWithHooks<[Message[]]>) => Promise<void>;

async function pairOf(): Promise<SocketPair> {
  const pair = await socketPair();
  for (const socket of [pair.near, pair.far]) socket.on("error", () => undefined);
  return pair;
}

interface RelayProperty {
  readonly name: string;
  readonly run: (hold: Hold) => Promise<void>;
}

const PROPERTIES: readonly RelayProperty[] = [
  {
    name: "a borrower stands whatever a lender says",
    run: (hold) =>
      hold(
        fc.asyncProperty(several(toBorrower), async (messages) => {
          const pair = await pairOf();
          const { first, fault, attached } = borrowerAt(pair);
          pair.near.send(JSON.stringify({ type: "host", info: INFO }));
          const host = await first;
          const turns = [1, 2].map(() =>
            gather(host.run(turnRequest(), new AbortController().signal)).catch((thrown: unknown) => thrown),
          );
          await sendAll(pair.near, messages);
          expect(["string", "undefined"]).toContain(typeof (await fault));
          await Promise.all(turns);
          expect(attached).toEqual([]);
        }),
      ),
  },
  {
    name: "a lender stands whatever a borrower asks",
    run: (hold) =>
      hold(
        fc.asyncProperty(several(toLender), async (messages) => {
          const pair = await pairOf();
          const host = new FakeHost();
          const { fault, lender, defects } = lenderAt(pair, [host]);
          await new Inbox(pair.far).next("host");
          await sendAll(pair.far, messages);
          expect(["string", "undefined"]).toContain(typeof (await fault));
          await lender.stop(1000);
          await expect.poll(() => host.describe().running).toBe(0);
          expect(defects).toEqual([]);
        }),
      ),
  },
  {
    name: "whoever accepts stands whatever a stranger says, and takes no host from it",
    run: async (hold) => {
      const faults: string[] = [];
      let attached = 0;
      const relays = createRelays({
        nextId: () => "host",
        attach() {
          attached += 1;
          return () => undefined;
        },
        onFault: (words) => faults.push(words),
      });
      const route = relayRoute({
        relays,
        hostKeys: ["key"],
        secret: "secret",
        host: "127.0.0.1",
        allowedHosts: [],
      });
      const server = createServer().on("upgrade", route).listen(0, "127.0.0.1");
      await once(server, "listening");
      onTestFinished(() => {
        relays.close();
        server.close();
      });
      const { port } = server.address() as { port: number };
      await hold(
        fc.asyncProperty(several(greeting), async (messages) => {
          const socket = new WebSocket(`ws://127.0.0.1:${port}/relay`, "mcptb-relay.1");
          socket.on("error", () => undefined);
          await once(socket, "open");
          await sendAll(socket, messages);
        }),
      );
      expect(attached).toBe(0);
      expect(new Set(faults.map((words) => words.replace(/:.*/s, "")))).toEqual(
        new Set(["A relay was refused"]),
      );
    },
  },
  {
    name: "whoever connects stands whatever a stranger says, and lends it nothing",
    run: async (hold) => {
      const server = createServer();
      const sockets = new WebSocketServer({ server, handleProtocols: () => "mcptb-relay.1" });
      server.listen(0, "127.0.0.1");
      await once(server, "listening");
      onTestFinished(() => {
        sockets.close();
        server.close();
      });
      const { port } = server.address() as { port: number };
      const url = `http://127.0.0.1:${port}`;
      await hold(
        fc.asyncProperty(several(greeting), async (messages) => {
          const talking = once(sockets, "connection").then(([socket]: WebSocket[]) => {
            socket?.on("error", () => undefined);
            return socket && sendAll(socket, messages);
          });
          const auth = messages.length % 2 === 0 ? { secret: "secret" } : { key: "key" };
          await expect(connectRelay({ url, auth }, new AbortController().signal)).rejects.toThrow(
            RelayRefused,
          );
          await talking;
        }),
      );
    },
  },
];

/** Each property, for a number of runs. */
export const RELAY_PROPERTIES = PROPERTIES.map(({ name, run }) => ({
  name,
  fuzz: (runs: number): Promise<void> =>
    run((property) => fc.assert(property, fuzzed(`relays (${name})`, runs))),
}));
