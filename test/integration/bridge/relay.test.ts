import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished } from "vitest";
import { WebSocketServer } from "ws";
import type { Host } from "../../../src/hosts/host.ts";
import type { RelayAuth } from "../../../src/hosts/relay/connect.ts";
import { BridgeError } from "../../../src/turn/error.ts";
import type { TurnEvents } from "../../../src/turn/event.ts";
import { ask, errorOf } from "../../support/bridge/ask.ts";
import { eventsOf, textTurn } from "../../support/streams/events.ts";
import { FakeHost } from "../../support/hosts/fake-host.ts";
import { Gate } from "../../support/streams/gate.ts";
import { lendTo, type LendingBridge } from "../../support/bridge/lending-bridge.ts";
import { RawConnection, rawRequest } from "../../support/bridge/raw-http.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";
import { eventually } from "../../support/streams/eventually.ts";

const SECRET = "a secret of this test";
const HOST_KEY = "a-key-for-hosts";

async function startLeader(settings: Parameters<typeof startBridge>[0] = {}): Promise<RunningBridge> {
  const running = await startBridge({ hostKey: HOST_KEY, ...settings }, { relaySecret: SECRET });
  onTestFinished(() => running.bridge.stop());
  return running;
}

/** Waits until the bridge has so many hosts. */
async function hosts(url: string, count: number): Promise<{ readonly transport: string }[]> {
  for (;;) {
    const state = (await (await fetch(`${url}/ready`)).json()) as { hosts: { transport: string }[] };
    if (state.hosts.length === count) return state.hosts;
  }
}

async function pair(
  host: Host,
  settings: Parameters<typeof startBridge>[0] = {},
): Promise<RunningBridge & { readonly lender: LendingBridge }> {
  const leader = await startLeader(settings);
  const lender = await lendTo(leader.url, { secret: SECRET }, [host]);
  await hosts(leader.url, 1);
  return { ...leader, lender };
}

verifies("relay.same-answer", "a client gets the answer of a host behind the relay", async () => {
  const host = new FakeHost({ abilities: { deltas: true } });
  const { url } = await pair(host);
  expect((await hosts(url, 1))[0]?.transport).toBe("relay");
  const whole = (await (await ask(url, "openai-chat", { text: "Frage 🙂" })).json()) as {
    choices: { message: { content: string } }[];
  };
  expect(whole.choices[0]?.message.content).toBe("answer");
  expect(host.asked[0]?.messages[0]?.parts).toEqual([{ type: "text", text: "Frage 🙂" }]);
  expect(await (await ask(url, "anthropic-messages", { stream: true })).text()).toContain("message_stop");
});

verifies("relay.same-answer", "the hints that a name has become reach the host", async () => {
  const host = new FakeHost();
  const { url } = await pair(host, { modelAlias: "fast=copilot/gpt-5-mini|haiku" });
  await ask(url, "openai-chat", { body: { model: "fast" } });
  expect(host.asked[0]).toMatchObject({ model: "fast", hints: ["copilot/gpt-5-mini", "haiku"] });
});

verifies("relay.same-answer", "an error of the host keeps its code, words and field", async () => {
  const error = new BridgeError("unsupported_feature", "The host takes no such thing.", { param: "tools" });
  const { url } = await pair(
    new FakeHost({
      // oxlint-disable-next-line require-yield
      answer: async function* () {
        throw error;
      },
    }),
  );
  const response = await ask(url, "openai-chat");
  expect(response.status).toBe(400);
  expect(await errorOf(response)).toMatchObject({ message: "The host takes no such thing.", param: "tools" });
});

verifies("relay.cancel", "a client that leaves cancels its turn at the host", async () => {
  const started = new Gate();
  const cancelled = new Gate();
  const host = new FakeHost({
    // oxlint-disable-next-line require-yield
    answer: async function* (_request, signal): TurnEvents {
      signal.addEventListener("abort", () => cancelled.open());
      started.open();
      await new Gate().pass(signal);
    },
  });
  const { url } = await pair(host);
  const leaving = new AbortController();
  const asked = ask(url, "openai-chat", { signal: leaving.signal });
  await started.pass();
  leaving.abort();
  await expect(asked).rejects.toThrow("aborted");
  await cancelled.pass();
});

