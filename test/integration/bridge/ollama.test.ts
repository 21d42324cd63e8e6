/** Ollama's API over plain HTTP: the port where programs look for it, keys, errors. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { afterEach, describe, expect, vi } from "vitest";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { answer } from "../../support/hosts/scripts.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

async function bridgeWith(settings: Parameters<typeof startBridge>[0]): Promise<RunningBridge> {
  const running = await startBridge(settings);
  ended.push(() => running.bridge.stop());
  const { host } = await attachHost(running.bridge);
  host.script = answer("Hello from the host.");
  return running;
}

async function serverOf(body: string, port = 0): Promise<{ server: Server; port: number }> {
  const server = createServer((_, response) => response.end(body)).listen(port, "127.0.0.1");
  await once(server, "listening");
  ended.push(async () => void (server.listening && (await close(server))));
  return { server, port: (server.address() as AddressInfo).port };
}

async function close(server: Server): Promise<void> {
  server.close();
  server.closeAllConnections();
  await once(server, "close");
}

async function freePort(): Promise<number> {
  const { server, port } = await serverOf("");
  await close(server);
  return port;
}

const said = ({ log }: RunningBridge, words: RegExp): Promise<void> =>
  vi.waitFor(() => expect(log.map(({ msg }) => msg).join("\n")).toMatch(words), { timeout: 20_000 });

verifies(
  "ollama.media-type",
  "what curl sends by itself is read as JSON, what a web page sends is not",
  async () => {
    const { url } = await bridgeWith({});
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const post = (path: string, body: string, headers: Record<string, string> = form): Promise<Response> =>
      fetch(url + path, { method: "POST", headers, body });
    const chat = JSON.stringify({
      model: "auto",
      stream: false,
      messages: [{ role: "user", content: "Hi" }],
    });
    for (const type of ["application/x-www-form-urlencoded", "text/plain", "application/json"]) {
      const response = await post("/api/chat", chat, { "content-type": type });
      expect([type, response.status, await response.json()]).toMatchObject([
        type,
        200,
        { message: { content: "Hello from the host." } },
      ]);
    }
    expect((await post("/api/show", '{"model":"auto"}')).status).toBe(200);
    expect((await post("/api/chat", "model=auto")).status).toBe(400);
    expect((await post("/api/chat", chat, { "content-encoding": "gzip" })).status).toBe(415);
    expect((await post("/api/chat", chat, { ...form, origin: "https://page.example" })).status).toBe(403);
    expect((await post("/v1/chat/completions", chat)).status).toBe(415);
  },
);

const READY = /listening on the Ollama port/;

describe("the second port", () => {
  verifies("ollama.port", "greets programs as Ollama does, and people with the page", async () => {
    const port = await freePort();
    const running = await bridgeWith({ ollamaPort: port });
    await said(running, READY);
    const url = `http://127.0.0.1:${port}`;
    const root = await fetch(url);
    expect([root.status, root.headers.get("content-type")]).toEqual([200, "text/plain; charset=utf-8"]);
    expect(await root.text()).toBe("Ollama is running");
    expect((await fetch(url, { method: "HEAD" })).status).toBe(200);
    expect(await (await fetch(url, { headers: { accept: "text/html,*/*" } })).text()).toMatch(
      /^<!doctype html>/,
    );
    // At the bridge's own port it is the page, whoever asks.
    expect(await (await fetch(running.url)).text()).toMatch(/^<!doctype html>/);
    const body = JSON.stringify({
      model: "auto",
      messages: [{ role: "user", content: "hi" }],
      stream: false,
    });
    for (const path of ["/api/chat", "/v1/chat/completions"]) {
      const reply = await fetch(url + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
      });
      expect(await reply.text()).toContain("Hello from the host.");
    }
    const { data } = (await (await fetch(`${url}/v1/models`)).json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id)).toContain("auto");
    await running.bridge.stop();
    await expect(fetch(url)).rejects.toThrow();
  });

  verifies("ollama.port", "is the first, where both are the same", async () => {
    const port = await freePort();
    const running = await bridgeWith({ port, ollamaPort: port });
    expect(await (await fetch(running.url)).text()).toBe("Ollama is running");
  });

  verifies("ollama.port-taken", "is left to an Ollama where both are the same", async () => {
    const { port } = await serverOf('{"version":"0.13.5"}');
    await expect(startBridge({ port, ollamaPort: port })).rejects.toMatchObject({
      code: "EADDRINUSE",
      message: `Ollama uses port ${port}.`,
    });
  });

  verifies("ollama.port-taken", "is left to an Ollama that runs, and the log says so", async () => {
    for (const [answered, name] of [
      ['{"version":"0.13.5"}', "Ollama"],
      ["<h1>Something</h1>", "another program"],
    ] as const) {
      const { port } = await serverOf(answered);
      const running = await bridgeWith({ ollamaPort: port });
      await said(running, new RegExp(`Port ${port} is used by ${name}, which keeps it`));
      expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe(answered);
      expect((await fetch(`${running.url}/api/version`)).status).toBe(200);
    }
  });

  verifies("ollama.port", "goes over from a bridge that ends", async () => {
    const port = await freePort();
    // Who has no key of it sees that it is a bridge.
    const first = await bridgeWith({ ollamaPort: port, apiKey: ["secret"] });
    await said(first, READY);
    const second = await bridgeWith({ ollamaPort: port });
    await first.bridge.stop();
    await said(second, READY);
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe("Ollama is running");
  });
});

