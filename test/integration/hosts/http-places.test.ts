/** Who may be there over HTTP, whose session is whose, and who gives way. */
import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  PROTOCOL_VERSION_META_KEY,
} from "@modelcontextprotocol/server";
import { afterEach, expect, vi } from "vitest";
import type { Introduction } from "../../../src/hosts/mcp/introduction.ts";
import { closeEndpoints, endpoint, hookCall, rawHost, sampled } from "../../support/hosts/mcp-endpoint.ts";
import { verifies } from "../../support/verifies.ts";
import { eventually } from "../../support/streams/eventually.ts";

afterEach(closeEndpoints);

const never = new AbortController().signal;

verifies(
  "http.bounded",
  "no more hosts than there may be: a silent one gives way, the oldest first",
  async () => {
    const { url, carriers } = await endpoint({ maxSessions: 3 });
    const listening = await rawHost(url, "listening");
    const stream = await listening.listen();
    const [old, young] = [await rawHost(url, "old"), await rawHost(url, "young")];
    const newcomer = await rawHost(url, "newcomer");
    expect(newcomer.status).toBe(200);
    expect((await old.post({ id: 1, method: "ping" })).status).toBe(404);
    expect((await young.post({ id: 1, method: "ping" })).status).toBe(200);
    expect([...carriers.keys()]).toEqual(["listening", "young", "newcomer"]);
    await stream.drop();
  },
);

verifies("http.bounded", "hosts that are there to lend give way to nobody", async () => {
  const { url } = await endpoint();
  const streams = [];
  for (const name of ["one", "two"]) streams.push(await (await rawHost(url, name)).listen());
  expect((await rawHost(url, "three")).status).toBe(503);
  for (const stream of streams) await stream.drop();
});

verifies("http.bounded", "what can lend nothing gives way, even while it listens", async () => {
  const { url, carriers } = await endpoint();
  const mute = await (await rawHost(url, "mute", { capabilities: {} })).listen();
  const lending = await (await rawHost(url, "lending")).listen();
  expect((await rawHost(url, "three")).status).toBe(200);
  expect([...carriers.keys()]).toEqual(["lending", "three"]);
  for (const stream of [mute, lending]) await stream.drop();
});

verifies("http.bounded", "one host opens only so many streams", async () => {
  const { url } = await endpoint();
  const host = await rawHost(url, "greedy");
  const leaving = new AbortController();
  const hook = (id: number): Promise<Response> =>
    fetch(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        "mcp-session-id": host.session,
      },
      body: JSON.stringify({ jsonrpc: "2.0", id, method: "tools/call", params: { name: "hook" } }),
      signal: leaving.signal,
    });
  // Kept: an answer that nobody holds is collected, and its stream ended.
  const answers: Response[] = [];
  for (let id = 1; id <= 65; id += 1) answers.push(await hook(id));
  const statuses = answers.map(({ status }) => status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(64);
  expect(statuses.at(-1)).toBe(503);
  leaving.abort();
});

verifies("http.introduction", "only so much is heard of what a host says of itself", async () => {
  const introduced: Introduction[] = [];
  const { url } = await endpoint({
    attach(host) {
      introduced.push(host);
      return () => undefined;
    },
  });
  const huge = "v".repeat(500_000);
  const capabilities = { sampling: { tools: {} }, experimental: { huge }, roots: {} };
  await rawHost(url, `raw${huge}`, { version: huge, capabilities });
  const leaving = new AbortController();
  const call = hookCall(url, `modern${huge}`, leaving.signal)
    .then((response) => response.text())
    .catch(() => undefined);
  await eventually(() => expect(introduced).toHaveLength(2));
  leaving.abort();
  await call;
  for (const { clientInfo, capabilities: can } of introduced) {
    expect(JSON.stringify({ clientInfo, can }).length).toBeLessThan(1000);
    expect(clientInfo.name).toMatch(/^(?:raw|modern)v+$/);
    expect(can.sampling).toBeDefined();
  }
  expect(introduced[0]?.capabilities.sampling?.tools).toBeDefined();
});