verifies("relay.credit", "a client that does not read holds the host back", async () => {
  const pieces = 4000;
  let sent = 0;
  const whole = new Gate();
  const host = new FakeHost({
    abilities: { deltas: true },
    answer: async function* (): TurnEvents {
      for (const event of textTurn(...Array.from({ length: pieces }, () => "x".repeat(10_000)))) {
        sent += 1;
        yield Promise.resolve(event);
      }
      whole.open();
    },
  });
  const { url } = await pair(host, { stallMs: 60_000 });
  const connection = await RawConnection.open(url);
  connection.socket.pause();
  const body = JSON.stringify({ model: "auto", stream: true, messages: [{ role: "user", content: "?" }] });
  connection.send(rawRequest("POST /v1/chat/completions", { "content-type": "application/json" }, body));
  // It stands still when what fits on the way is full.
  await eventually(async () => {
    const before = sent;
    expect(before).toBeGreaterThan(0);
    await sleep(300);
    expect(sent).toBe(before);
  });
  expect(sent).toBeLessThan(pieces / 2);
  connection.socket.resume();
  await whole.pass();
  connection.cut();
});

verifies("relay.gone", "a turn ends with host_gone when the relay ends, and is not sent again", async () => {
  const started = new Gate();
  const answer = async function* (_request: unknown, signal: AbortSignal): TurnEvents {
    started.open();
    await new Gate().pass(signal);
    yield* eventsOf(textTurn("late"));
  };
  const host = new FakeHost({ answer });
  const { url, lender } = await pair(host);
  const asked = ask(url, "anthropic-messages");
  await started.pass();
  await lender.bridge.stop();
  const response = await asked;
  expect(response.status).toBe(502);
  expect((await errorOf(response)).message).toContain("fake-host");
  await hosts(url, 0);
  expect((await ask(url, "openai-chat")).status).toBe(503);
  expect(host.asked).toHaveLength(1);
});

verifies("relay.draining", "turns at a lent host may end while its process stops", async () => {
  const started = new Gate();
  const gate = new Gate();
  const host = new FakeHost({
    answer: async function* (): TurnEvents {
      started.open();
      await gate.pass();
      yield* eventsOf(textTurn("in time"));
    },
  });
  const leader = await startLeader();
  const lender = await lendTo(leader.url, { secret: SECRET }, [host], { drainMs: 10_000 });
  await hosts(leader.url, 1);
  const asked = ask(leader.url, "openai-chat");
  await started.pass();
  const stopped = lender.bridge.stop();
  await hosts(leader.url, 0);
  gate.open();
  expect(await (await asked).text()).toContain("in time");
  await stopped;
});

verifies("relay.draining", "a leader that stops lets turns at lent hosts end", async () => {
  const started = new Gate();
  const gate = new Gate();
  const host = new FakeHost({
    answer: async function* (): TurnEvents {
      started.open();
      await gate.pass();
      yield* eventsOf(textTurn("in time"));
    },
  });
  const { bridge, url, lender } = await pair(host, { drainMs: 10_000 });
  const asked = ask(url, "openai-chat");
  await started.pass();
  const stopped = bridge.stop();
  gate.open();
  expect(await (await asked).text()).toContain("in time");
  await stopped;
  await lender.lending.closed;
});

verifies("relay.gone", "a host that its process loses goes from the pool alone", async () => {
  const leader = await startLeader();
  const [first, second] = [new FakeHost({ id: "one" }), new FakeHost({ id: "two" })];
  const lender = await lendTo(leader.url, { key: HOST_KEY }, [first, second]);
  await hosts(leader.url, 2);
  lender.detach(first);
  await hosts(leader.url, 1);
  await (await ask(leader.url, "openai-chat")).text();
  expect([first.asked.length, second.asked.length]).toEqual([0, 1]);
});

