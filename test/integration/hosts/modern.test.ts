/** Hosts of revision 2026-07-28: the official client, pinned to it, starts the real program and runs the tool `hook`. */
import { Client } from "@modelcontextprotocol/client";
import { afterEach, expect } from "vitest";
import { ask, DIALECTS } from "../../support/bridge/ask.ts";
import {
  DELTA_METHOD,
  deltaParams,
  EXTENSION,
  OFFER,
  targetOf,
  type Delta,
} from "../../../src/hosts/mcp/sampling-stream.ts";
import { answer } from "../../support/hosts/client-host.ts";
import { Gate } from "../../support/streams/gate.ts";
import { startModernHost, type ModernHost, type ModernHostOptions } from "../../support/hosts/modern-host.ts";
import { stdioBridge } from "../../support/processes/stdio-bridge.ts";
import { verifies } from "../../support/verifies.ts";

const open: ModernHost[] = [];
afterEach(async () => {
  for (const host of open.splice(0)) await host.close();
});

async function modern(options: ModernHostOptions, flags: readonly string[] = []) {
  const { transport, url, log } = stdioBridge(["--mcp-era", "modern", ...flags]);
  const host = await startModernHost(transport, options);
  open.push(host);
  return { host, url: await url, log };
}

function said(params: { readonly messages: readonly { readonly content: unknown }[] }): string {
  const content = params.messages.at(-1)?.content as { text?: string } | undefined;
  return content?.text ?? "";
}

verifies(
  "modern.rounds",
  "open calls of the hook serve many turns at once, each with its own answer",
  async () => {
    let running = 0;
    let most = 0;
    const { host, url } = await modern({
      hooks: 4,
      async model(params) {
        running += 1;
        most = Math.max(most, running);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        return answer(`You said: ${said(params)}`);
      },
    });
    const numbers = Array.from({ length: 40 }, (_, index) => index);
    await Promise.all(
      numbers.map(async (index) => {
        const response = await ask(url, DIALECTS[index % 2] ?? "openai-chat", {
          text: `number ${index}!`,
          stream: index % 3 === 0,
          headers: { "x-mcp-stream-unit": "whole" },
        });
        expect(response.status).toBe(200);
        expect(await response.text()).toContain(`You said: number ${index}!`);
      }),
    );
    expect(most).toBeGreaterThan(1);
    expect(host.failed).toEqual([]);
  },
);

verifies(
  "modern.round-cap",
  "a call ends in good order before hosts give it up, and the next one goes on",
  async () => {
    const { host, url } = await modern({ hooks: 1, model: (params) => answer(said(params)) });
    for (let index = 0; index < 20; index += 1) {
      const response = await ask(url, "openai-chat", { text: `turn ${index}.` });
      expect(await response.text()).toContain(`turn ${index}.`);
    }
    expect(host.ended).toHaveLength(2);
    for (const text of host.ended) expect(text).toContain("Call `hook` again");
    expect(host.failed).toEqual([]);
  },
);

verifies(
  "modern.abandoned",
  "the answer to a client that has left is dropped, and its call serves the next turn",
  async () => {
    const asked = new Gate();
    const release = new Gate();
    const { host, url } = await modern({
      hooks: 1,
      async model(params) {
        if (said(params) !== "slow") return answer(said(params));
        asked.open();
        await release.pass(new AbortController().signal);
        return answer("too late");
      },
    });
    const leaving = new AbortController();
    const left = ask(url, "openai-chat", { text: "slow", signal: leaving.signal });
    await asked.pass(new AbortController().signal);
    leaving.abort();
    await expect(left).rejects.toThrow();
    const next = ask(url, "anthropic-messages", { text: "quick." });
    release.open();
    const text = await (await next).text();
    expect(text).toContain("quick.");
    expect(text).not.toContain("too late");
    expect(host.failed).toEqual([]);
  },
);

verifies("modern.state", "state that was not signed by us is refused", async () => {
  const { host } = await modern({ hooks: 0, model: () => answer("never") });
  const forged = host.client.callTool({
    name: "hook",
    arguments: {},
    requestState: "v1.eyJwIjp7InJvdW5kIjowLCJrZXkiOiJ4In19.AAAA",
    inputResponses: { x: answer("mine") },
  } as never);
  await expect(forged).rejects.toMatchObject({ code: -32_602 });
});

