import { expect, test } from "vitest";
import { answer, fail, hang } from "../../../support/hosts/scripts.ts";
import { connectedPeer } from "../../../support/bridge/stream-pair.ts";
import { verifies } from "../../../support/verifies.ts";

const METHOD = "sampling/createMessage";

verifies("host.progress-race", "progress in one read with the result comes first and whole", async () => {
  for (let run = 0; run < 100; run += 1) {
    const { peer, host } = await connectedPeer({ script: hang });
    const seen: unknown[] = [];
    const { token, stop } = peer.watchProgress((params) => seen.push(params["message"]));
    const result = peer.call(METHOD, { _meta: { progressToken: token } }).then(() => [...seen]);
    const { id } = await host.next();
    const progress = Array.from({ length: 50 }, (_, index) => ({
      jsonrpc: "2.0",
      method: "notifications/progress",
      params: { progressToken: token, progress: index + 1, message: String(index) },
    }));
    host.write(
      [...progress, { jsonrpc: "2.0", id, result: {} }].map((line) => `${JSON.stringify(line)}\n`).join(""),
    );
    expect(await result).toEqual(Array.from({ length: 50 }, (_, index) => String(index)));
    stop();
  }
});

verifies("host.request-ids", "ids and tokens are strings with our prefix and never the same", async () => {
  const { peer, host } = await connectedPeer({ script: hang });
  const abort = new AbortController();
  const calls = [1, 2, 3].map(() => peer.call(METHOD, {}, { signal: abort.signal, notifyCancelled: true }));
  const { token } = peer.watchProgress(() => undefined);
  await host.until(() => host.calls.length === 3);
  const ids = [...host.calls.map((call) => call.id), token];
  expect(new Set(ids).size).toBe(4);
  for (const id of ids) expect(id).toMatch(/^mcptb-\d+$/);
  abort.abort(new Error("left"));
  await Promise.allSettled(calls);
  await Promise.all(host.calls.map((call) => call.cancelled));
  const cancelled = host.received.filter(({ method }) => method === "notifications/cancelled");
  expect(cancelled.map(({ params }) => params?.["requestId"])).toEqual(host.calls.map((call) => call.id));
});

test("a call that is aborted rejects with the reason, and says nothing unless told to", async () => {
  const { peer, host } = await connectedPeer({ script: hang });
  const abort = new AbortController();
  const reason = new Error("left");
  const call = peer.call(METHOD, {}, { signal: abort.signal });
  await host.next();
  abort.abort(reason);
  await expect(call).rejects.toBe(reason);
  await expect(peer.call(METHOD, {}, { signal: abort.signal })).rejects.toBe(reason);
  peer.notify("notifications/end", {});
  await host.until(() => host.received.some(({ method }) => method === "notifications/end"));
  expect(host.received.map(({ method }) => method)).toEqual([METHOD, "notifications/end"]);
});

verifies("host.unknown-answers", "answers that come twice, late or to nothing are dropped", async () => {
  const { peer, host } = await connectedPeer({ script: hang });
  const passed: unknown[] = [];
  const warnings: string[] = [];
  peer.onmessage = (message) => void passed.push(message);
  peer.onerror = (error) => void warnings.push(error.message);
  const abort = new AbortController();
  const late = peer.call(METHOD, {}, { signal: abort.signal });
  const lateCall = await host.next();
  abort.abort(new Error("left"));
  await expect(late).rejects.toThrow("left");
  lateCall.answer("too late");

  const twice = peer.call(METHOD, {});
  const { id } = await host.next();
  host.send({ jsonrpc: "2.0", id, result: { first: true } });
  host.send({ jsonrpc: "2.0", id, result: { first: false } });
  expect(await twice).toEqual({ first: true });
  host.send({ jsonrpc: "2.0", id: "mcptb-999", result: {} });
  host.send({ jsonrpc: "2.0", method: "notifications/progress", params: { progressToken: "mcptb-999" } });

  const next = peer.call(METHOD, {});
  (await host.next()).answer({ fine: true });
  expect(await next).toEqual({ fine: true });
  expect(passed).toEqual([]);
  expect(warnings).toHaveLength(3);
});

test("messages that are not ours go to the SDK", async () => {
  const { peer, host } = await connectedPeer();
  const passed: unknown[] = [];
  peer.onmessage = (message) => void passed.push(message);
  const messages = [
    { jsonrpc: "2.0", id: 1, method: "tools/list" },
    { jsonrpc: "2.0", id: 1, result: {} },
    { jsonrpc: "2.0", method: "notifications/progress", params: { progressToken: 1, progress: 1 } },
  ];
  for (const message of messages) host.send(message);
  expect(passed).toEqual(messages);
});

verifies(
  "host.lenient-results",
  "errors of any form become failures with the code and text they have",
  async () => {
    const { peer, host } = await connectedPeer({ script: hang });
    const cases: [unknown, { code: number; message: string }][] = [
      [
        { code: -1, message: "no" },
        { code: -1, message: "no" },
      ],
      [
        { code: "-32000", message: "text" },
        { code: -32_000, message: "text" },
      ],
      [{ message: 5 }, { code: 0, message: "" }],
      ["just text", { code: 0, message: "just text" }],
      [null, { code: 0, message: "" }],
    ];
    for (const [error, expected] of cases) {
      const call = peer.call(METHOD, {});
      const { id } = await host.next();
      host.send({ jsonrpc: "2.0", id, error });
      await expect(call).rejects.toMatchObject({ ...expected, method: METHOD });
    }
  },
);

verifies("host.gone", "every waiting call fails when the connection ends, and later ones too", async () => {
  const { peer, host } = await connectedPeer({ script: hang });
  let ended = 0;
  peer.onended = () => {
    ended += 1;
  };
  const calls = [1, 2, 3].map(() => peer.call(METHOD, {}));
  await host.until(() => host.calls.length === 3);
  host.close();
  for (const call of calls) await expect(call).rejects.toMatchObject({ code: "host_gone" });
  await expect(peer.call(METHOD, {})).rejects.toMatchObject({ code: "host_gone" });
  await peer.close();
  expect(ended).toBe(1);
});

verifies("host.line-cap-out", "a call that is too long fails alone", async () => {
  const { peer, host } = await connectedPeer({ script: answer({ fine: true }) }, { write: 1000 });
  await expect(peer.call(METHOD, { text: "x".repeat(2000) })).rejects.toMatchObject({
    code: "payload_too_large",
  });
  expect(await peer.call(METHOD, {})).toEqual({ fine: true });
  expect(host.calls).toHaveLength(1);
});

test("a failure knows what failed", async () => {
  const { peer } = await connectedPeer({ script: fail(-5, "oh") });
  await expect(peer.call(METHOD, {})).rejects.toMatchObject({ code: -5, message: "oh", method: METHOD });
});
