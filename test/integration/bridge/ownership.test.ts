import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, expect, vi } from "vitest";
import { ask, type DialectId } from "../../support/bridge/ask.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { answer, echo, inTurn, refuse } from "../../support/hosts/scripts.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

let running: RunningBridge | undefined;
afterEach(async () => {
  vi.useRealTimers();
  await running?.bridge.stop();
  running = undefined;
});

type Headers = Readonly<Record<string, string>>;
const key = (name: string): Headers => ({ authorization: `Bearer ${name}` });
const [ALICE, BOB, OPERATOR] = [key("alice"), key("bob"), key("operator")] as const;

async function withKeys(settings: object = {}): Promise<RunningBridge> {
  running = await startBridge({ apiKey: ["alice", "bob"], ...settings });
  return running;
}

interface Stored {
  readonly id: string;
  readonly output: readonly { readonly id: string }[];
}

async function respond(url: string, headers: Headers, body: object = {}): Promise<Response> {
  return fetch(`${url}/v1/responses`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ model: "auto", input: "Remember 42.", ...body }),
  });
}

/** What comes back, without the id that it was asked for. */
async function outcome(response: Response, id: string): Promise<readonly [number, string]> {
  return [response.status, (await response.text()).replaceAll(id, "ID")];
}

verifies("own.responses", "another key's response is as unknown as one that never was", async () => {
  const { bridge, url } = await withKeys({ operatorKey: "operator" });
  await attachHost(bridge);
  for (const stream of [false, true]) {
    const made = await respond(url, ALICE, { stream });
    const text = await made.text();
    const completed = /"response":(\{.*\})\}\s*$/m.exec(text.trimEnd().split("\n").at(-1) ?? "")?.[1];
    const { id, output } = JSON.parse(stream ? (completed ?? "") : text) as Stored;
    const none = `resp_${"0".repeat(32)}`;
    const item = output[0]?.id ?? "";
    const ways = (name: string, part: string) =>
      [
        (who: Headers) => fetch(`${url}/v1/responses/${name}`, { headers: who }),
        (who: Headers) => fetch(`${url}/v1/responses/${name}/input_items`, { headers: who }),
        (who: Headers) => respond(url, who, { previous_response_id: name }),
        (who: Headers) => respond(url, who, { input: [{ type: "item_reference", id: part }] }),
        (who: Headers) => fetch(`${url}/v1/responses/${name}`, { method: "DELETE", headers: who }),
      ] as const;
    const [mine, unknown] = [ways(id, item), ways(none, "msg_none")];
    for (const who of [BOB, OPERATOR]) {
      for (const [index, way] of mine.entries()) {
        const told = await outcome(await way(who), id);
        expect(told[0]).toBe(index === 2 || index === 3 ? 400 : 404);
        expect(told).toEqual(await outcome(await (unknown[index] ?? way)(who), none));
      }
    }
    for (const way of mine) expect((await way(ALICE)).status).toBe(200);
    expect((await mine[0](ALICE)).status).toBe(404);
  }
});

verifies("own.responses", "without keys only who was told the id can use it", async () => {
  running = await startBridge();
  const { url, bridge, log } = running;
  await attachHost(bridge);
  const response = await respond(url, {});
  const { id } = (await response.json()) as Stored;
  const requestId = response.headers.get("x-request-id") ?? "";
  for (const guess of [requestId, `resp_${requestId}`, `resp_${requestId.replaceAll("-", "")}`])
    expect((await fetch(`${url}/v1/responses/${guess}`)).status).toBe(404);
  expect(JSON.stringify(log)).not.toContain(id.slice("resp_".length));
  expect((await fetch(`${url}/v1/responses/${id}`)).status).toBe(200);
});

