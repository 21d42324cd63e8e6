/** Sessions over Streamable HTTP, by hand: what a host sees that loses its stream, or goes away without a word. */
import { afterEach, expect } from "vitest";
import { closeEndpoints, endpoint, hookCall, rawHost, sampled } from "../../support/hosts/mcp-endpoint.ts";
import { verifies } from "../../support/verifies.ts";
import { eventually } from "../../support/streams/eventually.ts";

afterEach(closeEndpoints);

const never = new AbortController().signal;

verifies(
  "http.reconnect",
  "a host that loses its stream gets what it has missed and answers on",
  async () => {
    const { url, carriers } = await endpoint();
    const host = await rawHost(url, "raw");
    const first = await host.listen();
    await eventually(() => expect(carriers.get("raw")?.slots).toBeUndefined());
    const one = carriers.get("raw")?.send({ n: 1 }, { signal: never });
    await eventually(() => expect(first.events).toHaveLength(1));
    await first.drop();
    await eventually(() => expect(carriers.get("raw")?.slots).toBe(0));
    const two = carriers.get("raw")?.send({ n: 2 }, { signal: never });
    const second = await host.listen(first.events[0]?.id);
    await eventually(() => expect(second.events.map(({ message }) => message.params.n)).toEqual([2]));
    for (const { message } of [...first.events, ...second.events]) {
      await host.post({ id: message.id, result: { answers: message.params.n } });
    }
    expect(await Promise.all([one, two])).toEqual([{ answers: 1 }, { answers: 2 }]);
    await second.drop();
  },
);

verifies("http.idle", "a host that makes no request for long is gone, one that listens stays", async () => {
  const { url, carriers } = await endpoint({ idleMs: 1000 });
  const listening = await rawHost(url, "listening");
  const stream = await listening.listen();
  expect((await rawHost(url, "silent")).status).toBe(200);
  await eventually(() => expect([...carriers.keys()]).toEqual(["listening"]));
  expect(stream.status).toBe(200);
  await stream.drop();
});

verifies("http.idle", "a host without a session is gone when it has made no call for long", async () => {
  const { url, carriers } = await endpoint({ idleMs: 500 });
  const leaving = new AbortController();
  await hookCall(url, "staying", leaving.signal);
  const left = new AbortController();
  await hookCall(url, "leaving", left.signal);
  left.abort();
  await eventually(() => expect([...carriers.keys()]).toEqual(["staying"]));
  leaving.abort();
});

verifies(
  "modern.dropped-call",
  "a call whose connection breaks takes no turn; the next call does",
  async () => {
    const { url, carriers } = await endpoint();
    const leaving = new AbortController();
    await hookCall(url, "host", leaving.signal);
    await eventually(() => expect(carriers.get("host")?.slots).toBe(1));
    leaving.abort();
    await eventually(() => expect(carriers.get("host")?.slots).toBe(0));
    const left = new AbortController();
    const turn = carriers.get("host")?.send({ messages: [], maxTokens: 7 }, { signal: left.signal });
    expect(await (await hookCall(url, "host")).text()).toContain('"maxTokens":7');
    left.abort(new Error("Enough."));
    await expect(turn).rejects.toThrow("Enough.");
  },
);

verifies("http.apart", "an answer counts only where its turn was sent, in either era", async () => {
  const { url, carriers } = await endpoint({ maxSessions: 4 });
  const leaving = new AbortController();
  const lasting = { signal: leaving.signal };

  const asked = await hookCall(url, "modern");
  const turn = carriers.get("modern")?.send({ messages: [], maxTokens: 7 }, lasting);
  const text = await asked.text();
  const requestState = /"requestState":"([^"]+)"/.exec(text)?.[1] ?? "";
  const [key = ""] = /[\da-f]{8}-[\da-f-]{27}/.exec(text) ?? [];
  const bring = (name: string, answer: string) =>
    hookCall(url, name, leaving.signal, { requestState, inputResponses: { [key]: sampled(answer) } });
  await bring("other", "of a stranger");
  await eventually(() => expect(carriers.get("other")?.slots).toBe(1));
  await bring("modern", "of its own");
  expect(await turn).toMatchObject({ content: { text: "of its own" } });

  const [one, two] = [await rawHost(url, "one"), await rawHost(url, "two")];
  const stream = await one.listen();
  await eventually(() => expect(carriers.get("one")?.slots).toBeUndefined());
  const pushed = carriers.get("one")?.send({ n: 1 }, lasting);
  await eventually(() => expect(stream.events).toHaveLength(1));
  const id = stream.events[0]?.message.id;
  await two.post({ id, result: sampled("of a stranger") });
  await one.post({ id, result: sampled("of its own") });
  expect(await pushed).toMatchObject({ content: { text: "of its own" } });
  await stream.drop();
  leaving.abort();
});