verifies("relay.keys", "nobody lends without a key of hosts or the secret", async () => {
  const { url } = await startLeader({ apiKey: "a-key-for-clients" });
  const refused: (readonly [RelayAuth, RegExp])[] = [
    [{ key: "wrong" }, /the key is not one of its --host-key/],
    [{ key: "a-key-for-clients" }, /the key is not one of its --host-key/],
    [{ secret: "another" }, /is not the expected bridge: it does not know the secret/],
  ];
  for (const [auth, message] of refused) {
    await expect(lendTo(url, auth, [new FakeHost()])).rejects.toThrow(message);
  }
  await lendTo(url, { key: HOST_KEY }, [new FakeHost()]);
  const closed = await startBridge();
  onTestFinished(() => closed.bridge.stop());
  await expect(lendTo(closed.url, { secret: SECRET }, [])).rejects.toThrow("the key is not one of its");
});

const UPGRADE = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
  "sec-websocket-version": "13",
  "sec-websocket-protocol": "mcptb-relay.1",
};

verifies("relay.web", "an Origin or a foreign Host opens no relay, key or not", async () => {
  const { url } = await startLeader();
  const reply = async (headers: Readonly<Record<string, string>>): Promise<number> => {
    const connection = await RawConnection.open(url);
    connection.send(rawRequest("GET /relay", { ...UPGRADE, ...headers }));
    const status = Number(/ (\d{3}) /.exec(await connection.until("\r\n\r\n"))?.[1]);
    connection.cut();
    return status;
  };
  const authorization = `Bearer ${HOST_KEY}`;
  expect(await reply({ authorization })).toBe(101);
  expect(await reply({ authorization, origin: "http://localhost" })).toBe(403);
  expect(await reply({ authorization, origin: "null" })).toBe(403);
  expect(await reply({ authorization, host: "evil.example" })).toBe(403);
  expect(await reply({ authorization: "Bearer wrong" })).toBe(401);
  expect(await reply({ authorization, "sec-websocket-protocol": "mcptb-relay.0" })).toBe(400);
});

verifies("relay.leader-first", "a stranger on the port gets a random number and nothing else", async () => {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", handleProtocols: () => "mcptb-relay.1" });
  onTestFinished(() => {
    server.close();
  });
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const heard: unknown[] = [];
  server.on("connection", (socket) => {
    socket.on("message", (data: Buffer) => {
      heard.push(JSON.parse(data.toString()));
      const made = "A".repeat(43);
      socket.send(JSON.stringify({ nonce: made, proof: made }));
      socket.send(JSON.stringify({ welcome: true }));
    });
  });
  const host = new FakeHost();
  await expect(lendTo(`http://127.0.0.1:${port}`, { secret: SECRET }, [host])).rejects.toThrow(
    "it does not know the secret",
  );
  expect(heard).toEqual([{ nonce: expect.stringMatching(/^[\w-]{43}$/) as string }]);
});

verifies(
  "relay.other-upgrades",
  "a wish for HTTP/2 is passed over, body and next request included",
  async () => {
    const { url, bridge } = await startLeader();
    bridge.attach(new FakeHost());
    const connection = await RawConnection.open(url);
    const headers = {
      connection: "Upgrade, HTTP2-Settings",
      upgrade: "h2c",
      "http2-settings": "AAEAAEAAAAIAAAAB",
      "content-type": "application/json",
    };
    const body = JSON.stringify({ model: "auto", messages: [{ role: "user", content: "?" }] });
    const request = rawRequest("POST /v1/chat/completions", headers, body);
    // The whole at once, and in two halves.
    connection.send(request);
    expect((await connection.reply()).body).toContain("answer");
    connection.send(request.slice(0, -20));
    await sleep(50);
    connection.send(request.slice(-20));
    expect((await connection.reply()).body).toContain("answer");
    // Behind another that is not answered yet.
    connection.send(rawRequest("GET /health") + request + rawRequest("GET /health"));
    expect((await connection.reply()).body).toContain("mcp-token-bridge");
    expect((await connection.reply()).body).toContain("answer");
    expect((await connection.reply()).body).toContain("mcp-token-bridge");
    connection.cut();
  },
);
