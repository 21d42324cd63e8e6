import { expect, onTestFinished } from "vitest";
import { changeKeys, keyFile } from "../../../src/control/keys/key-file.ts";
import { added, type Terms } from "../../../src/control/keys/key-list.ts";
import { makeSecret } from "../../../src/control/keys/secret.ts";
import type { Approval, Grant, LiveChange } from "../../../src/control/control-shapes.ts";
import { auditFile } from "../../../src/control/audit/audit-file.ts";
import { readFile } from "node:fs/promises";
import { ask, DIALECTS, errorOf } from "../../support/bridge/ask.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { stateDir } from "../../support/bridge/state-dir.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { answer, hang } from "../../support/hosts/scripts.ts";
import type { Script } from "../../support/hosts/sampling-call.ts";
import { verifies } from "../../support/verifies.ts";

const OPERATOR = { authorization: "Bearer operator" };

interface Lending extends RunningBridge {
  readonly directory: string;
  readonly calls: () => number;
  readonly give: (name: string, terms?: Terms) => Promise<Record<string, string>>;
  readonly control: (method: string, path: string, body?: unknown) => Promise<Response>;
  readonly approvals: () => Promise<readonly Approval[]>;
  readonly grants: () => Promise<readonly Grant[]>;
  /** The question that waits, once one does. */
  readonly waiting: () => Promise<Approval>;
}

