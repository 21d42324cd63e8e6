import { spawn } from "node:child_process";
import path from "node:path";
import { afterEach, expect } from "vitest";
import { ask, DIALECTS, errorOf } from "../../support/bridge/ask.ts";
import { eachLine } from "../../support/streams/json-lines.ts";
import { gone } from "../../support/processes/processes.ts";
import { answer, echo, fail, hang } from "../../support/hosts/scripts.ts";
import { MAIN, spawnBridge, type SpawnedBridge } from "../../support/processes/spawned-bridge.ts";
import { verifies } from "../../support/verifies.ts";

const MIB = 1_048_576;
const bridges: SpawnedBridge[] = [];

afterEach(async () => {
  await Promise.all(bridges.splice(0).map((bridge) => bridge.kill()));
});

function start(...parameters: Parameters<typeof spawnBridge>): SpawnedBridge {
  const bridge = spawnBridge(...parameters);
  bridges.push(bridge);
  return bridge;
}

verifies(
  "host.stdout-purity",
  "every line of a run with answers, errors, garbage, hooks and cancels is JSON-RPC",
  async () => {
    const {
      host,
      url: listening,
      exited,
    } = start({ script: echo }, ["--log-level", "trace", "--log-content"]);
    await host.initialize();
    const url = await listening;
    for (const dialect of DIALECTS) {
      await (await ask(url, dialect, { stream: true, text: "line\nbreak \u2028 é 好 👩‍🚀" })).text();
    }
    host.script = fail(-32_603, "boom\n  at stack");
    await ask(url, "openai-chat");
    host.script = hang;
    const abort = new AbortController();
    const left = ask(url, "openai-chat", { signal: abort.signal }).catch(() => undefined);
    await host.until(() => host.calls.length === 4);
    abort.abort();
    await left;
    await host.until(() => host.calls.at(-1)?.isCancelled === true);
    void host.tool("hook", { _meta: { progressToken: "hook" } }).catch(() => undefined);
    await host.until(() => host.received.some(({ method }) => method === "notifications/progress"));
    host.write("garbage\n\r\n{}\n[]\n");
    await host.request("no/such/method");
    await host.tool("status");
    const waiting = ask(url, "openai-chat", { text: "at the end" }).catch(() => undefined);
    await host.until(() => host.calls.length === 5);
    host.close();
    expect(await exited).toBe(0);
    await waiting;
    // The handshake, five requests, a cancellation, progress of the hook, an unknown method, the status.
    expect(host.lines).toHaveLength(10);
    for (const line of host.lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: "2.0" });
  },
);

verifies("host.stdout-purity", "what a library prints does not reach stdout", async () => {
  // Runs inside the program, from the moment that it reads its input.
  const print = `const timer = setInterval(() => {
    if (process.stdin.listenerCount("data") === 0) return;
    clearInterval(timer);
    console.log("log"); console.info("info"); console.debug("debug"); console.dir({ dir: 1 });
    console.table([{ table: 1 }]); console.group("group"); console.count("count"); console.trace("printed");
  }, 1);`;
  const { host, logged } = start({}, [], {
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(print)}`,
  });
  await logged(/printed/);
  await host.initialize();
  for (const line of host.lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: "2.0" });
});

verifies(
  "host.exit-on-eof",
  "it exits within 2 s of the end of stdin, with requests of all kinds waiting",
  async () => {
    const { host, url: listening, exited } = start({}, ["--max-concurrent", "3", "--peek-ms", "0"]);
    await host.initialize();
    const url = await listening;
    // The first stream waits until the vocabulary is there, which takes its time on a busy machine.
    await (await ask(url, "anthropic-messages", { stream: true })).text();
    host.script = hang;
    const clients = DIALECTS.flatMap((dialect) =>
      [true, false, true].map(async (stream) => {
        const response = await ask(url, dialect, { stream });
        return response.text();
      }),
    );
    const told = Promise.allSettled(clients);
    await inFlight(url, 6);
    await host.until(() => host.calls.length === 4);
    void host.tool("hook").catch(() => undefined);
    host.close();
    expect(await exited).toBe(0);
    for (const client of await told) expect(client).toMatchObject({ value: expect.stringMatching(/error/) });
  },
);

verifies("host.bind-when-real", "a process that is only probed opens no port", async () => {
  const { host, exited, log } = start();
  const { error } = await host.request("server/discover", {});
  expect(error?.code).toBe(-32_601);
  host.close();
  expect(await exited).toBe(0);
  expect(log.join("\n")).not.toContain("listening");
});

verifies(
  ["host.line-cap-out", "host.line-cap-in"],
  "11 MB do not go to the host and do come from it, on a connection that survives",
  async () => {
    const { host, url: listening } = start({ script: answer("x".repeat(11 * MIB)) });
    await host.initialize();
    const url = await listening;
    for (const dialect of DIALECTS) {
      const response = await ask(url, dialect, { text: "y".repeat(9 * MIB) });
      expect(response.status).toBe(413);
      expect((await errorOf(response)).message).toMatch(/too large for the connection to the MCP host/);
    }
    const text = await (await ask(url, "openai-chat")).text();
    expect(text.length).toBeGreaterThan(11 * MIB);
    expect(host.calls).toHaveLength(1);
    const near = await ask(url, "openai-chat", { text: "y".repeat(7 * MIB) });
    expect(near.status).toBe(200);
    await near.text();
  },
);

verifies(
  "host.slow-reader",
  "many large requests before a host that does not read for a while all get there",
  async () => {
    const { host, child, log, url: listening } = start({ script: echo }, ["--max-concurrent", "20"]);
    await host.initialize();
    const url = await listening;
    child.stdout?.pause();
    const texts = Array.from({ length: 20 }, (_, index) => `${index} ${"x".repeat(300_000)}`);
    const clients = texts.map(async (text) => (await ask(url, "openai-chat", { text })).text());
    await inFlight(url, 20);
    child.stdout?.resume();
    for (const [index, text] of (await Promise.all(clients)).entries())
      expect(text).toContain(`"${index} xxx`);
    expect(log.join("\n")).not.toContain("Warning");
  },
);

verifies(
  "host.killed",
  "when the host is killed every client has its error and nothing stays behind",
  async () => {
    const script = path.join(import.meta.dirname, "support/host-process.mjs");
    const host = spawn(process.execPath, [script, MAIN, "--port", "0"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const line = await new Promise<string>((resolve) => eachLine(host.stdout, resolve));
    const { pid, url } = JSON.parse(line) as { pid: number; url: string };
    const clients = DIALECTS.flatMap((dialect) =>
      [true, false].map(async (stream) => {
        const response = await ask(url, dialect, { stream });
        expect(response.status).toBe(502);
        expect((await errorOf(response)).message).toMatch(/connection to the MCP host ended/);
      }),
    );
    await inFlight(url, 4);
    host.kill("SIGKILL");
    await Promise.all(clients);
    await gone(pid, 2000);
  },
);

async function inFlight(url: string, count: number): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    if (metrics.includes(`\nmcptb_requests_in_flight ${count}\n`)) return;
  }
}