verifies("modern.told", "what the era cannot do is told", async () => {
  const { host, url } = await modern({ hooks: 2, model: (params) => answer(said(params)) });
  await (await ask(url, "openai-chat", { text: "once" })).text();
  const ready = (await (await fetch(`${url}/ready`)).json()) as { hosts: object[] };
  expect(ready.hosts).toMatchObject([
    { revision: "2026-07-28", transport: "stdio", slots: 2, abilities: { cancel: "no", errors: false } },
  ]);
  const status = await host.client.callTool({ name: "status", arguments: {} });
  expect(JSON.stringify(status.content)).toMatch(
    /2 calls? of the tool .hook. open.*cannot be cancelled.*does not report a refusal or failure/,
  );
  const models = (await (await fetch(`${url}/v1/models`)).json()) as { data: { id: string }[] };
  const entry = models.data.find(({ id }) => id === "modern-host/auto");
  expect(entry).toMatchObject({ mcp: { abilities: { cancel: "no", errors: false } } });
});

verifies("modern.told", "as it is told, a failure ends at the time limit", async () => {
  const { url } = await modern(
    {
      hooks: 1,
      model: () => {
        throw new Error("The person said no.");
      },
    },
    ["--http-timeout", "1"],
  );
  const began = performance.now();
  const response = await ask(url, "openai-chat", { text: "once" });
  expect(response.status).toBe(504);
  expect(performance.now() - began).toBeGreaterThan(900);
});

verifies("modern.tools", "tools travel natively where the host declares them", async () => {
  const { url } = await modern({
    model: (params) => ({
      role: "assistant",
      model: "m",
      stopReason: "toolUse",
      content: [{ type: "tool_use", id: "1", name: params.tools?.[0]?.name ?? "none", input: { a: 1 } }],
    }),
  });
  const response = await ask(url, "openai-chat", {
    body: { tools: [{ type: "function", function: { name: "look", parameters: { type: "object" } } }] },
  });
  expect(await response.json()).toMatchObject({
    choices: [
      {
        finish_reason: "tool_calls",
        message: { tool_calls: [{ function: { name: "look", arguments: '{"a":1}' } }] },
      },
    ],
  });
});

verifies("modern.dual-era", "each policy serves its eras and sends others where they can go", async () => {
  const legacyOnly = stdioBridge(["--mcp-era", "legacy"]);
  await expect(startModernHost(legacyOnly.transport, { model: () => answer("") })).rejects.toThrow();
  const auto = stdioBridge();
  const client = new Client(
    { name: "some host", version: "1" },
    { capabilities: { sampling: {} }, versionNegotiation: { mode: "auto" } },
  );
  client.setRequestHandler("sampling/createMessage", () => answer("without a hook"));
  await client.connect(auto.transport);
  expect(await (await ask(await auto.url, "openai-chat")).text()).toContain("without a hook");
  await client.close();
});

verifies(
  "modern.deltas",
  "deltas of a host that declares them reach the client before the answer is there",
  async () => {
    const finish = new Gate();
    const { host, url } = await modern({
      capabilities: { sampling: { tools: {} }, extensions: { [EXTENSION]: OFFER } },
      async model(params) {
        const target = targetOf(params);
        if (target?.era !== "modern") throw new Error("No deltas were asked for.");
        const send = (seq: number, delta: Delta) =>
          host.client.notification({
            method: DELTA_METHOD,
            params: deltaParams(target.token, seq, [delta]),
          });
        await send(1, { type: "start", model: "streamed/model" });
        await send(2, { type: "text", text: "early " });
        await finish.pass();
        await send(3, { type: "text", text: "late " });
        return answer("early late end");
      },
    });
    const response = await ask(url, "openai-chat", { stream: true });
    expect(response.headers.get("x-mcp-bridge")).toBe("deltas");
    expect(response.headers.get("x-mcp-model")).toBe("streamed/model");
    let text = "";
    for await (const piece of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += piece;
      if (text.includes("early ")) finish.open();
    }
    expect(text.match(/early |late |end/g)).toEqual(["early ", "late ", "end"]);
    expect(text).toContain("[DONE]");
  },
);