verifies("own.operator", "who may drain hosts, with and without keys", async () => {
  const drain = async (headers: Headers, action = "drain"): Promise<readonly [number, string]> => {
    const response = await fetch(`${running?.url}/hosts/scripted-host/${action}`, {
      method: "POST",
      headers,
    });
    const { error, draining } = (await response.json()) as {
      error?: { code: string };
      draining?: boolean;
    };
    return [response.status, error?.code ?? String(draining)];
  };
  const cases: readonly (readonly [object, Headers, readonly [number, string]])[] = [
    [{}, {}, [200, "true"]],
    [{}, ALICE, [200, "true"]],
    [{ operatorKey: "operator" }, {}, [403, "forbidden"]],
    [{ operatorKey: "operator" }, ALICE, [403, "forbidden"]],
    [{ operatorKey: "operator" }, OPERATOR, [200, "true"]],
    [{ apiKey: "alice" }, {}, [401, "invalid_api_key"]],
    [{ apiKey: "alice" }, ALICE, [403, "forbidden"]],
    [{ apiKey: "alice", operatorKey: "operator" }, ALICE, [403, "forbidden"]],
    [{ apiKey: "alice", operatorKey: "operator" }, OPERATOR, [200, "true"]],
  ];
  for (const [settings, headers, expected] of cases) {
    running = await startBridge(settings);
    await attachHost(running.bridge);
    expect([settings, headers, await drain(headers)]).toEqual([settings, headers, expected]);
    if (expected[0] === 200) expect(await drain(headers, "resume")).toEqual([200, "false"]);
    await running.bridge.stop();
  }
});

verifies("own.operator", "an operator's key opens what a client's key opens, and no other does", async () => {
  const { url } = await withKeys({ operatorKey: "operator" });
  for (const route of ["/ready", "/metrics", "/v1/models"]) {
    const statuses = [];
    for (const headers of [ALICE, OPERATOR, key("stranger"), {}])
      statuses.push((await fetch(url + route, { headers })).status);
    expect([route, statuses]).toEqual([
      route,
      route === "/ready" ? [503, 503, 401, 401] : [200, 200, 401, 401],
    ]);
  }
});

verifies("own.refusals", "a refusal at one host for one client stands for nobody else", async () => {
  const { bridge, url } = await withKeys();
  const one = await attachHost(bridge, { name: "one", script: refuse });
  const two = await attachHost(bridge, { name: "two", script: answer("Yes.") });
  const status = async (headers: Headers, dialect: DialectId = "openai-chat"): Promise<number> =>
    (await ask(url, dialect, { headers })).status;
  const at = (host: string, who: Headers): Headers => ({ ...who, "x-mcp-host": host });
  expect(await status(at("one", ALICE))).toBe(400);
  // In another shape, and by another API.
  expect(await status(at("one", ALICE), "anthropic-messages")).toBe(400);
  expect(one.host.calls).toHaveLength(1);
  expect(await status(at("two", ALICE))).toBe(200);
  expect(await status(at("one", BOB))).toBe(400);
  expect(one.host.calls).toHaveLength(2);
  expect(two.host.calls).toHaveLength(1);
});

verifies("own.refusals", "without keys clients are told apart by how they name themselves", async () => {
  running = await startBridge();
  const { url, bridge } = running;
  const { host } = await attachHost(bridge, { script: refuse });
  const by = (agent: string, session?: string): Headers => ({
    "user-agent": agent,
    ...(session !== undefined && { "x-session-id": session }),
  });
  const asked = async (headers: Headers): Promise<number> => {
    const before = host.calls.length;
    expect((await ask(url, "openai-chat", { headers })).status).toBe(400);
    return host.calls.length - before;
  };
  expect(await asked(by("agent/1", "s1"))).toBe(1);
  expect(await asked(by("agent/1", "s1"))).toBe(0);
  expect(await asked(by("agent/1"))).toBe(0);
  expect(await asked(by("agent/1", "s2"))).toBe(1);
  expect(await asked(by("other/1", "s1"))).toBe(1);
});