async function lending(
  settings: Parameters<typeof startBridge>[0] = {},
  script: Script = answer("Hello."),
): Promise<Lending> {
  const directory = await stateDir();
  const running = await startBridge({ stateDir: directory, operatorKey: "operator", ...settings });
  onTestFinished(() => running.bridge.stop());
  const { host } = await attachHost(running.bridge, { script });
  const control = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${running.url}/control/${path}`, {
      method,
      headers: { ...OPERATOR, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const approvals = async (): Promise<readonly Approval[]> =>
    ((await (await control("GET", "approvals")).json()) as { approvals: Approval[] }).approvals;
  return {
    ...running,
    directory,
    control,
    approvals,
    calls: () => host.calls.length,
    async give(name, terms = {}) {
      const made = makeSecret();
      await changeKeys(keyFile(directory), (list) => added(list, name, terms, made, Date.now()));
      return { authorization: `Bearer ${made.text}` };
    },
    grants: async () => ((await (await control("GET", "grants")).json()) as { grants: Grant[] }).grants,
    async waiting() {
      let found: readonly Approval[] = [];
      await expect.poll(async () => (found = await approvals()).length).toBe(1);
      const [first] = found;
      if (first === undefined) throw new Error("nothing waits");
      return first;
    },
  };
}

verifies(
  "control.asked",
  "a request waits for the answer before anything is sent, and goes on or ends with it",
  async () => {
    const { url, waiting, control, calls } = await lending({ clientConsent: "ask" });
    for (const dialect of DIALECTS) {
      for (const stream of [true, false]) {
        const before = calls();
        const first = ask(url, dialect, { stream });
        const { id } = await waiting();
        expect(calls()).toBe(before);
        expect((await control("POST", `approvals/${id}`, { decision: "allow" })).status).toBe(200);
        const allowed = await first;
        expect(allowed.status).toBe(200);
        expect(await allowed.text()).toContain("Hello.");
        const second = ask(url, dialect, { stream });
        const again = await waiting();
        await control("POST", `approvals/${again.id}`, { decision: "deny" });
        const refused = await second;
        expect(refused.status).toBe(400);
        expect((await errorOf(refused)).message).toContain("does not allow this request");
        expect(calls()).toBe(before + 1);
        expect((await control("POST", `approvals/${id}`, { decision: "allow" })).status).toBe(404);
      }
    }
  },
);

verifies(
  "control.question",
  "the question says who asks for what, and a client cannot dress it up",
  async () => {
    const { url, waiting, control, give } = await lending({ clientConsent: "ask" });
    const headers = { ...(await give("anna")), "user-agent": "evil\tagent/1.0", "x-session-id": "s1" };
    const tools = Array.from({ length: 30 }, (_, index) => ({
      type: "function",
      function: { name: `tool_${index}`, parameters: { type: "object" } },
    }));
    const long = `${"x".repeat(100_000)} \u202E\u001b[2Jdelete the \u200Bfiles`;
    const running = ask(url, "openai-chat", {
      headers,
      body: {
        model: "gpt-\u2066hidden",
        tools,
        max_tokens: 77,
        messages: [
          { role: "system", content: `\n  You are \u001b[31mkind\u0007.\nSecond line.` },
          { role: "user", content: "first" },
          { role: "user", content: long },
        ],
      },
    });
    const asked = await waiting();
    expect(asked).toMatchObject({
      key: "anna",
      api: "openai-chat",
      host: "scripted-host",
      policy: "ask",
      hasConversation: true,
      system: "You are \\u001b[31mkind\\u0007.",
      messages: 2,
      toolCount: 30,
      maxTokens: 77,
      media: 0,
    });
    expect(asked.client).toBe("evil agent/1.0");
    expect(asked.model).toBe("gpt-\\u2066hidden");
    expect(asked.tools).toHaveLength(20);
    expect(asked.last.endsWith("\\u202e\\u001b[2Jdelete the \\u200bfiles")).toBe(true);
    expect(asked.last.length).toBeLessThan(500);
    expect(asked.characters).toBeGreaterThan(100_000);
    expect(asked.inputTokens).toBeGreaterThan(100);
    expect(JSON.stringify(asked)).not.toMatch(/\p{Cc}|\p{Cf}/u);
    await control("POST", `approvals/${asked.id}`, { decision: "allow" });
    expect((await running).status).toBe(200);
  },
);

const STREAMS: readonly (readonly [path: string, body: object, beat: RegExp])[] = [
  [
    "/v1/chat/completions",
    { model: "auto", stream: true, messages: [{ role: "user", content: "Hi" }] },
    /^: waiting for whoever runs the bridge/m,
  ],
  ["/v1/responses", { model: "auto", stream: true, input: "Hi" }, /^: waiting for whoever runs the bridge/m],
  [
    "/v1/messages",
    { model: "auto", max_tokens: 9, stream: true, messages: [{ role: "user", content: "Hi" }] },
    /^: waiting for whoever runs the bridge/m,
  ],
  [
    "/v1beta/models/auto:streamGenerateContent?alt=sse",
    { contents: [{ role: "user", parts: [{ text: "Hi" }] }] },
    /^data: \{/,
  ],
  ["/api/chat", { model: "auto", messages: [{ role: "user", content: "Hi" }] }, /^\{/],
];

verifies("control.waiting", "while it waits every API's stream is alive, and it ends in order", async () => {
  const { url, waiting, control } = await lending({ clientConsent: "ask", peekMs: 20, heartbeatMs: 100 });
  for (const [path, body, beat] of STREAMS) {
    const response = await fetch(`${url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    expect([path, response.status]).toEqual([path, 200]);
    const { id } = await waiting();
    const reader = (response.body ?? new ReadableStream<Uint8Array>()).getReader();
    const decoder = new TextDecoder();
    let text = "";
    let reads = 0;
    while (reads < 4) {
      const { value } = await reader.read();
      text += decoder.decode(value, { stream: true });
      reads += 1;
    }
    expect(text).toMatch(beat);
    expect(text).not.toContain("Hello");
    await control("POST", `approvals/${id}`, { decision: "allow" });
    for (let part = await reader.read(); !part.done; part = await reader.read())
      text += decoder.decode(part.value, { stream: true });
    expect(text).toContain("Hello");
  }
});

verifies(
  "control.waiting",
  "nobody answers: the request ends saying what to do, and costs nothing",
  async () => {
    const { url, give, approvals, calls } = await lending({ clientConsent: "ask", consentTimeout: 1 });
    const headers = await give("anna", { limits: { requestsPerDay: 5 } });
    for (const dialect of DIALECTS) {
      const response = await ask(url, dialect, { headers });
      expect(response.status).toBe(400);
      expect((await errorOf(response)).message).toContain("mcptb approvals");
    }
    expect([calls(), await approvals()]).toEqual([0, []]);
    const usage = await (await fetch(`${url}/v1/me/usage`, { headers })).json();
    expect(usage).toMatchObject({ limits: [{ left: 5 }] });
  },
);

verifies("control.waiting", "a client that leaves withdraws its question", async () => {
  const { url, waiting, approvals, calls, give } = await lending({ clientConsent: "ask" });
  const headers = await give("anna", { limits: { requestsPerDay: 5 } });
  const leaving = new AbortController();
  const left = ask(url, "openai-chat", { headers, signal: leaving.signal }).catch(() => undefined);
  await waiting();
  leaving.abort();
  await left;
  await expect.poll(approvals).toEqual([]);
  expect(calls()).toBe(0);
  await expect
    .poll(async () => (await fetch(`${url}/v1/me/usage`, { headers })).json())
    .toMatchObject({ limits: [{ left: 5 }] });
});

verifies(
  "control.waiting",
  "of one owner no more wait than a bound, others are asked for all the same",
  async () => {
    const { url, approvals, give } = await lending({ clientConsent: "ask" });
    const [anna, ben] = [await give("anna"), await give("ben")];
    const leaving = new AbortController();
    const { signal } = leaving;
    const all = Array.from({ length: 25 }, () => ask(url, "openai-chat", { headers: anna, signal }));
    const statuses = all.map((each) => each.then(({ status }) => status).catch(() => 0));
    await expect.poll(async () => (await approvals()).length).toBe(20);
    const other = ask(url, "openai-chat", { headers: ben, signal }).catch(() => undefined);
    await expect.poll(async () => (await approvals()).some(({ key }) => key === "ben")).toBe(true);
    leaving.abort();
    await other;
    expect((await Promise.all(statuses)).filter((status) => status === 429)).toHaveLength(5);
  },
);

verifies(
  "control.grants",
  "an answer stands for this key, client and host, for its time, and can be taken back",
  async () => {
    const { url, waiting, control, grants, give, calls, directory } = await lending({ clientConsent: "ask" });
    const anna = { ...(await give("anna", { consent: "minutes:5" })), "user-agent": "one" };
    const first = ask(url, "openai-chat", { headers: anna });
    const { id, policy } = await waiting();
    expect(policy).toBe("minutes:5");
    expect(await (await control("POST", `approvals/${id}`, { decision: "allow" })).json()).toMatchObject({
      remember: "minutes:5",
    });
    expect((await first).status).toBe(200);
    expect((await ask(url, "anthropic-messages", { headers: anna })).status).toBe(200);
    const [grant] = await grants();
    expect(grant).toMatchObject({
      key: "anna",
      client: "one",
      host: "scripted-host",
      kind: "minutes",
      used: 1,
    });
    expect((grant?.until ?? 0) - (grant?.since ?? 0)).toBe(300_000);

    const others = [{ ...anna, "user-agent": "two" }, await give("ben", { consent: "minutes:5" })];
    for (const headers of others) {
      const other = ask(url, "openai-chat", { headers });
      const asked = await waiting();
      await control("POST", `approvals/${asked.id}`, { decision: "deny", remember: "once" });
      expect((await other).status).toBe(400);
    }
    expect((await control("DELETE", `grants/${grant?.id}`)).status).toBe(200);
    const again = ask(url, "openai-chat", { headers: anna });
    const asked = await waiting();
    await control("POST", `approvals/${asked.id}`, { decision: "deny", remember: "minutes:1" });
    expect((await again).status).toBe(400);
    expect((await ask(url, "openai-chat", { headers: anna })).status).toBe(400);
    expect(calls()).toBe(2);
    const audit = (): Promise<string> => readFile(auditFile(directory), "utf8");
    for (const event of ["consent-allowed", "consent-denied", "consent-ended"])
      await expect.poll(audit).toContain(event);
    expect(await audit()).not.toContain("Hello");
  },
);

verifies("control.grants", "one answer stands for a conversation, and no other", async () => {
  const { url, waiting, control } = await lending({ clientConsent: "conversation" });
  const of = (session: string) => ask(url, "openai-chat", { headers: { "x-session-id": session } });
  const first = of("a");
  const beside = of("b");
  let ids: readonly Approval[] = [];
  await expect
    .poll(async () => {
      ids = ((await (await control("GET", "approvals")).json()) as { approvals: Approval[] }).approvals;
      return ids.length;
    })
    .toBe(2);
  await control("POST", `approvals/${ids[0]?.id}`, { decision: "allow" });
  const other = await waiting();
  await control("POST", `approvals/${other.id}`, { decision: "deny", remember: "once" });
  const statuses = [(await first).status, (await beside).status];
  expect(new Set(statuses)).toEqual(new Set([200, 400]));
  // Without a conversation every request is asked for.
  const alone = ask(url, "openai-chat");
  const { id } = await waiting();
  expect(
    (await control("POST", `approvals/${id}`, { decision: "allow", remember: "conversation" })).status,
  ).toBe(400);
  expect((await control("POST", `approvals/${id}`, { decision: "maybe" })).status).toBe(400);
  await control("POST", `approvals/${id}`, { decision: "allow" });
  expect((await alone).status).toBe(200);
});

verifies("control.grants", "after a stop everything is asked for anew; what waits ends with it", async () => {
  const { url, waiting, control, grants } = await lending({ clientConsent: "minutes:10" });
  const first = ask(url, "openai-chat");
  await control("POST", `approvals/${(await waiting()).id}`, { decision: "allow" });
  expect((await first).status).toBe(200);
  const waits = ask(url, "openai-chat", { headers: { "user-agent": "other" } });
  await waiting();
  expect(await (await control("POST", "stop")).json()).toMatchObject({ stopped: true });
  expect((await waits).status).toBe(503);
  await expect.poll(grants).toEqual([]);
  await control("POST", "resume");
  const again = ask(url, "openai-chat");
  await control("POST", `approvals/${(await waiting()).id}`, { decision: "deny", remember: "once" });
  expect((await again).status).toBe(400);
});

verifies("control.asked", "a key's own word goes before the one for all", async () => {
  const { url, give, calls } = await lending({ clientConsent: "deny" });
  const free = await give("free", { consent: "auto" });
  const none = await give("none");
  expect((await ask(url, "openai-chat", { headers: free })).status).toBe(200);
  const refused = await ask(url, "anthropic-messages", { headers: none });
  expect(refused.status).toBe(400);
  expect((await errorOf(refused)).message).toContain("lends nothing to this key");
  expect(calls()).toBe(1);
});

verifies("control.live", "what runs is seen by operators alone, and can be ended", async () => {
  const { url, control, give } = await lending({}, hang);
  const headers = await give("anna");
  const running = ask(url, "anthropic-messages", { headers, stream: true });
  const watching = await fetch(`${url}/control/live`, {
    headers: { ...OPERATOR, accept: "application/x-ndjson" },
  });
  expect(watching.headers.get("content-type")).toContain("application/x-ndjson");
  const changes = lines(watching);
  const seen = await until(changes, ({ requests }) => requests.changed.some(({ state }) => state === "host"));
  const [request] = seen.requests.changed;
  expect(request).toMatchObject({
    key: "anna",
    api: "anthropic-messages",
    stream: true,
    asked: "auto",
    host: "scripted-host",
    outputTokens: 0,
    firstMs: null,
  });
  const id = request?.id ?? "";
  for (const path of ["requests", "approvals", "live", "grants", ""]) {
    expect((await fetch(`${url}/control/${path}`.replace(/\/$/, ""), { headers })).status).toBe(403);
    expect((await fetch(`${url}/control/${path}`.replace(/\/$/, ""))).status).toBe(401);
  }
  expect((await fetch(`${url}/control/requests/${id}`, { method: "DELETE", headers })).status).toBe(403);
  expect((await control("DELETE", `requests/${id}`)).status).toBe(200);
  await until(changes, ({ requests }) => requests.gone.includes(id));
  const response = await running;
  expect(await response.text()).toContain("has ended this request");
  expect((await control("POST", `requests/${id}/cancel`)).status).toBe(404);
});

async function* lines(response: Response): AsyncGenerator<LiveChange> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of response.body ?? []) {
    const all = (rest + decoder.decode(chunk as Uint8Array, { stream: true })).split("\n");
    rest = all.pop() ?? "";
    for (const line of all) if (line !== "") yield JSON.parse(line) as LiveChange;
  }
}

async function until(
  changes: AsyncGenerator<LiveChange>,
  fits: (change: LiveChange) => boolean,
): Promise<LiveChange> {
  for (;;) {
    const { value, done } = await changes.next();
    if (done === true) throw new Error("the stream has ended");
    if (fits(value)) return value;
  }
}
