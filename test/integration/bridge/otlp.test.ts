/** What a collector of OpenTelemetry gets of a whole bridge. */
import OpenAI from "openai";
import { expect, onTestFinished } from "vitest";
import { ask } from "../../support/bridge/ask.ts";
import { giveKey } from "../../support/bridge/give-key.ts";
import { startBridge } from "../../support/bridge/start-bridge.ts";
import { stateDir } from "../../support/bridge/state-dir.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { startOwnHost } from "../../support/hosts/own-host.ts";
import { answer, fail } from "../../support/hosts/scripts.ts";
import {
  attributesOf,
  type FakeCollector,
  type Span,
  startCollector,
} from "../../support/otlp/fake-collector.ts";
import { tracesIn } from "../../support/data/traces.ts";
import { startUpstream } from "../../support/upstreams/fake-upstream.ts";
import { verifies } from "../../support/verifies.ts";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT = "00f067aa0ba902b7";
const TRACEPARENT = `00-${TRACE}-${PARENT}-01`;
const PROMPT = "canary prompt/ü+3";
const ANSWER = "canary answer/ñ+6";

async function collected(): Promise<FakeCollector> {
  const collector = await startCollector();
  onTestFinished(() => collector.close());
  return collector;
}

const SERVER = 2;
const CLIENT = 3;
const ofKind = (spans: readonly Span[], kind: number): Span[] => spans.filter((span) => span.kind === kind);
const meta = (params: unknown) => (params as { _meta?: Record<string, unknown> })._meta;

verifies(
  "control.otlp",
  "a request is a span in its client's trace, and the host's answer one below it",
  async () => {
    const collector = await collected();
    const { bridge, url } = await startBridge({ otlpEndpoint: collector.url });
    const { host } = await attachHost(bridge, { script: answer(ANSWER) });
    const headers = { traceparent: TRACEPARENT, tracestate: "vendor=value", "user-agent": "tester/1" };
    await (await ask(url, "openai-chat", { text: PROMPT, stream: true, headers })).text();
    host.script = fail(-32_000, "It broke.");
    expect((await ask(url, "anthropic-messages", { text: PROMPT })).status).toBe(502);
    await fetch(`${url}/health`);
    await bridge.stop();

    const spans = collector.spans();
    expect(spans).toHaveLength(4);
    const [asked, broken] = ofKind(spans, SERVER);
    const [answered, failed] = ofKind(spans, CLIENT);
    expect(asked).toMatchObject({
      name: "POST /v1/chat/completions",
      traceId: TRACE,
      parentSpanId: PARENT,
      traceState: "vendor=value",
      status: {},
    });
    expect(answered).toMatchObject({
      name: "chat auto",
      traceId: TRACE,
      parentSpanId: asked?.spanId,
      status: {},
    });
    expect(attributesOf(asked)).toMatchObject({
      "http.request.method": "POST",
      "http.route": "/v1/chat/completions",
      "http.response.status_code": 200,
      "user_agent.original": "tester/1",
    });
    expect(attributesOf(answered)).toMatchObject({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "mcp_host",
      "gen_ai.request.model": "auto",
      "gen_ai.request.stream": true,
      "gen_ai.response.finish_reasons": ["stop"],
      "mcptb.usage.estimated": true,
    });
    const began = (span: Span | undefined) => BigInt(span?.startTimeUnixNano ?? 0);
    const ended = (span: Span | undefined) => BigInt(span?.endTimeUnixNano ?? 0);
    expect(began(asked) <= began(answered)).toBe(true);
    expect(ended(answered) <= ended(asked)).toBe(true);
    // A trace of its own, since the client named none.
    expect(broken?.traceId).not.toBe(TRACE);
    expect(broken).not.toHaveProperty("parentSpanId");
    expect(broken?.status).toEqual({ code: 2 });
    expect(attributesOf(failed)).toMatchObject({
      "error.type": "host_failed",
      "gen_ai.response.finish_reasons": ["error"],
    });
    expect(tracesIn(collector.received.map(({ body }) => body).join("\n"), [PROMPT, ANSWER])).toEqual([]);
  },
);

