/** What the page at `/` asks its bridge: signing in and out, keys, history, settings; and who else may ask that. */
import { readFile } from "node:fs/promises";
import { describe, expect, onTestFinished, test } from "vitest";
import { auditFile } from "../../../src/control/audit/audit-file.ts";
import { OPTIONS } from "../../../src/config/settings.ts";
import { changeKeys, keyFile } from "../../../src/control/keys/key-file.ts";
import { revoked } from "../../../src/control/keys/key-list.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { stateDir } from "../../support/bridge/state-dir.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { answer } from "../../support/hosts/scripts.ts";
import { verifies } from "../../support/verifies.ts";

const OPERATOR = { authorization: "Bearer operator" };
const JSON_TYPE = { "content-type": "application/json" };

interface Opened extends RunningBridge {
  readonly directory: string;
  readonly ask: (
    method: string,
    path: string,
    headers?: Readonly<Record<string, string>>,
    body?: unknown,
  ) => Promise<Response>;
  /** Both halves of a session, as the headers that the page sends. */
  readonly signIn: (headers?: Readonly<Record<string, string>>) => Promise<Record<string, string>>;
}

async function open(settings: Parameters<typeof startBridge>[0] = {}): Promise<Opened> {
  const directory = await stateDir();
  const running = await startBridge({ stateDir: directory, ...settings });
  onTestFinished(() => running.bridge.stop());
  const ask: Opened["ask"] = (method, path, headers = {}, body) =>
    fetch(running.url + path, {
      method,
      headers: { ...JSON_TYPE, ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  return {
    ...running,
    directory,
    ask,
    async signIn(headers = OPERATOR) {
      const { token } = (await (await ask("POST", "/session/token", headers)).json()) as { token: string };
      return halves(await ask("POST", "/session", {}, { token }));
    },
  };
}

async function halves(response: Response): Promise<Record<string, string>> {
  expect(response.status).toBe(200);
  const { page } = (await response.json()) as { page: string };
  const [cookie = ""] = (response.headers.get("set-cookie") ?? "").split(";");
  return { cookie, "x-mcptb-page": page };
}

const KEYED = { apiKey: "client", operatorKey: "operator" };

describe("signing in", () => {
  verifies(
    "control.sign-in",
    "a token is good once and gives a session with an operator's right",
    async () => {
      const { ask } = await open(KEYED);
      const told = await ask("POST", "/session/token", OPERATOR);
      const { token } = (await told.json()) as { token: string };
      expect(told.headers.get("cache-control")).toBe("no-store");
      const response = await ask("POST", "/session", {}, { token });
      expect(response.headers.get("set-cookie")).toMatch(
        /^mcptb-\d+=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=43200$/,
      );
      const session = await halves(response);
      expect((await ask("GET", "/control/keys", session)).status).toBe(200);
      const again = await ask("POST", "/session", {}, { token });
      expect(again.status).toBe(401);
      expect(await again.text()).toContain("mcptb open");
    },
  );

  verifies("control.sign-in", "one half of a session is worth nothing, nor are halves of two", async () => {
    const { ask, signIn } = await open(KEYED);
    const [one, other] = [await signIn(), await signIn()];
    for (const headers of [
      { cookie: one["cookie"] ?? "" },
      { "x-mcptb-page": one["x-mcptb-page"] ?? "" },
      { ...one, cookie: other["cookie"] ?? "" },
      { ...one, "x-mcptb-page": "x".repeat(43) },
    ]) {
      expect((await ask("GET", "/control/keys", headers)).status).toBe(401);
      expect((await ask("POST", "/v1/chat/completions", headers, {})).status).toBe(401);
    }
  });

  verifies(
    "control.sign-in",
    "pages of other origins get nothing by a session, also where they may ask models",
    async () => {
      const { ask, signIn } = await open({ ...KEYED, allowedOrigins: "https://chat.example" });
      const session = await signIn();
      const foreign = await ask("POST", "/control/stop", { ...session, origin: "https://evil.example" });
      expect(foreign.status).toBe(403);
      const named = { ...session, origin: "https://chat.example" };
      for (const path of ["/control/stop", "/v1/chat/completions"]) {
        const response = await ask("POST", path, named, {});
        expect([path, response.status]).toEqual([path, 401]);
        expect(response.headers.get("access-control-allow-credentials")).toBe(null);
      }
    },
  );

  verifies(
    "control.sign-in",
    "only an operator gets a token or a session; whoever signs out has none",
    async () => {
      const { ask, signIn } = await open(KEYED);
      for (const headers of [{}, { authorization: "Bearer client" }]) {
        expect((await ask("POST", "/session/token", headers)).status).toBeGreaterThan(400);
        expect((await ask("POST", "/session", headers, {})).status).toBeGreaterThan(400);
      }
      const session = await signIn();
      expect(await (await ask("GET", "/session", session)).json()).toMatchObject({
        operator: true,
        session: true,
      });
      expect((await ask("POST", "/session/end", session)).headers.get("set-cookie")).toContain("Max-Age=0");
      expect(await (await ask("GET", "/session", session)).json()).toMatchObject({
        operator: false,
        session: false,
      });
      expect((await ask("GET", "/control/keys", session)).status).toBe(401);
    },
  );

  verifies(
    "control.sign-in",
    "without keys the page is signed in, and stays so when the first key is made there",
    async () => {
      const { ask } = await open();
      const session = await halves(await ask("POST", "/session", {}, {}));
      const made = await ask("POST", "/control/keys", session, { name: "anna", terms: {} });
      expect(made.status).toBe(200);
      expect((await ask("GET", "/control/keys")).status).toBe(401);
      expect((await ask("GET", "/control/keys", session)).status).toBe(200);
    },
  );

  verifies("control.sign-in", "a session ends with the key that it came from", async () => {
    const { ask, signIn, directory } = await open(KEYED);
    const made = await ask("POST", "/control/keys", OPERATOR, { name: "boss", terms: { operator: true } });
    const { secret } = (await made.json()) as { secret: string };
    const session = await signIn({ authorization: `Bearer ${secret}` });
    expect((await ask("GET", "/control/keys", session)).status).toBe(200);
    await changeKeys(keyFile(directory), (list) => revoked(list, "boss"));
    expect((await ask("GET", "/control/keys", session)).status).toBe(401);
  });
});

interface KeysTold {
  readonly keys: readonly { readonly name: string; readonly rates: readonly object[] }[];
}

describe("keys", () => {
  verifies(
    "control.keys-by-page",
    "are made, changed, replaced and revoked; a secret is told once",
    async () => {
      const { ask, directory } = await open(KEYED);
      const terms = { models: ["gpt-*"], limits: { requestsPerDay: 5 }, consent: "auto" };
      const made = await ask("POST", "/control/keys", OPERATOR, { name: "anna", terms });
      expect(made.headers.get("cache-control")).toBe("no-store");
      const { secret } = (await made.json()) as { secret: string };
      const anna = { authorization: `Bearer ${secret}` };
      expect((await ask("GET", "/v1/me/usage", anna)).status).toBe(200);
      await ask("POST", "/control/keys/anna/terms", OPERATOR, { terms: { limits: { tokensPerMinute: 9 } } });
      const listed = await ask("GET", "/control/keys", OPERATOR);
      const text = await listed.text();
      expect(text).not.toContain(secret);
      const { keys } = JSON.parse(text) as KeysTold;
      expect(keys).toMatchObject([{ name: "anna", limits: { tokensPerMinute: 9 } }]);
      expect(keys[0]).not.toHaveProperty("models");
      expect(keys[0]?.rates).toEqual([{ of: "tokens", span: "minute", limit: 9, left: 9, renewsInMs: 0 }]);
      const rotated = await ask("POST", "/control/keys/anna/rotate", OPERATOR, { graceMs: 0 });
      const { secret: second } = (await rotated.json()) as { secret: string };
      expect((await ask("GET", "/v1/me/usage", anna)).status).toBe(401);
      expect((await ask("GET", "/v1/me/usage", { authorization: `Bearer ${second}` })).status).toBe(200);
      await ask("POST", "/control/keys/anna/revoke", OPERATOR);
      expect((await ask("GET", "/v1/me/usage", { authorization: `Bearer ${second}` })).status).toBe(401);
      const events = ["key-added", "key-changed", "key-rotated", "key-revoked"];
      const audit = (): Promise<string> => readFile(auditFile(directory), "utf8");
      await expect.poll(audit).toContain(events.at(-1));
      const written = await audit();
      expect(events.filter((event) => !written.includes(event))).toEqual([]);
      expect(written).not.toContain(secret);
    },
  );

  verifies(
    "control.keys-by-page",
    "what makes no sense is refused by its name, and clients may do nothing of it",
    async () => {
      const { ask } = await open(KEYED);
      const wrong = await ask("POST", "/control/keys", OPERATOR, { name: "a b", terms: {} });
      expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining("name")]);
      const limit = await ask("POST", "/control/keys", OPERATOR, {
        name: "a",
        terms: { limits: { tokensPerDay: -1 } },
      });
      expect([limit.status, await limit.text()]).toEqual([
        400,
        expect.stringContaining("terms.limits.tokensPerDay"),
      ]);
      expect((await ask("POST", "/control/keys/nobody/revoke", OPERATOR)).status).toBe(400);
      for (const path of ["keys", "settings", "history/requests", "history/series?from=0&until=1"]) {
        const response = await ask("GET", `/control/${path}`, { authorization: "Bearer client" });
        expect([path, response.status]).toEqual([path, 403]);
      }
    },
  );
});

describe("history and settings", () => {
  verifies("control.plots", "a request is in the list, in its story and in the sums", async () => {
    const { ask, bridge } = await open();
    await attachHost(bridge, { script: answer("Hello.") });
    const asked = { model: "auto", messages: [{ role: "user", content: "a marked prompt" }] };
    expect((await ask("POST", "/v1/chat/completions", { "user-agent": "tester" }, asked)).status).toBe(200);
    const told = async (query: string): Promise<string> =>
      (await ask("GET", `/control/history/${query}`)).text();
    const list = await told("requests?text=TESTER");
    expect(list).not.toContain("marked");
    expect(JSON.parse(list)).toMatchObject({
      requests: [
        { client: "tester", asked: "auto", route: "/v1/chat/completions", status: 200, stream: false },
      ],
      next: null,
    });
    expect(JSON.parse(await told("requests?outcome=failed"))).toMatchObject({ requests: [] });
    const now = Date.now();
    const series = JSON.parse(
      await told(`series?by=host&step=day&from=${now - 86_400_000}&until=${now}`),
    ) as {
      times: number[];
      all: { sum: object; points: unknown[] };
      lines: object[];
    };
    expect(series.all.sum).toMatchObject({ requests: 1, errors: 0 });
    expect(series.lines.length).toBe(1);
    expect(series.all.points.length).toBe(series.times.length);
    expect((await ask("GET", "/control/history/series?from=x")).status).toBe(400);
    expect((await ask("GET", "/control/history/requests?before=1;2")).status).toBe(400);
  });

  test("settings tell where each comes from, and no key", async () => {
    const { ask } = await open({ ...KEYED, maxConcurrent: 3 });
    const text = await (await ask("GET", "/control/settings", OPERATOR)).text();
    expect(text).not.toMatch(/"(?:client|operator)"/);
    const { settings } = JSON.parse(text) as { settings: { setting: string }[] };
    expect(settings.find(({ setting }) => setting === "maxConcurrent")).toMatchObject({
      value: 3,
      source: "program",
    });
    expect(settings.find(({ setting }) => setting === "apiKey")).toMatchObject({ value: "1 key, not shown" });
    expect(settings.length).toBe(Object.keys(OPTIONS).length);
  });
});
