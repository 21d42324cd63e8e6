/** A real collector of OpenTelemetry takes what we send, and gives it on as it understood it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { ask } from "../../support/bridge/ask.ts";
import { giveKey } from "../../support/bridge/give-key.ts";
import { startBridge } from "../../support/bridge/start-bridge.ts";
import { stateDir } from "../../support/bridge/state-dir.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { answer, fail } from "../../support/hosts/scripts.ts";
import { attributesOf, startCollector } from "../../support/otlp/fake-collector.ts";
import { verifies } from "../../support/verifies.ts";
import { COLLECTOR, installGo } from "./support/install.ts";

const program = await installGo("collector", COLLECTOR);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** One that gives on as JSON what it gets, at once. */
async function startRealCollector(file: string, to: string): Promise<string> {
  const port = await freePort();
  const pipeline = { receivers: ["otlp"], exporters: ["otlp_http"] };
  const config = {
    receivers: { otlp: { protocols: { http: { endpoint: `127.0.0.1:${port}` } } } },
    exporters: {
      otlp_http: { endpoint: to, encoding: "json", compression: "none", sending_queue: { enabled: false } },
    },
    service: {
      telemetry: { metrics: { level: "none" } },
      pipelines: { traces: pipeline, metrics: pipeline, logs: pipeline },
    },
  };
  const child = spawn(file, ["--config", `yaml:${JSON.stringify(config)}`], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let said = "";
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (piece: Buffer) => {
        said += piece.toString();
        if (said.includes("Everything is ready")) resolve();
      });
    child.once("exit", () => reject(new Error(`The collector has ended: ${said.slice(-2000)}`)));
  });
  return `http://127.0.0.1:${port}`;
}

test.skipIf(program !== undefined)("no Go is installed here, so no collector was tried", () => undefined);

async function understood(file: string): Promise<void> {
  const behind = await startCollector();
  onTestFinished(() => behind.close());
  const directory = await stateDir();
  const headers = await giveKey(directory, "anna", { limits: { tokensPerDay: 2_000_000_000 } });
  const { bridge, url, log } = await startBridge({
    otlpEndpoint: await startRealCollector(file, behind.url),
    otlpContent: true,
    stateDir: directory,
  });
  const { host } = await attachHost(bridge, { script: answer("Half a pair: \uD83D and a whole one: 🙂") });
  await (await ask(url, "openai-chat", { stream: true, headers, text: "\uDE00 🙂" })).text();
  await (await ask(url, "anthropic-messages", { headers, body: { temperature: 0.5 } })).text();
  host.script = fail(-32_000, "It broke.");
  await (await ask(url, "openai-chat", { headers })).text();
  await (await ask(url, "openai-chat")).text();
  await bridge.stop();

  expect(log.filter(({ level }) => level === 40)).toEqual([]);
  const spans = behind.spans();
  expect(spans.map(({ name }) => name).sort()).toEqual([
    "POST",
    "POST /v1/chat/completions",
    "POST /v1/chat/completions",
    "POST /v1/messages",
    "chat auto",
    "chat auto",
    "chat auto",
  ]);
  for (const span of spans) {
    expect(span.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano)).toBe(true);
  }
  const contents = spans.map((span) => attributesOf(span)["gen_ai.output.messages"]).filter(Boolean);
  expect(contents.join("")).toContain("🙂");
  const metrics = new Map(behind.metrics().map((metric) => [metric.name, metric]));
  for (const name of [
    "gen_ai.client.inference.duration",
    "gen_ai.client.inference.time_to_first_chunk",
    "http.server.request.duration",
    "mcptb_duration_seconds",
  ])
    expect(metrics.get(name)?.histogram?.dataPoints.length).toBeGreaterThan(0);
  for (const name of ["gen_ai.client.inference.usage.output_tokens", "mcptb_key_tokens_total"])
    expect(metrics.get(name)?.sum?.dataPoints.length).toBeGreaterThan(0);
  expect(metrics.get("mcptb_hosts_attached")?.gauge?.dataPoints[0]?.asDouble).toBe(1);
  expect(behind.logs().map((one) => attributesOf(one)["mcptb.audit.event"])).toContain("bridge-started");
}

if (program !== undefined) {
  verifies("control.otlp", "a real collector understands every span, metric and record as it was meant", () =>
    understood(program),
  );
}
