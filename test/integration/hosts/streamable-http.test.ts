/** Hosts of both eras over Streamable HTTP, at once and beside one on stdio, through real sockets. */
import { setTimeout } from "node:timers/promises";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterEach, expect } from "vitest";
import { ask, DIALECTS } from "../../support/bridge/ask.ts";
import {
  HTTP_HOSTS,
  startModern,
  startSdk1,
  startSdk2,
  type HttpHost,
} from "../../support/hosts/http-hosts.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { answer } from "../../support/hosts/scripts.ts";
import { startBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";
import { eventually } from "../../support/streams/eventually.ts";

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function bridgeWith(settings: Parameters<typeof startBridge>[0] = {}) {
  const running = await startBridge({ mcpHttp: true, ...settings });
  open.push(() => running.bridge.stop());
  return running;
}

function keep<Host extends HttpHost>(host: Host): Host {
  open.push(() => host.close());
  return host;
}

interface Ready {
  readonly hosts: readonly { readonly label: string; readonly transport: string; readonly slots?: number }[];
}

const ready = async (url: string): Promise<Ready["hosts"]> =>
  ((await (await fetch(`${url}/ready`)).json()) as Ready).hosts;

/** Settles when a host is there and can be asked. */
const reachable = (url: string): Promise<void> =>
  eventually(async () => expect((await ready(url))[0]).not.toHaveProperty("slots", 0));

for (const [kind, start] of Object.entries(HTTP_HOSTS)) {
  verifies("http.lends", `${kind} lends its model to many clients at once`, async () => {
    const { url } = await bridgeWith();
    keep(await start({ url, name: "remote", model: (text) => `You said: ${text}` }));
    await reachable(url);
    await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const response = await ask(url, DIALECTS[index % 2] ?? "openai-chat", {
          text: `number ${index}!`,
          stream: index % 3 === 0,
          headers: { "x-mcp-stream-unit": "whole" },
        });
        expect(await response.text()).toContain(`You said: number ${index}!`);
        expect(response.headers.get("x-mcp-host")).toBe("remote");
      }),
    );
    expect(await ready(url)).toMatchObject([{ label: "remote", transport: "http" }]);
  });

  verifies("http.large", `${kind}: prompts and answers of many megabytes pass`, async () => {
    const { url } = await bridgeWith();
    keep(await start({ url, name: "remote", model: (text) => `${text.length}:${"a".repeat(6_000_000)}` }));
    await reachable(url);
    const response = await ask(url, "openai-chat", { text: "q".repeat(6_000_000) });
    const body = (await response.json()) as { choices: { message: { content: string } }[] };
    expect(body.choices[0]?.message.content).toBe(`6000000:${"a".repeat(6_000_000)}`);
  });

  verifies(
    "http.keys",
    `${kind} needs a host's key where one is set, and a client's key is none`,
    async () => {
      const { url } = await bridgeWith({ apiKey: "client", hostKey: "host" });
      const with_ = (key: string) => ({
        url,
        name: "remote",
        model: () => "Hi.",
        headers: { authorization: `Bearer ${key}` },
      });
      const asked = (key: string) => ask(url, "openai-chat", { headers: { authorization: `Bearer ${key}` } });
      await expect(start(with_("client"))).rejects.toThrow();
      keep(await start(with_("host")));
      await eventually(async () => expect((await asked("client")).status).toBe(200));
      expect((await asked("host")).status).toBe(401);
      expect((await asked("client")).status).toBe(200);
    },
  );
}

verifies("http.cancel", "a client that leaves cancels at a host of the legacy era", async () => {
  for (const start of [startSdk1, startSdk2]) {
    const { url, bridge } = await bridgeWith();
    const cancelled = new Promise<void>((resolve) => {
      void start({
        url,
        name: "remote",
        model: (_, signal) =>
          new Promise(() => {
            signal?.addEventListener("abort", () => resolve());
            asked();
          }),
      }).then(keep);
    });
    let asked!: () => void;
    const running = new Promise<void>((resolve) => {
      asked = resolve;
    });
    await eventually(async () => expect(await ready(url)).toHaveLength(1));
    const leaving = new AbortController();
    const left = ask(url, "openai-chat", { stream: true, signal: leaving.signal });
    left.catch(() => undefined);
    await running;
    leaving.abort();
    await cancelled;
    await left.catch(() => undefined);
    expect(bridge.url).toBe(url);
  }
});

