import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, onTestFinished, test } from "vitest";
import { runCli, startCli } from "../../support/processes/run-cli.ts";
import { answer, hang } from "../../support/hosts/scripts.ts";
import { spawnBridge, type SpawnedBridge } from "../../support/processes/spawned-bridge.ts";
import { verifies } from "../../support/verifies.ts";

const POSIX = process.platform !== "win32";
const bridges: SpawnedBridge[] = [];

afterEach(async () => {
  await Promise.all(bridges.splice(0).map((bridge) => bridge.kill()));
});

function spawn(...parameters: Parameters<typeof spawnBridge>): SpawnedBridge {
  const bridge = spawnBridge(...parameters);
  bridges.push(bridge);
  return bridge;
}

/** A stream that is open and waits for the host. */
async function openStream(bridge: SpawnedBridge): Promise<ReadableStreamDefaultReader<Uint8Array>> {
  await bridge.host.initialize();
  const response = await fetch(`${await bridge.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "auto", stream: true, messages: [{ role: "user", content: "Hello?" }] }),
  });
  expect(response.status).toBe(200);
  const reader = response.body?.getReader();
  if (reader === undefined) throw new Error("The response has no body.");
  await reader.read();
  return reader;
}

const FLAGS = ["--peek-ms", "0", "--heartbeat-ms", "200"];

verifies("person.ends-with-host", "with a stream open it ends when stdin ends", async () => {
  const bridge = spawn({ script: hang }, FLAGS);
  const reader = await openStream(bridge);
  bridge.host.close();
  const code = await bridge.exited;
  expect(code).toBe(0);
  await reader.cancel().catch(() => undefined);
});

describe.runIf(POSIX)("signals", () => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    verifies("person.ends-with-signal", `with a stream open it ends on ${signal}`, async () => {
      const bridge = spawn({ script: hang }, FLAGS);
      const reader = await openStream(bridge);
      bridge.child.kill(signal);
      const code = await bridge.exited;
      expect(code).toBe(0);
      await reader.cancel().catch(() => undefined);
    });
  }

  verifies("person.ends-with-signal", "a client that has stopped reading does not hold it back", async () => {
    const long = "x".repeat(8_000_000);
    const bridge = spawn({ script: answer(long) }, [...FLAGS, "--stream-unit", "whole"]);
    const reader = await openStream(bridge);
    bridge.child.kill("SIGTERM");
    const code = await bridge.exited;
    expect(code).toBe(0);
    await reader.cancel().catch(() => undefined);
  });

  verifies("person.second-signal", "a second Ctrl-C ends it at once, whatever still runs", async () => {
    const bridge = spawn({ script: hang }, [...FLAGS, "--drain-ms", "60000"]);
    const reader = await openStream(bridge);
    bridge.child.kill("SIGINT");
    await bridge.logged(/"msg":"stopping"/);
    bridge.child.kill("SIGINT");
    const code = await bridge.exited;
    expect(code).toBe(130);
    await reader.cancel().catch(() => undefined);
  });
});

function occupy(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  onTestFinished(() => void server.close());
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve({ server, port: typeof address === "object" && address !== null ? address.port : 0 });
    });
  });
}

verifies(
  "person.port-taken",
  "a taken port is said once; it stays up, serves its host, and takes the port when it is free",
  async () => {
    const { server, port } = await occupy();
    const bridge = spawn({}, ["--port", String(port)]);
    await bridge.host.initialize();
    const line = await bridge.logged(/is used by another program/);
    expect(line).toContain(`Port ${port} is used`);
    expect(line).toContain("--port");
    expect((await bridge.host.request("ping")).result).toEqual({});
    server.close();
    expect(await bridge.url).toBe(`http://127.0.0.1:${port}`);
    expect((await fetch(`${await bridge.url}/ready`)).status).toBe(200);
    expect(bridge.log.filter((entry) => entry.includes("is used"))).toHaveLength(1);
  },
);

test("an address that is not this machine's ends it with a clear line", async () => {
  const { child, exited, stderr } = startCli(["--host", "192.0.2.1", "--api-key", "k", "--port", "0"], {
    stdin: "pipe",
  });
  expect(await exited).toBe(1);
  expect(stderr()).toMatch(
    /^mcptb: cannot listen on 192\.0\.2\.1, port 0: this machine has no such address; use --host 127/m,
  );
  expect(stderr()).not.toMatch(/^\s+at /m);
  child.stdin?.end();
});

test("without a host on stdin it ends at once and opens nothing", async () => {
  const { code, stdout, stderr } = await runCli(["--port", "0"]);
  expect(code).toBe(0);
  expect(stdout).toBe("");
  expect(stderr).toContain("the host has disconnected");
  expect(stderr).not.toContain("listening");
});