verifies(
  "ollama.refused",
  "a file is not read before it is refused, and no part of a model is there",
  async () => {
    const { url } = await bridgeWith({});
    const path = "/api/blobs/sha256:0123";
    expect((await fetch(url + path, { method: "HEAD" })).status).toBe(404);
    const sent = await fetch(url + path, { method: "POST", body: new Uint8Array(4_096) });
    expect([sent.status, await sent.json()]).toMatchObject([400, { code: "unsupported_feature" }]);
  },
);

verifies("ollama.vscode", "what VS Code asks before it offers a model, and what it reads", async () => {
  const { url } = await bridgeWith({});
  const post = async (path: string, body: object): Promise<unknown> =>
    (
      await fetch(url + path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      })
    ).json();
  const { version } = (await (await fetch(`${url}/api/version`)).json()) as { version: string };
  const [major = 0, minor = 0] = version.split(".").map(Number);
  // It wants 0.6.4 at least.
  expect(major > 0 || minor > 6).toBe(true);
  const { models } = (await (await fetch(`${url}/api/tags`)).json()) as { models: { model: string }[] };
  expect(models.length).toBeGreaterThan(1);
  for (const { model } of models) {
    const shown = (await post("/api/show", { model })) as {
      model_info: Record<string, unknown>;
      capabilities: string[];
    };
    // Without the length of the context it takes 32768.
    const architecture = String(shown.model_info["general.architecture"]);
    expect(shown.model_info[`${architecture}.context_length`]).toBeUndefined();
    expect(shown.model_info["general.basename"]).toBe(model);
    expect(shown.capabilities).toContain("tools");
    const messages = [{ role: "user", content: "hi" }];
    const { choices } = (await post("/v1/chat/completions", { model, messages })) as {
      choices: { message: { content: string } }[];
    };
    expect(choices[0]?.message.content).toBe("Hello from the host.");
  }
});

describe("keys and errors", () => {
  verifies("ollama.errors", "a request without a key is refused in Ollama's form", async () => {
    const { url } = await bridgeWith({ apiKey: ["secret"] });
    for (const path of ["/api/tags", "/api/nowhere"]) {
      const refused = await fetch(url + path);
      expect([refused.status, await refused.json()]).toEqual([
        401,
        { error: expect.any(String) as string, code: "unauthorized" },
      ]);
    }
    const headers = { authorization: "Bearer secret" };
    expect((await fetch(`${url}/api/tags`, { headers })).status).toBe(200);
    const unknown = await fetch(`${url}/api/nowhere`, { headers });
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { code: "not_found" }]);
  });

  verifies("ollama.options", "what is not honoured is told in a header", async () => {
    const { url } = await bridgeWith({});
    const reply = await fetch(`${url}/api/chat`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        model: "auto",
        messages: [{ role: "user", content: "hi" }],
        keep_alive: "5m",
        options: { seed: 1 },
      }),
    });
    expect(reply.headers.get("content-type")).toBe("application/x-ndjson");
    expect(reply.headers.get("x-mcp-notices")).toContain("parameters-ignored");
    expect(await reply.text()).toMatch(/"done":true.*\}\n$/);
  });
});