verifies("own.sessions", "a session is unknown to all keys but the one that opened it", async () => {
  const { url, carriers } = await endpoint();
  const host = await rawHost(url, "mine", { key: "one" });
  const stream = await host.listen();
  await eventually(() => expect(carriers.get("mine")?.slots).toBeUndefined());
  const turn = carriers.get("mine")?.send({ n: 1 }, { signal: never });
  await eventually(() => expect(stream.events).toHaveLength(1));
  const id = stream.events[0]?.message.id;
  for (const key of [{ "x-api-key": "other" }, {}]) {
    const headers = {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-session-id": host.session,
      ...key,
    };
    const answer = JSON.stringify({ jsonrpc: "2.0", id, result: { of: "a stranger" } });
    const unknown = await fetch(url, {
      method: "POST",
      headers: { ...headers, "mcp-session-id": "no-such-session" },
      body: answer,
    });
    const told = await unknown.text();
    for (const [method, body] of [["POST", answer], ["GET"], ["DELETE"]] as const) {
      const response = await fetch(url, { method, headers, ...(body !== undefined && { body }) });
      expect([method, response.status, await response.text()]).toEqual([method, 404, told]);
    }
  }
  await host.post({ id, result: { of: "its own" } });
  expect(await turn).toEqual({ of: "its own" });
  await stream.drop();
});

verifies("own.sessions", "hosts without sessions are told apart by their keys", async () => {
  const { url, carriers } = await endpoint({ maxSessions: 4 });
  const leaving = new AbortController();
  const asked = await hookCall(url, "same", leaving.signal, {}, "one");
  const mine = carriers.get("same");
  const turn = mine?.send({ messages: [], maxTokens: 7 }, { signal: leaving.signal });
  const text = await asked.text();
  const requestState = /"requestState":"([^"]+)"/.exec(text)?.[1] ?? "";
  const [key = ""] = /[\da-f]{8}-[\da-f-]{27}/.exec(text) ?? [];
  const bring = (answer: string, owner: string) =>
    hookCall(
      url,
      "same",
      leaving.signal,
      { requestState, inputResponses: { [key]: sampled(answer) } },
      owner,
    );
  await bring("of a stranger", "other");
  await eventually(() => expect(carriers.get("same")).not.toBe(mine));
  await bring("of its own", "one");
  expect(await turn).toMatchObject({ content: { text: "of its own" } });
  leaving.abort();
});

verifies("http.bounded", "hosts without a session count as well", async () => {
  const { url, carriers } = await endpoint();
  const leaving = new AbortController();
  await hookCall(url, "one", leaving.signal);
  const listening = await (await rawHost(url, "two")).listen();
  expect(await (await hookCall(url, "three")).text()).toContain("its limit of hosts");
  expect((await rawHost(url, "four")).status).toBe(503);
  expect([...carriers.keys()]).toEqual(["one", "two"]);
  await listening.drop();
  await hookCall(url, "one", leaving.signal);
  await eventually(() => expect(carriers.get("one")?.slots).toBe(2));
  leaving.abort();
});

verifies(
  "modern.dual-era",
  "a host that has sent initialize is led to the older era, however slowly it goes on",
  async () => {
    const { url } = await endpoint();
    const send = async (body: object, headers = {}): Promise<string> => {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          ...headers,
        },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, ...body }),
      });
      return response.text();
    };
    const clientInfo = { name: "slow", version: "1" };
    const capabilities = { sampling: {} };
    const meta = {
      [PROTOCOL_VERSION_META_KEY]: "2026-07-28",
      [CLIENT_INFO_META_KEY]: clientInfo,
      [CLIENT_CAPABILITIES_META_KEY]: capabilities,
    };
    const discover = (): Promise<string> =>
      send(
        { method: "server/discover", params: { _meta: meta } },
        { "mcp-protocol-version": "2026-07-28", "mcp-method": "server/discover" },
      );
    expect(await discover()).toContain("prefers MCP 2025-11-25");
    const params = { protocolVersion: "2025-11-25", capabilities, clientInfo };
    expect(await send({ method: "initialize", params })).toContain("serverInfo");
    vi.spyOn(performance, "now").mockReturnValue(performance.now() + 60_000);
    try {
      expect(await discover()).toContain("prefers MCP 2025-11-25");
    } finally {
      vi.restoreAllMocks();
    }
  },
);
