/** What the other side of a relay may say, and how much of it: raw messages over a real WebSocket. */
import { expect, vi } from "vitest";
import type { Host, HostInfo } from "../../../../src/hosts/host.ts";
import { WINDOW } from "../../../../src/hosts/relay/protocol.ts";
import type { BridgeError } from "../../../../src/turn/error.ts";
import type { TurnEvent } from "../../../../src/turn/event.ts";
import { eventsOf, gather, textTurn } from "../../../support/streams/events.ts";
import { FakeHost } from "../../../support/hosts/fake-host.ts";
import { Gate } from "../../../support/streams/gate.ts";
import { borrowerAt, Inbox, lenderAt, socketPair } from "../../../support/bridge/relay-pair.ts";
import { turnRequest } from "../../../support/data/turn-request.ts";
import { verifies } from "../../../support/verifies.ts";
import { eventually } from "../../../support/streams/eventually.ts";

const { transport: _, ...INFO } = new FakeHost().describe();
const signal = new AbortController().signal;

/** A borrower of ours, and a lender that is the test. */
async function hostileLender() {
  const pair = await socketPair();
  const inbox = new Inbox(pair.near);
  const end = borrowerAt(pair);
  const send = (message: unknown): void => pair.near.send(JSON.stringify(message));
  return { ...end, inbox, send, socket: pair.near };
}

/** A lender of ours, and a borrower that is the test. */
async function hostileBorrower(hosts: readonly Host[]) {
  const pair = await socketPair();
  const inbox = new Inbox(pair.far);
  const end = lenderAt(pair, hosts);
  const send = (message: unknown): void => pair.far.send(JSON.stringify(message));
  return { ...end, inbox, send, socket: pair.far };
}

/** The events of a turn whose lender answers with these, and what it fails with. */
async function answered(events: readonly unknown[], error?: unknown) {
  const { first, inbox, send } = await hostileLender();
  send({ type: "host", info: INFO });
  const host = await first;
  const heard: TurnEvent[] = [];
  const turn = (async () => {
    for await (const event of host.run(turnRequest(), signal)) heard.push(event);
  })().catch((thrown: unknown) => thrown as BridgeError);
  const { id } = await inbox.next("run");
  for (const event of events) send({ type: "event", id, event });
  send({ type: "end", id, error });
  return { heard, failure: await turn };
}

verifies("relay.bounded", "figures that no count can be are not known", async () => {
  for (const figure of [-1, 1.5, 1e300, "7", null, {}]) {
    const usage = { inputTokens: figure, outputTokens: 3, estimated: false };
    const { heard, failure } = await answered([
      { type: "turn-wait", reason: "slot", elapsedMs: figure === 1.5 ? -3 : figure },
      { type: "turn-start", model: "m" },
      { type: "turn-end", stopReason: { unified: "end" }, usage },
    ]);
    expect(failure).toBeUndefined();
    expect(heard.at(-1)).toMatchObject({ usage: { outputTokens: 3, estimated: false } });
    expect((heard.at(-1) as { usage: object }).usage).not.toHaveProperty("inputTokens");
    expect((heard[0] as { elapsedMs: number }).elapsedMs).toBeGreaterThanOrEqual(0);
  }
});

verifies("relay.bounded", "an event of unknown form ends its turn, and the connection stays", async () => {
  const { first, inbox, send } = await hostileLender();
  send({ type: "host", info: INFO });
  const host = await first;
  for (const event of [{}, { type: "turn-start" }, { type: "text-start", id: "x".repeat(5000) }, 7]) {
    const turn = gather(host.run(turnRequest(), signal));
    const { id } = await inbox.next("run");
    send({ type: "event", id, event });
    await expect(turn).rejects.toMatchObject({ code: "host_failed" });
    expect(await inbox.next("cancel")).toEqual({ type: "cancel", id });
  }
  const turn = gather(host.run(turnRequest(), signal));
  const { id } = await inbox.next("run");
  send({ type: "end", id });
  expect(await turn).toEqual([]);
});

