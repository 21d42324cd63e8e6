/** Google's API over plain HTTP: addresses, keys, errors. */
import { afterAll, beforeAll, describe, expect } from "vitest";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { answer } from "../../support/hosts/scripts.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

const KEY = "key-that-nobody-may-see";

let running: RunningBridge;

beforeAll(async () => {
  running = await startBridge({ apiKey: [KEY], logContent: false });
  const { host } = await attachHost(running.bridge);
  host.script = answer("Hello from the host.");
});
afterAll(() => running.bridge.stop());

const HI = { contents: [{ parts: [{ text: "hi" }] }] };

async function post(
  path: string,
  { headers = {}, body = HI }: { headers?: Readonly<Record<string, string>>; body?: unknown } = {},
): Promise<{ status: number; text: string; json: () => Record<string, unknown> }> {
  const response = await fetch(`${running.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, text, json: () => JSON.parse(text) as Record<string, unknown> };
}

const keyed = { "x-goog-api-key": KEY };

describe("keys", () => {
  verifies("gemini.keys", "in the header or the query", async () => {
    const path = "/v1beta/models/auto:generateContent";
    expect((await post(path, { headers: keyed })).text).toContain("Hello from the host.");
    expect((await post(`${path}?key=${KEY}`)).text).toContain("Hello from the host.");
    expect((await post(`/v1/models/auto:generateContent?alt=json&key=${KEY}`)).status).toBe(200);
    for (const [url, headers] of [
      [`/v1beta/models?key=${KEY}`, {}],
      ["/v1/models", keyed],
      [`/v1/models?key=${KEY}`, {}],
    ] as const) {
      const response = await fetch(`${running.url}${url}`, { headers });
      const { models } = (await response.json()) as { models: { name: string }[] };
      expect(models.map(({ name }) => name)).toContain("models/auto");
    }
  });

  verifies(
    ["gemini.keys", "gemini.errors"],
    "a wrong one is refused in Google's form, and told nowhere",
    async () => {
      const path = "/v1beta/models/auto:generateContent";
      for (const [url, headers] of [
        [path, {}],
        [`${path}?key=wrong-${KEY}`, {}],
        [path, { "x-goog-api-key": `wrong-${KEY}` }],
        ["/v1beta/nowhere?key=", {}],
      ] as const) {
        const { status, text, json } = await post(url, { headers });
        expect(status).toBe(401);
        expect(json()).toMatchObject({ error: { code: 401, status: "UNAUTHENTICATED" } });
        expect(text).not.toContain(KEY);
      }
      await post(`/v1beta/nowhere?key=${KEY}`);
      await post(`/v1beta/models/auto:generateContent?key=${KEY}`, { body: { contents: 5 } });
      expect(JSON.stringify(running.log)).not.toContain(KEY);
    },
  );

  verifies("gemini.keys", "other APIs take none from the query", async () => {
    const chat = await post(`/v1/chat/completions?key=${KEY}`, {
      body: { model: "auto", messages: [{ role: "user", content: "hi" }] },
    });
    expect(chat.status).toBe(401);
    expect((await fetch(`${running.url}/api/tags?key=${KEY}`)).status).toBe(401);
    const named = { "anthropic-version": "2023-06-01" };
    const models = await fetch(`${running.url}/v1/models?key=${KEY}`, { headers: named });
    expect(models.status).toBe(401);
  });
});

describe("addresses", () => {
  verifies("gemini.addresses", "models with slashes and colons, in each version and spelling", async () => {
    for (const path of [
      "/v1beta/models/auto:generateContent",
      "/v1/models/auto:generateContent",
      "/v1alpha/models/auto:generateContent",
      "/v1/v1beta/models/auto:generateContent",
      "//v1beta//models/auto:generateContent/",
      "/models/auto:generateContent",
      "/v1beta/models/copilot/qwen3:8b:generateContent",
      "/v1beta/models/copilot%2Fqwen3%3A8b:generateContent",
    ]) {
      const { status, json } = await post(path, { headers: keyed });
      expect([path, status]).toEqual([path, 200]);
      expect(json()).toMatchObject({ candidates: [{ finishReason: "STOP" }] });
    }
  });

  verifies(["gemini.errors", "gemini.addresses"], "what is not there is told in Google's form", async () => {
    for (const [path, status, name] of [
      ["/v1beta/tunedModels/x:generateContent", 404, "NOT_FOUND"],
      ["/v1beta/models/auto:dance", 404, "NOT_FOUND"],
      ["/v1beta/models/auto", 404, "NOT_FOUND"],
      ["/v1beta", 404, "NOT_FOUND"],
      ["/v1/models/auto:sendPigeons", 405, "INVALID_ARGUMENT"],
    ] as const) {
      const answered = await post(path, { headers: keyed });
      expect([path, answered.status]).toEqual([path, status]);
      expect(answered.json()).toMatchObject({ error: { code: status, status: name } });
    }
  });

  verifies("gemini.array", "a stream in the form that the query asks for", async () => {
    const path = "/v1beta/models/auto:streamGenerateContent";
    const array = await fetch(`${running.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...keyed },
      body: JSON.stringify(HI),
    });
    expect(array.headers.get("content-type")).toBe("application/json; charset=utf-8");
    const elements = (await array.json()) as object[];
    expect(elements.at(-1)).toMatchObject({ candidates: [{ finishReason: "STOP" }] });
    const events = await post(`${path}?alt=sse`, { headers: keyed });
    expect(events.text).toMatch(/^(?:data: \{.*\}\n\n)+$/);
    expect((await post(`${path}?alt=proto`, { headers: keyed })).json()).toMatchObject({
      error: { status: "INVALID_ARGUMENT" },
    });
  });

  verifies("gemini.refused-methods", "what hosts cannot do", async () => {
    for (const path of [
      "/v1beta/models/auto:embedContent",
      "/v1/models/auto:batchEmbedContents",
      "/v1beta/models/auto:predict",
      "/v1beta/models/auto:batchGenerateContent",
      "/v1beta/files",
      "/upload/v1beta/files",
      "/v1beta/cachedContents",
    ]) {
      const { status, json } = await post(path, { headers: keyed });
      expect([path, status]).toEqual([path, 400]);
      const { error } = json() as { error: { status: string; message: string } };
      expect(error.status).toBe("INVALID_ARGUMENT");
      expect(error.message).toMatch(/; \w+/);
    }
    for (const [method, path, body] of [
      ["POST", "/upload/v1beta/files", new Uint8Array(4_096)],
      ["GET", "/v1beta/files", undefined],
      ["DELETE", "/v1beta/files/x", undefined],
      ["GET", "/v1beta/cachedContents/x", undefined],
    ] as const) {
      const response = await fetch(`${running.url}${path}`, {
        method,
        headers: keyed,
        ...(body !== undefined && { body }),
      });
      expect([method, path, await response.json()]).toMatchObject([
        method,
        path,
        { error: { code: 400, message: expect.stringMatching(/; send /) as string } },
      ]);
    }
  });

  verifies("gemini.count-tokens", "of contents, and of a whole request", async () => {
    const count = async (body: unknown): Promise<number> => {
      const { json } = await post("/v1beta/models/auto:countTokens", { headers: keyed, body });
      const { totalTokens, estimated } = json();
      expect(estimated).toBe(true);
      return Number(totalTokens);
    };
    const few = await count(HI);
    const more = await count({
      generateContentRequest: {
        model: "models/auto",
        ...HI,
        system_instruction: { parts: { text: "Be as brief as you can be, and a little briefer." } },
      },
    });
    expect(more).toBeGreaterThan(few + 5);
    const { status } = await post("/v1beta/models/auto:countTokens", { headers: keyed, body: {} });
    expect(status).toBe(400);
  });
});
