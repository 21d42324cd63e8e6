import { afterEach, expect } from "vitest";
import { ask, DIALECTS, errorOf, type DialectId } from "../../support/bridge/ask.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { answer, fail, hang, inTurn, refuse } from "../../support/hosts/scripts.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

let running: RunningBridge | undefined;
afterEach(async () => {
  await running?.bridge.stop();
  running = undefined;
});

async function open(settings: object = {}): Promise<RunningBridge> {
  running = await startBridge({ logLevel: "error", ...settings });
  return running;
}

const SHAPES = DIALECTS.flatMap((dialect) => [true, false].map((stream) => ({ dialect, stream })));
const STACK = "Unknown error: Error: boom\n    at /home/alice/x.js:1";

/** The error in the last frame of a stream that has begun. */
async function streamedError(response: Response, dialect: DialectId): Promise<string> {
  expect(response.status).toBe(200);
  const text = await response.text();
  expect(text).not.toContain("[DONE]");
  expect(text).not.toContain("message_stop");
  const last = text.trimEnd().split("\n\n").at(-1) ?? "";
  if (dialect === "anthropic-messages") expect(last).toMatch(/^event: error\n/);
  const data = /^data: (.*)$/m.exec(last)?.[1] ?? "{}";
  return (JSON.parse(data) as { error: { message: string } }).error.message;
}

/** The message that a client is told, in whatever form its dialect and its stream have. */
async function told(response: Response, shape: (typeof SHAPES)[number]): Promise<string> {
  if (response.status === 200) return streamedError(response, shape.dialect);
  return (await errorOf(response)).message;
}

verifies("host.gone", "a failure before the first byte has its status, streaming or not", async () => {
  const { bridge, url } = await open();
  const { host } = await attachHost(bridge, { script: fail(-32_603, STACK) });
  for (const { dialect, stream } of SHAPES) {
    const response = await ask(url, dialect, { stream });
    expect(response.status).toBe(502);
    expect((await errorOf(response)).message).toBe("The MCP host (scripted-host) failed: boom.");
  }
  host.script = answer("Hi.");
  expect((await ask(url, "openai-chat")).status).toBe(200);
});

verifies(
  "host.transient",
  "the first failure of a turn is worth a retry, its repetition is not",
  async () => {
    const { bridge, url } = await open();
    const { host } = await attachHost(bridge, {
      script: fail(-32_603, "Unknown error: Error: net::ERR_NETWORK_CHANGED\n    at x.js:1"),
    });
    for (const { dialect, stream } of SHAPES) {
      const text = `${dialect} ${String(stream)}`;
      const headers = [];
      for (let time = 0; time < 3; time += 1) {
        const response = await ask(url, dialect, { stream, text });
        headers.push([
          response.status,
          response.headers.get("x-should-retry"),
          response.headers.get("retry-after"),
        ]);
        await response.text();
      }
      expect(headers).toEqual([
        [502, "true", "2"],
        [502, "false", null],
        [502, "false", null],
      ]);
    }
    // The bridge asks once for each request.
    expect(host.calls).toHaveLength(SHAPES.length * 3);
    host.script = fail(-32_603, "Invalid request: no messages");
    const invalid = await ask(url, "openai-chat", { text: "other" });
    expect([invalid.status, invalid.headers.get("x-should-retry")]).toEqual([400, "false"]);
  },
);