verifies(
  "own.stickiness",
  "two clients that name their conversation alike keep their own hosts",
  async () => {
    const { bridge, url } = await withKeys();
    await attachHost(bridge, { name: "one" });
    await attachHost(bridge, { name: "two" });
    const session = { "x-session-id": "same" };
    const hostOf = async (headers: Headers): Promise<string | null> => {
      const response = await ask(url, "openai-chat", { headers: { ...session, ...headers } });
      await response.text();
      return response.headers.get("x-mcp-host");
    };
    expect(await hostOf({ ...ALICE, "x-mcp-host": "one" })).toBe("one");
    expect(await hostOf({ ...BOB, "x-mcp-host": "two" })).toBe("two");
    for (let time = 0; time < 3; time += 1) {
      expect(await hostOf(ALICE)).toBe("one");
      expect(await hostOf(BOB)).toBe("two");
    }
  },
);

verifies(
  "own.stickiness",
  "a refusal in a conversation ends nothing of another client's of that name",
  async () => {
    const { bridge, url } = await withKeys({ maxConcurrent: 1 });
    const { host } = await attachHost(bridge, { script: () => undefined });
    const session = { "x-session-id": "same" };
    const first = ask(url, "openai-chat", { headers: { ...ALICE, ...session }, text: "one" });
    const call = await host.next();
    const queued = [ALICE, BOB].map((who) =>
      ask(url, "openai-chat", { headers: { ...who, ...session }, text: "two" }),
    );
    await expect.poll(async () => bridgeQueued(url)).toBe(2);
    host.script = echo;
    call.fail(-1, "User rejected sampling request");
    expect((await first).status).toBe(400);
    expect(await Promise.all(queued.map(async (response) => (await response).status))).toEqual([400, 200]);
  },
);

async function bridgeQueued(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`, { headers: ALICE })).text();
  return Number(/^mcptb_requests_queued (\d+)$/m.exec(text)?.[1]);
}

verifies("own.clock", "the clock set back or forward changes nothing that stands", async () => {
  running = await startBridge();
  const { url, bridge } = running;
  const { host } = await attachHost(bridge, { script: inTurn(refuse, answer("Yes.")) });
  const status = async (): Promise<number> => (await ask(url, "openai-chat")).status;
  expect(await status()).toBe(400);
  const now = Date.now();
  for (const year of [-1, 1]) {
    vi.useFakeTimers({ toFake: ["Date"], now: now + year * 365 * 86_400_000 });
    const response = await ask(url, "openai-chat");
    const said = await response.text();
    expect(response.status).toBe(400);
    expect(Number(/will not ask again for (\d+) s/.exec(said)?.[1])).toBeLessThanOrEqual(60);
  }
  expect(host.calls).toHaveLength(1);
});

verifies("own.clock", "no duration is kept by the clock on the wall alone", () => {
  const src = path.resolve(import.meta.dirname, "../../../src");
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) =>
    /\bDate\.now\b|\bnew Date\(\)/.test(
      file.endsWith(".ts") ? readFileSync(path.join(src, file), "utf8") : "",
    ),
  );
  // What a person sets by the calendar, until when a key is valid, goes by it. The steady clock does not follow one that is set back.
  const byCalendar = (file: string): boolean =>
    file.startsWith("control/keys/") || file.startsWith("control/audit/") || file === "util/steady-clock.ts";
  const found = files.map((file) => file.split(path.sep).join("/")).filter((file) => !byCalendar(file));
  expect(found.toSorted()).toEqual([
    "bridge/serving.ts",
    "bridge/status.ts",
    "cli/demo.ts",
    "cli/host.ts",
    "cli/keys/keys.ts",
    "cli/usage/command.ts",
    "control/content/content-store.ts",
    // Two machines have no other clock in common.
    "hosts/cluster/operate.ts",
    "observability/log.ts",
    "observability/otlp/instruments.ts",
    "observability/otlp/post.ts",
    "observability/otlp/telemetry.ts",
    "observability/text-log.ts",
    "reference-host/consent.ts",
    "server/app.ts",
    "server/key-routes.ts",
    "server/live-changes.ts",
    "server/request-scope.ts",
    "server/serve-turn.ts",
    "server/spending.ts",
    "ui/client/live.ts",
  ]);
});