verifies("relay.bounded", "an error has a code that a host may have, and one safe line", async () => {
  const path = "/home/someone/secret.txt";
  const { failure } = await answered([], {
    code: "unauthorized",
    message: `Failed at ${path}\u001B[2J\nsecond line`,
    param: "tools\u001B[2J",
    details: { more: "words" },
  });
  expect(failure).toMatchObject({ code: "host_failed", param: "tools [2J", details: undefined });
  expect(failure?.message).toMatch(/^Failed at \(path\)/);
  expect(failure?.message).not.toMatch(/\p{Cc}|second/u);
  expect((await answered([], { code: "no such", message: "?" })).failure?.code).toBe("host_failed");
  expect((await answered([], { code: "queue_full", message: "Busy." })).failure?.code).toBe("queue_full");
  expect(
    (await answered([], { code: "host_failed", message: "x".repeat(100_000) })).failure?.message.length,
  ).toBeLessThan(1100);
});

verifies("relay.bounded", "names are cut and safe to show, lists are cut, figures are counts", async () => {
  const { first, send, attached } = await hostileLender();
  const long = `x\u001B]0;title\u0007\u009B2J\u2028${"y".repeat(600)}`;
  send({
    type: "host",
    info: {
      ...INFO,
      name: long,
      version: long,
      revision: long,
      label: long,
      models: [long, ...Array.from({ length: 3000 }, (_item, index) => `model-${index}`)],
      running: -5,
      slots: 1e300,
    },
  });
  const info = (await first).describe();
  expect(attached).toHaveLength(1);
  expect(info).toMatchObject({ running: 0, slots: undefined });
  expect(info.models).toHaveLength(1000);
  for (const text of [info.name, info.version, info.revision ?? "", info.label, ...info.models]) {
    expect(text).not.toMatch(/[\p{Cc}\p{Zl}]/u);
    expect(text.length).toBeLessThanOrEqual(500);
  }
});

verifies("relay.bounded", "a list of 300 models crosses whole, whatever their names", async () => {
  const models = ["z".repeat(5000), ...Array.from({ length: 299 }, (_item, index) => `model-${index}`)];
  const pair = await socketPair();
  const { first, fault } = borrowerAt(pair);
  const { lender, defects } = lenderAt(pair, [new FakeHost({ models, version: "v".repeat(70_000) })]);
  const info = (await first).describe();
  expect(info.models).toEqual(["z".repeat(500), ...models.slice(1)]);
  expect(defects).toEqual([]);
  await lender.stop(0);
  expect(await fault).toBeUndefined();
});

verifies("relay.bounded", "what costs more than its bytes ends the connection", async () => {
  const texts = [
    `{"type":"event","id":1,"event":${"[".repeat(5000)}`,
    `{"type":"event","id":1,"event":[${"0,".repeat(20_000)}0]}`,
    `{"type":"host","info":${'{"a":'.repeat(1000)}`,
  ];
  for (const text of texts) {
    const { fault, socket } = await hostileLender();
    socket.send(text);
    expect(await fault).toMatch(/^a message (?:is nested too deep|has too many values)$/);
  }
});

verifies(
  "relay.bounded",
  "a lender that speaks of other turns, or of ever more hosts, is ended",
  async () => {
    const stray = await hostileLender();
    for (let sent = 0; sent < 6000; sent += 1) stray.send({ type: "end", id: 3 });
    expect(await stray.fault).toBe("it sends messages about turns that do not run");
    const many = await hostileLender();
    for (let sent = 0; sent < 1000; sent += 1) {
      many.send({ type: "host", info: { ...INFO, id: `host-${sent}` } });
      many.send({ type: "host-gone", host: `host-${sent}` });
    }
    expect(await many.fault).toBe("it lends too many hosts");
    expect(many.attached).toEqual([]);
  },
);

