/** A lender under the test's control: raw messages over a real WebSocket. */
import { on, once } from "node:events";
import type { IncomingMessage } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import type { Host } from "../../../../src/hosts/host.ts";
import { Borrower } from "../../../../src/hosts/relay/borrow.ts";
import { WebSocketLink } from "../../../../src/hosts/relay/websocket-link.ts";
import { MAX_HOSTS, WINDOW } from "../../../../src/hosts/relay/protocol.ts";
import { BridgeError } from "../../../../src/turn/error.ts";
import type { TurnEvents } from "../../../../src/turn/event.ts";
import type { TurnRequest } from "../../../../src/turn/request.ts";
import { FakeHost } from "../../../support/hosts/fake-host.ts";
import { Gate } from "../../../support/streams/gate.ts";
import { verifies } from "../../../support/verifies.ts";
import { eventually } from "../../../support/streams/eventually.ts";

const { transport: _, ...INFO } = new FakeHost().describe();
const REQUEST: TurnRequest = {
  model: "auto",
  system: [],
  messages: [],
  tools: [],
  toolChoice: { type: "auto" },
  parallelToolCalls: true,
  responseFormat: { type: "text" },
  maxTokens: undefined,
  temperature: undefined,
  stopSequences: [],
  conversation: undefined,
};

interface Pair {
  /** The lender's end. */
  readonly lender: WebSocket;
  readonly send: (message: unknown) => void;
  /** The first host that it lends. */
  readonly host: Host;
  readonly attached: readonly Host[];
  /** Settles when the connection has ended: what the lender did wrong, if it did. */
  readonly fault: Promise<string | undefined>;
  /** The next message that the lender gets. */
  readonly heard: () => Promise<Record<string, unknown>>;
}

async function connect(): Promise<Pair> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  const lender = new WebSocket(`ws://127.0.0.1:${port}`);
  const messages = new Inbox(lender);
  onTestFinished(() => {
    lender.terminate();
    server.close();
  });
  const [socket, incoming] = (await once(server, "connection")) as [WebSocket, IncomingMessage];
  const attached: Host[] = [];
  const first = new Gate();
  const fault = new Promise<string | undefined>((resolve) => {
    const borrower = new Borrower({
      transport: "relay",
      mostHosts: MAX_HOSTS,
      link: new WebSocketLink(socket, incoming.socket),
      nextId: () => `host-${attached.length + 1}`,
      attach(host) {
        attached.push(host);
        first.open();
        return () => void attached.splice(attached.indexOf(host), 1);
      },
      onClosed: resolve,
    });
    onTestFinished(() => borrower.close());
  });
  await messages.opened;
  const send = (message: unknown): void => lender.send(JSON.stringify(message));
  send({ type: "host", info: INFO });
  await first.pass();
  const host = attached[0] as Host;
  return { lender, send, host, attached, fault, heard: () => messages.next() };
}

/** What the lender hears. */
class Inbox {
  readonly opened: Promise<unknown>;
  readonly #messages: AsyncIterator<unknown>;

  constructor(socket: WebSocket) {
    this.opened = once(socket, "open");
    this.#messages = on(socket, "message");
  }

  async next(): Promise<Record<string, unknown>> {
    const { value } = (await this.#messages.next()) as { value: [Buffer] };
    return JSON.parse(value[0].toString()) as Record<string, unknown>;
  }
}

/** Takes what comes; `undefined` when it ends well, else what it fails with. */
async function outcome(events: TurnEvents): Promise<unknown> {
  try {
    for await (const _event of events);
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}

const delta = (length: number): unknown => ({ type: "text-delta", id: "text", text: "x".repeat(length) });

verifies("relay.checked", "what is no message of ours ends the connection, and its turns", async () => {
  for (const bytes of ["{", "[]", `{"type":"run"}`, `{"type":"host","info":{}}`, Buffer.from([1, 2])]) {
    const { lender, host, attached, fault, heard } = await connect();
    const turn = outcome(host.run(REQUEST, new AbortController().signal));
    await heard();
    lender.send(bytes);
    expect(await fault).toMatch(/^a message (?:is not|has an)/);
    expect(await turn).toMatchObject({ code: "host_gone" });
    expect(attached).toEqual([]);
  }
});

verifies("relay.checked", "events of turns that do not run are passed over", async () => {
  const { send, host, heard } = await connect();
  send({ type: "event", id: 99, event: delta(1) });
  send({ type: "end", id: 99 });
  const turn = outcome(host.run(REQUEST, new AbortController().signal));
  const { id } = await heard();
  send({ type: "end", id });
  expect(await turn).toBeUndefined();
});

verifies(
  ["relay.checked", "relay.credit"],
  "more events than were asked for end the connection",
  async () => {
    const { send, host, fault, heard } = await connect();
    const turn = host.run(REQUEST, new AbortController().signal)[Symbol.asyncIterator]();
    const first = turn.next();
    const { id } = await heard();
    send({ type: "event", id, event: { type: "turn-start", model: "m" } });
    await first;
    for (let sent = 0; sent <= WINDOW; sent += WINDOW / 2)
      send({ type: "event", id, event: delta(WINDOW / 2) });
    expect(await fault).toContain("more events came than were requested");
    await turn.return?.();
  },
);

verifies("relay.credit", "more is asked for as events are taken, and not before", async () => {
  const { send, host, heard } = await connect();
  const turn = host.run(REQUEST, new AbortController().signal)[Symbol.asyncIterator]();
  const first = turn.next();
  const { id } = await heard();
  send({ type: "event", id, event: delta(WINDOW) });
  await first;
  expect(await heard()).toMatchObject({ type: "credit", id });
  await turn.return?.();
  expect(await heard()).toEqual({ type: "cancel", id });
});

verifies("relay.cancel", "the signal ends the turn with its reason, at once", async () => {
  const { host, heard } = await connect();
  const leaving = new AbortController();
  const turn = outcome(host.run(REQUEST, leaving.signal));
  const { id } = await heard();
  const reason = new BridgeError("shutting_down", "Enough.");
  leaving.abort(reason);
  expect(await turn).toBe(reason);
  expect(await heard()).toEqual({ type: "cancel", id });
});

test("what a host says about itself is kept up to date, and names are made safe", async () => {
  const { send, host, attached } = await connect();
  send({ type: "host", info: { ...INFO, name: "a\u0007b", label: "a\r\nb: c", models: ["m"] } });
  send({ type: "host", info: { ...INFO, id: "second" } });
  await eventually(() => expect(attached).toHaveLength(2));
  expect(host.describe()).toMatchObject({
    id: "host-1",
    name: "a b",
    // It stands in a header, and before a slash in model names.
    label: "a-b-c",
    models: ["m"],
    transport: "relay",
  });
});
