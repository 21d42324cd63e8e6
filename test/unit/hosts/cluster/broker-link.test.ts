/** A relay through a broker that loses, doubles, delays and forges. */
import fc from "fast-check";
import { expect } from "vitest";
import { LinkRefused } from "../../../../src/hosts/cluster/handshake.ts";
import type { Host } from "../../../../src/hosts/host.ts";
import { BridgeError } from "../../../../src/turn/error.ts";
import type { TurnEvents } from "../../../../src/turn/event.ts";
import type { TurnRequest } from "../../../../src/turn/request.ts";
import { brokerPair, type BrokerPair } from "../../../support/bridge/broker-pair.ts";
import { turnRequest } from "../../../support/data/turn-request.ts";
import { FakeBroker, type Fate, type Passing } from "../../../support/hosts/fake-broker.ts";
import { FakeHost } from "../../../support/hosts/fake-host.ts";
import { Gate } from "../../../support/streams/gate.ts";
import { verifies } from "../../../support/verifies.ts";

const signal = new AbortController().signal;
const PIECES = 40;
const WHOLE = Array.from({ length: PIECES }, (_, index) => `${index} `).join("");

/** Says its pieces one after the other, each in a turn of the event loop of its own. */
async function* pieces(): TurnEvents {
  yield { type: "turn-start", model: "m" };
  yield { type: "text-start", id: "t" };
  for (let index = 0; index < PIECES; index += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    yield { type: "text-delta", id: "t", text: `${index} ` };
  }
  yield { type: "text-end", id: "t" };
  yield { type: "turn-end", stopReason: { unified: "end" }, usage: { estimated: true } };
}

async function textOf(host: Host, request: TurnRequest = turnRequest()): Promise<string> {
  let text = "";
  for await (const event of host.run(request, signal)) if (event.type === "text-delta") text += event.text;
  return text;
}

/** A turn's whole answer, or the code of the error that it ended with. */
async function outcomeOf(host: Host): Promise<string> {
  try {
    return await textOf(host);
  } catch (error) {
    return error instanceof BridgeError ? error.code : String(error);
  }
}

const isFrame = ({ subject }: Passing): boolean => subject.endsWith(".frame");

async function streaming(broker = new FakeBroker()): Promise<BrokerPair & { readonly own: FakeHost }> {
  const own = new FakeHost({ answer: pieces });
  return { ...(await brokerPair(broker, [own])), own };
}

/** Lets frames pass until the one of this number comes, and does something else with that. */
function atFrame(number: number, fate: (frame: Passing) => readonly Passing[]): Fate {
  let seen = -1;
  return (message) => {
    if (!isFrame(message)) return [message];
    seen += 1;
    return seen === number ? fate(message) : [message];
  };
}

verifies("cluster.in-order", "an answer crosses as it was said", async () => {
  const { host, own } = await streaming();
  expect(await textOf(await host)).toBe(WHOLE);
  expect(own.asked).toHaveLength(1);
});

verifies(
  ["cluster.in-order", "cluster.once", "cluster.whole-or-error"],
  "one frame lost: the turn ends with host_gone, or had all of it; no host is asked twice",
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 30 }), async (number) => {
        const broker = new FakeBroker();
        const { host, own } = await streaming(broker);
        const there = await host;
        broker.fate = atFrame(number, () => []);
        const outcomes = [await outcomeOf(there), await outcomeOf(there)];
        for (const outcome of outcomes) expect([WHOLE, "host_gone"]).toContain(outcome);
        expect(outcomes).toContain("host_gone");
        expect(own.asked.length).toBeLessThanOrEqual(2);
      }),
      { numRuns: 12 },
    );
  },
);

verifies("cluster.in-order", "every frame comes twice: the answer is the same", async () => {
  const broker = new FakeBroker();
  broker.fate = (message) => (isFrame(message) ? [message, message] : [message]);
  const { host, own } = await streaming(broker);
  expect(await textOf(await host)).toBe(WHOLE);
  expect(own.asked).toHaveLength(1);
});

verifies(["cluster.in-order", "cluster.whole-or-error"], "frames in another order end the turn", async () => {
  const broker = new FakeBroker();
  const { host } = await streaming(broker);
  const there = await host;
  let held: Passing | undefined;
  let seen = 0;
  broker.fate = (message) => {
    if (!isFrame(message)) return [message];
    seen += 1;
    if (seen === 6) held = message;
    if (seen === 6) return [];
    return seen === 7 && held !== undefined ? [message, held] : [message];
  };
  expect(await outcomeOf(there)).toBe("host_gone");
});

verifies(
  "cluster.sealed",
  "changed, made-up and foreign frames are as if they had not been there",
  async () => {
    const broker = new FakeBroker();
    const other = await streaming(broker);
    await textOf(await other.host);
    const foreign = broker.passed.filter(isFrame);
    const { host, own } = await streaming(broker);
    const there = await host;
    broker.fate = (message) => {
      if (!isFrame(message)) return [message];
      const changed = Uint8Array.from(message.data);
      changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
      const from = foreign[Number(message.data[8])] ?? foreign[0];
      return [
        { ...message, data: changed },
        { ...message, data: new Uint8Array(300) },
        { ...message, data: new Uint8Array() },
        { ...message, data: from?.data ?? new Uint8Array() },
        message,
      ];
    };
    expect(await textOf(there)).toBe(WHOLE);
    expect(own.asked).toHaveLength(1);
  },
);