verifies("host.transient", "inside a stream each API's clients are told the same in their way", async () => {
  const { bridge, url } = await open({ peekMs: 0 });
  const { host } = await attachHost(bridge, { script: hang });
  const told: string[] = [];
  for (let time = 0; time < 2; time += 1) {
    const claude = await ask(url, "anthropic-messages", { stream: true });
    (await host.next()).fail(-32_603, "fetch failed");
    told.push(/"error":\{"type":"(\w+)"/.exec(await claude.text())?.[1] ?? "");
    const codex = await fetch(`${url}/v1/responses`, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": "codex" },
      body: JSON.stringify({ model: "auto", input: "Hello?", stream: true }),
    });
    (await host.next()).fail(-32_603, "fetch failed");
    told.push(/"error":\{"code":"(\w+)"/.exec(await codex.text())?.[1] ?? "");
  }
  expect(told).toEqual(["overloaded_error", "server_error", "api_error", "server_error"]);
});

verifies("host.consent-denied", "a refusal has the status that makes each client stop asking", async () => {
  for (const { dialect, stream } of SHAPES) {
    const { bridge, url } = await open();
    const { host } = await attachHost(bridge, { script: refuse });
    for (let time = 0; time < 2; time += 1) {
      const response = await ask(url, dialect, { stream });
      expect(response.status).toBe(400);
      expect(response.headers.get("x-should-retry")).toBe("false");
      expect((await errorOf(response)).message).toMatch(/^The request was refused at the MCP host/);
    }
    // The second time the person is not asked.
    expect(host.calls).toHaveLength(1);
    await bridge.stop();
  }
});

verifies("host.gone", "every waiting client of a host that goes has its error", async () => {
  // Streams of the first half have begun when the host goes, those of the second half still wait for a verdict.
  for (const peekMs of [0, 10_000]) {
    const { bridge, url } = await open({ peekMs, maxConcurrent: 8 });
    const { host, gone } = await attachHost(bridge, { script: hang });
    const shapes = [...SHAPES, ...SHAPES, ...SHAPES];
    const clients = shapes.map(async (shape) => {
      return told(await ask(url, shape.dialect, { stream: shape.stream }), shape);
    });
    await host.until(() => host.calls.length === 8);
    host.close();
    await gone;
    for (const message of await Promise.all(clients)) {
      expect(message).toMatch(/connection to the MCP host (?:ended|has ended)|No MCP host is attached/);
    }
    expect((await fetch(`${url}/ready`)).status).toBe(503);
    await bridge.stop();
  }
});

verifies("host.gone", "a host that fails after the first byte is told inside the stream", async () => {
  const { bridge, url } = await open({ peekMs: 0 });
  const { host } = await attachHost(bridge, { script: hang });
  for (const dialect of DIALECTS) {
    const response = await ask(url, dialect, { stream: true });
    (await host.next()).fail(-32_603, STACK);
    expect(await streamedError(response, dialect)).toBe("The MCP host (scripted-host) failed: boom.");
  }
});

verifies("host.time-limit", "a host that hangs is given up after our limit, with 504", async () => {
  const { bridge, url } = await open({ httpTimeout: 0.05 });
  const { host } = await attachHost(bridge, { script: hang, tasks: true });
  for (const { dialect, stream } of SHAPES) {
    const response = await ask(url, dialect, { stream });
    expect(response.status).toBe(504);
    expect((await errorOf(response)).message).toMatch(/did not answer within 0\.05 s/);
  }
  await Promise.all(host.calls.map((call) => call.cancelled));
});

verifies(
  "host.restart",
  "a host that is back serves at once, and the old one's answers reach nobody",
  async () => {
    const { bridge, url } = await open();
    const first = await attachHost(bridge, { script: hang });
    const lost = ask(url, "openai-chat");
    const call = await first.host.next();
    first.host.close();
    expect((await lost).status).toBe(502);
    await first.gone;
    expect((await ask(url, "openai-chat")).status).toBe(503);
    const second = await attachHost(bridge, { script: inTurn(answer("I am new."), answer("Still here.")) });
    call.answer("from the grave");
    expect(await (await ask(url, "openai-chat")).text()).toContain("I am new.");
    expect(await (await ask(url, "anthropic-messages")).text()).toContain("Still here.");
    expect(second.host.calls).toHaveLength(2);
  },
);

verifies("host.bad-results", "an answer that is none is an error at once", async () => {
  const { bridge, url } = await open();
  const { host } = await attachHost(bridge, { script: hang });
  for (const result of [null, { content: null }, 5]) {
    const response = ask(url, "anthropic-messages");
    const { id } = await host.next();
    host.send({ jsonrpc: "2.0", id, result });
    expect((await response).status).toBe(502);
    expect((await errorOf(await response)).message).toMatch(/not a sampling result/);
  }
});

verifies("host.no-sampling", "a host without sampling is not asked, and the client is told", async () => {
  const { bridge, url } = await open();
  const { host } = await attachHost(bridge, { capabilities: {} });
  for (const { dialect, stream } of SHAPES) {
    const response = await ask(url, dialect, { stream });
    expect(response.status).toBe(503);
    expect((await errorOf(response)).message).toMatch(/scripted-host\) does not support sampling/);
  }
  expect(host.calls).toEqual([]);
});

verifies("host.status", "the status tool counts what was served and names the last error", async () => {
  const { bridge, url } = await open();
  const { host } = await attachHost(bridge, { script: inTurn(answer("SECRET"), fail(-1, "SECRET no")) });
  await (await ask(url, "openai-chat", { text: "SECRET question" })).text();
  await (await ask(url, "openai-chat", { text: "SECRET question" })).text();
  const status = await host.tool("status");
  expect(status).toContain(`listens on ${url}`);
  expect(status).toContain("2 served, 0 running, 0 queued");
  expect(status).toMatch(/Last error: consent_denied at \d{4}-/);
  expect(status).toContain("Permission: denied");
  expect(status).not.toContain("SECRET");
});

verifies(
  "host.consent-waiting",
  "waiting for consent is seen by the client, in /ready and in the status",
  async () => {
    const { bridge, url } = await open({ peekMs: 0, consentHintMs: 0 });
    const { host } = await attachHost(bridge, { name: "Visual Studio Code", script: hang, tasks: true });
    const response = await ask(url, "openai-chat", { stream: true });
    const call = await host.next();
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("bell icon")) {
      const { value, done } = (await reader?.read()) ?? { done: true };
      if (done) throw new Error(`The stream ended: ${text}`);
      text += value ?? "";
    }
    const ready = (await (await fetch(`${url}/ready`)).json()) as { hosts: { consent: string }[] };
    expect(ready.hosts[0]?.consent).toBe("waiting");
    expect(await host.tool("status")).toContain("may be asking you for permission");
    call.answer("Hi.");
    await reader?.cancel();
  },
);