verifies("control.otlp", "a trace that its beginner does not keep is not sent, and passed on", async () => {
  const collector = await collected();
  const { bridge, url } = await startBridge({ otlpEndpoint: collector.url });
  const { host } = await attachHost(bridge);
  const headers = { traceparent: `00-${TRACE}-${PARENT}-00` };
  await (await ask(url, "openai-chat", { headers })).text();
  await bridge.stop();
  expect(collector.spans()).toEqual([]);
  expect(meta(host.calls[0]?.params)?.["traceparent"]).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
});

verifies("control.otlp", "metrics by the conventions, and those of /metrics under their names", async () => {
  const collector = await collected();
  const { bridge, url } = await startBridge({
    otlpEndpoint: collector.url,
    otlpService: "mine",
    otlpResource: "deployment.environment.name=at%20home",
  });
  const { host } = await attachHost(bridge, { script: answer("one two three") });
  await (await ask(url, "openai-chat", { stream: true })).text();
  await (await ask(url, "anthropic-messages")).text();
  host.script = fail(-32_000, "It broke.");
  await (await ask(url, "openai-chat")).text();
  await bridge.stop();
  const metrics = new Map(collector.metrics().map((metric) => [metric.name, metric]));
  const duration = metrics.get("gen_ai.client.inference.duration")?.histogram?.dataPoints ?? [];
  expect(duration.reduce((sum, { count }) => sum + Number(count), 0)).toBe(3);
  for (const { count, bucketCounts = [], explicitBounds = [] } of duration) {
    expect(bucketCounts.length).toBe(explicitBounds.length + 1);
    expect(bucketCounts.reduce((sum, one) => sum + Number(one), 0)).toBe(Number(count));
  }
  expect(duration.map((point) => attributesOf(point)["error.type"]).filter(Boolean)).toEqual(["host_failed"]);
  const first = metrics.get("gen_ai.client.inference.time_to_first_chunk")?.histogram?.dataPoints ?? [];
  expect(first.map(({ count }) => count)).toEqual(["1"]);
  const output = metrics.get("gen_ai.client.inference.usage.output_tokens")?.sum?.dataPoints ?? [];
  expect(output.map(({ asInt }) => Number(asInt)).every((tokens) => tokens > 0)).toBe(true);
  expect(output.map((point) => attributesOf(point)["mcptb.usage.estimated"])).toEqual([true]);
  // The same numbers as at /metrics.
  const turns = metrics.get("mcptb_turns_total")?.sum?.dataPoints ?? [];
  expect(turns.reduce((sum, { asDouble = 0 }) => sum + asDouble, 0)).toBe(3);
  const seconds = metrics.get("mcptb_duration_seconds")?.histogram?.dataPoints ?? [];
  for (const { count, bucketCounts = [] } of seconds)
    expect(bucketCounts.reduce((sum, one) => sum + Number(one), 0)).toBe(Number(count));
  const { resourceMetrics } = JSON.parse(
    collector.received.findLast(({ signal }) => signal === "metrics")?.body ?? "",
  ) as { resourceMetrics: [{ resource: Parameters<typeof attributesOf>[0] }] };
  expect(attributesOf(resourceMetrics[0].resource)).toMatchObject({
    "service.name": "mine",
    "deployment.environment.name": "at home",
  });
});

verifies("control.otlp", "prompts and answers are sent where that was chosen", async () => {
  const collector = await collected();
  const { bridge, url } = await startBridge({ otlpEndpoint: collector.url, otlpContent: true });
  await attachHost(bridge, { script: answer(ANSWER) });
  await (await ask(url, "openai-chat", { text: PROMPT, stream: true })).text();
  const long = Array.from({ length: 40 }, (_, index) => ({
    role: "user",
    content: `${index} ${"x".repeat(9000)}`,
  }));
  await (await ask(url, "openai-chat", { body: { messages: long } })).text();
  await bridge.stop();
  const [short, cut] = ofKind(collector.spans(), CLIENT).map(attributesOf);
  expect(JSON.parse(String(short?.["gen_ai.input.messages"]))).toEqual([
    { role: "user", parts: [{ type: "text", content: PROMPT }] },
  ]);
  expect(JSON.parse(String(short?.["gen_ai.output.messages"]))).toEqual([
    { role: "assistant", parts: [{ type: "text", content: ANSWER }] },
  ]);
  const kept = JSON.parse(String(cut?.["gen_ai.input.messages"])) as { parts: { content: string }[] }[];
  expect(kept.length).toBeGreaterThan(5);
  expect(kept.length).toBeLessThan(40);
  expect(kept.at(-1)?.parts[0]?.content).toMatch(/^39 /);
});