verifies("cluster.sealed", "nothing that is said can be read on the way", async () => {
  const broker = new FakeBroker();
  const own = new FakeHost({ label: "secret-label", answer: pieces });
  const { host } = await brokerPair(broker, [own]);
  const request = turnRequest({
    messages: [{ role: "user", parts: [{ type: "text", text: "A SECRET PROMPT" }] }],
  });
  await textOf(await host, request);
  const seen = broker.passed.map(({ data }) => Buffer.from(data).toString("latin1")).join("\n");
  expect(own.asked[0]?.messages).toEqual(request.messages);
  for (const text of ["SECRET PROMPT", "secret-label", "39 ", "text-delta"]) expect(seen).not.toContain(text);
});

verifies("cluster.sealed", "who does not know the secret is lent nothing, and lends nothing", async () => {
  const secret = "a secret of this cluster";
  const refused = brokerPair(new FakeBroker(), [new FakeHost()], { secret: "", lenderSecret: secret });
  await expect(refused).rejects.toThrow(LinkRefused);
  const other = brokerPair(new FakeBroker(), [new FakeHost()], { secret, lenderSecret: "" });
  await expect(other).rejects.toThrow("another --cluster-secret");
  const { host } = await brokerPair(new FakeBroker(), [new FakeHost()], { secret });
  expect(await textOf(await host)).toBe("answer");
});

verifies("cluster.sealed", "a key that is no key of the curve is refused", async () => {
  const broker = new FakeBroker();
  broker.fate = (message) => {
    if (!message.subject.startsWith("mcptb.1.open.")) return [message];
    const said = JSON.parse(Buffer.from(message.data).toString()) as object;
    return [{ ...message, data: Buffer.from(JSON.stringify({ ...said, key: "A".repeat(43) })) }];
  };
  await expect(brokerPair(broker, [new FakeHost()])).rejects.toThrow(LinkRefused);
});

verifies(
  "cluster.once",
  "a request that nobody heard may go elsewhere; one that was heard may not",
  async () => {
    const broker = new FakeBroker();
    const begun = new Gate();
    const never = new Gate();
    const own = new FakeHost({
      async *answer() {
        begun.open();
        await never.pass();
        yield { type: "turn-start", model: "m" };
      },
    });
    const { host, fault } = await brokerPair(broker, [own]);
    const there = await host;
    const heard = textOf(there);
    heard.catch(() => undefined);
    await begun.pass();
    // The lender has died: what it listened on is there no more.
    broker.fate = (message) =>
      isFrame(message) && message.subject.endsWith(".lender.frame")
        ? [{ ...message, subject: "nobody" }]
        : [message];
    const unheard = textOf(there);
    await expect(unheard).rejects.toMatchObject({ code: "host_gone", unheard: true });
    await expect(heard).rejects.toMatchObject({ code: "host_gone", unheard: false });
    expect(await fault).toBeUndefined();
    expect(own.asked).toHaveLength(1);
    never.open();
  },
);

verifies("cluster.bounded", "a large image passes a broker that takes small messages", async () => {
  const broker = new FakeBroker(65_536);
  const own = new FakeHost();
  const { host } = await brokerPair(broker, [own]);
  const data = "abcd".repeat(1_500_000);
  const image = { type: "image", mimeType: "image/png", data } as const;
  const request = turnRequest({ messages: [{ role: "user", parts: [image] }] });
  expect(await textOf(await host, request)).toBe("answer");
  expect(own.asked[0]?.messages[0]?.parts).toEqual([image]);
  const frames = broker.passed.filter(isFrame);
  expect(frames.length).toBeGreaterThan(90);
});

verifies("cluster.bounded", "what is on its way has a bound, whatever waits", async () => {
  const broker = new FakeBroker();
  const own = new FakeHost();
  const { host } = await brokerPair(broker, [own]);
  const there = await host;
  const kept: Passing[] = [];
  broker.fate = (message) => {
    if (!message.subject.endsWith(".lender.frame")) return [message];
    kept.push(message);
    return [];
  };
  const image = { type: "image", mimeType: "image/png", data: "abcd".repeat(2_000_000) } as const;
  const turn = textOf(there, turnRequest({ messages: [{ role: "user", parts: [image] }] }));
  turn.catch(() => undefined);
  await expect.poll(() => kept.length).toBeGreaterThan(4);
  const bytes = kept.reduce((sum, { data }) => sum + data.length, 0);
  expect(bytes).toBeLessThan(2 * 1_048_576);
  // It was not sent whole, so nobody can have heard it.
  await expect(turn).rejects.toMatchObject({ code: "host_gone", unheard: true });
});