verifies(
  ["http.both-eras", "pool.choice"],
  "hosts of every kind are one pool, and a client can choose among them",
  async () => {
    const { url, bridge } = await bridgeWith();
    const { host } = await attachHost(bridge, {
      name: "editor",
      async script(call) {
        await setTimeout(20);
        await answer("from editor")(call);
      },
    });
    open.push(async () => host.close());
    const thinking = (name: string) => ({
      url,
      name,
      model: async () => {
        await setTimeout(20);
        return `from ${name}`;
      },
    });
    keep(await startSdk1(thinking("one")));
    keep(await startSdk2(thinking("two")));
    keep(await startModern(thinking("three")));
    await eventually(async () => expect((await ready(url)).map(({ slots }) => slots)).not.toContain(0));
    const labels = (await ready(url)).map(({ label }) => label);
    expect(labels.toSorted()).toEqual(["editor", "one", "three", "two"]);
    for (const label of labels) {
      for (const choice of [{ body: { model: `${label}/auto` } }, { headers: { "x-mcp-host": label } }]) {
        const response = await ask(url, "openai-chat", choice);
        expect(await response.text()).toContain(`from ${label}`);
        expect(response.headers.get("x-mcp-host")).toBe(label);
      }
    }
    const served = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const response = await ask(url, "openai-chat");
        await response.text();
        return response.headers.get("x-mcp-host");
      }),
    );
    expect(new Set(served).size).toBe(4);
    expect((await ask(url, "openai-chat", { headers: { "x-mcp-host": "nobody" } })).status).toBe(404);
  },
);

verifies(
  "http.gone",
  "a host that ends its session is gone, and what it was asked ends with an error",
  async () => {
    const { url } = await bridgeWith();
    let asked!: () => void;
    const running = new Promise<void>((resolve) => {
      asked = resolve;
    });
    const host = await startSdk2({
      url,
      name: "remote",
      model: () =>
        new Promise(() => {
          asked();
        }),
    });
    const response = ask(url, "openai-chat");
    await running;
    await host.close();
    expect((await response).status).toBe(502);
    await eventually(async () => expect(await ready(url)).toEqual([]));
  },
);

verifies("http.off", "without --mcp-http there is no /mcp", async () => {
  const { url } = await bridgeWith({ mcpHttp: false });
  expect((await fetch(`${url}/mcp`, { method: "POST", body: "{}" })).status).toBe(404);
});

verifies("http.sessions", "what belongs to no session is told so", async () => {
  const { url } = await bridgeWith();
  const post = (body: object, headers: Record<string, string> = {}) =>
    fetch(`${url}/mcp`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...headers,
      },
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, ...body }),
    });
  expect((await post({ method: "tools/list" })).status).toBe(400);
  expect((await post({ method: "tools/list" }, { "mcp-session-id": "stale" })).status).toBe(404);
  expect((await fetch(`${url}/mcp`, { headers: { accept: "text/event-stream" } })).status).toBe(400);
  const evil = await post({ method: "tools/list" }, { origin: "https://evil.example" });
  expect(evil.status).toBe(403);
});

verifies("modern.dual-era", "a host of both eras is led to the legacy one", async () => {
  const { url } = await bridgeWith();
  const client = new Client(
    { name: "some host", version: "1" },
    { capabilities: { sampling: {} }, versionNegotiation: { mode: "auto" } },
  );
  open.push(() => client.close());
  client.setRequestHandler("sampling/createMessage", () => ({
    role: "assistant",
    model: "m",
    content: { type: "text", text: "without a hook" },
  }));
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`)));
  await reachable(url);
  expect(await (await ask(url, "openai-chat")).text()).toContain("without a hook");
});