verifies("relay.bounded", "a request of unknown form ends its turn, and the connection stays", async () => {
  const host = new FakeHost();
  const { inbox, send } = await hostileBorrower([host]);
  const requests = [
    null,
    {},
    { ...turnRequest(), messages: Array.from({ length: 100_000 }, () => 0) },
    { ...turnRequest(), maxTokens: -1 },
    { ...turnRequest(), temperature: "warm" },
  ];
  for (const [id, request] of requests.entries()) {
    send({ type: "run", id, host: "fake", request });
    expect(await inbox.next("end")).toMatchObject({ id, error: { code: "invalid_request" } });
  }
  send({ type: "run", id: 100, host: "fake", request: turnRequest() });
  expect(await inbox.next("end")).toEqual({ type: "end", id: 100 });
  send({ type: "run", id: 101, host: "nobody", request: turnRequest() });
  expect(await inbox.next("end")).toMatchObject({ id: 101, error: { code: "host_gone" } });
  expect(host.asked).toHaveLength(1);
});

verifies(
  "relay.bounded",
  "a borrower that uses a number twice, or cancels what does not run, is ended",
  async () => {
    for (const second of [5, 4]) {
      const twice = await hostileBorrower([new FakeHost()]);
      twice.send({ type: "run", id: 5, host: "fake", request: turnRequest() });
      await twice.inbox.next("end");
      twice.send({ type: "run", id: second, host: "fake", request: turnRequest() });
      expect(await twice.fault).toBe("the number of a turn is repeated or too low");
    }
    for (const message of [
      { type: "cancel", id: 1 },
      { type: "credit", id: 1, size: WINDOW },
    ]) {
      const flood = await hostileBorrower([new FakeHost()]);
      for (let sent = 0; sent < 1000; sent += 1) flood.send(message);
      expect(await flood.fault).toBe("it sends messages about turns that do not run");
    }
  },
);

verifies("relay.bounded", "more turns at once than are taken end as a full queue", async () => {
  const gate = new Gate();
  const host = new FakeHost({
    answer: async function* () {
      await gate.pass();
      yield* eventsOf(textTurn("late"));
    },
  });
  const { inbox, send } = await hostileBorrower([host]);
  for (let id = 0; id < 1100; id += 1) send({ type: "run", id, host: "fake", request: turnRequest() });
  expect(await inbox.next("end")).toMatchObject({ id: 1024, error: { code: "queue_full" } });
  gate.open();
});

verifies("relay.credit", "no credit makes more come at once than fits on the way", async () => {
  let sent = 0;
  const host = new FakeHost({
    answer: async function* () {
      for (const event of textTurn(...Array.from({ length: 1000 }, () => "x".repeat(10_000)))) {
        sent += 1;
        yield await Promise.resolve(event);
      }
    },
  });
  const { inbox, send } = await hostileBorrower([host]);
  send({ type: "run", id: 1, host: "fake", request: turnRequest() });
  await inbox.next("event");
  send({ type: "credit", id: 1, size: Number.MAX_SAFE_INTEGER });
  await eventually(() => expect(sent).toBeGreaterThan(28));
  // A later turn ends before this one could go on.
  send({ type: "run", id: 2, host: "nobody", request: turnRequest() });
  await inbox.next("end");
  expect(sent).toBeLessThan(100);
});

verifies(
  "relay.bounded",
  "a host that cannot be told of, or throws, ends neither process nor connection",
  async () => {
    const odd = new FakeHost({ id: "odd" });
    vi.spyOn(odd, "describe").mockReturnValue({ id: "odd", models: 7 } as unknown as HostInfo);
    const throwing = new FakeHost({ id: "throwing" });
    vi.spyOn(throwing, "describe").mockImplementation(() => {
      throw new Error("no");
    });
    const { inbox, send, defects } = await hostileBorrower([odd, throwing, new FakeHost()]);
    expect(await inbox.next("host")).toMatchObject({ info: { id: "fake" } });
    expect(defects.length).toBeGreaterThanOrEqual(2);
    send({ type: "run", id: 1, host: "fake", request: turnRequest() });
    expect(await inbox.next("end")).toEqual({ type: "end", id: 1 });
  },
);