verifies(
  "control.otlp-harmless",
  "without a collector requests are answered, and stopping ends",
  async () => {
    const { bridge, url, log } = await startBridge({ otlpEndpoint: "http://127.0.0.1:9" });
    await attachHost(bridge);
    expect((await ask(url, "openai-chat")).status).toBe(200);
    await bridge.stop();
    const warnings = log.filter(({ level }) => level === 40).map(({ msg }) => String(msg));
    expect(warnings.filter((text) => text.includes("ECONNREFUSED")).length).toBeGreaterThan(0);
    expect(warnings.length).toBeLessThan(4);
  },
);

verifies(
  "control.otlp-harmless",
  "a collector that never answers holds nothing up, and what it did not get is counted",
  async () => {
    const collector = await collected();
    collector.reply = () => undefined;
    const { bridge, url } = await startBridge({ otlpEndpoint: collector.url });
    await attachHost(bridge);
    for (let asked = 0; asked < 20; asked += 1) expect((await ask(url, "openai-chat")).status).toBe(200);
    await expect.poll(() => collector.received.length).toBeGreaterThan(0);
    await bridge.stop();
  },
);

verifies("control.otlp", "where the chain of the audit log stands is told", async () => {
  const collector = await collected();
  const directory = await stateDir();
  await giveKey(directory, "anna");
  const { bridge, url, log } = await startBridge({ otlpEndpoint: collector.url, stateDir: directory });
  expect((await ask(url, "openai-chat")).status).toBe(401);
  await bridge.stop();
  const logged = log
    .filter(({ msg }) => msg === "audit")
    .map(({ event, n, digest }) => ({ event, n, digest }));
  const told = collector.logs().map((one) => {
    const found = attributesOf(one);
    return {
      event: found["mcptb.audit.event"],
      n: found["mcptb.audit.line"],
      digest: found["mcptb.audit.digest"],
    };
  });
  expect(told).toEqual(logged);
  expect(told.map(({ event }) => event)).toEqual(expect.arrayContaining(["bridge-started", "refused"]));
});

verifies(
  "control.trace-passed-on",
  "without a collector the client's own step is passed on, and nothing where it has none",
  async () => {
    const { bridge, url } = await startBridge();
    const { host } = await attachHost(bridge);
    const headers = { traceparent: TRACEPARENT, tracestate: "vendor=value" };
    await (await ask(url, "openai-chat", { headers })).text();
    await (await ask(url, "openai-chat")).text();
    await (await ask(url, "openai-chat", { headers: { traceparent: "nonsense" } })).text();
    await bridge.stop();
    expect(meta(host.calls[0]?.params)).toMatchObject({
      traceparent: TRACEPARENT,
      tracestate: "vendor=value",
    });
    for (const call of host.calls.slice(1)) expect(meta(call.params) ?? {}).not.toHaveProperty("traceparent");
  },
);

for (const era of ["legacy", "modern"]) {
  verifies("control.trace-passed-on", `through our own host to its upstream, of the ${era} era`, async () => {
    const collector = await collected();
    const upstream = await startUpstream(({ reply }) => {
      reply.writeHead(200, { "content-type": "text/event-stream" });
      const chunk = { choices: [{ index: 0, delta: { content: "Hi" }, finish_reason: "stop" }] };
      reply.end(`data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`);
    });
    onTestFinished(() => upstream.close());
    const own = await startOwnHost(upstream, {
      flags: era === "modern" ? ["--mcp-era", "modern"] : [],
      bridge: ["--otlp-endpoint", collector.url],
    });
    const client = new OpenAI({ baseURL: `${own.url}/v1`, apiKey: "none", maxRetries: 0 });
    await client.chat.completions.create(
      { model: "m", messages: [{ role: "user", content: "Hello?" }] },
      { headers: { traceparent: TRACEPARENT } },
    );
    await own.stop();
    const [span] = ofKind(collector.spans(), CLIENT);
    expect(upstream.calls[0]?.headers["traceparent"]).toBe(`00-${TRACE}-${span?.spanId}-01`);
  });
}
