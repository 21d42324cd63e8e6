import { afterEach, expect, test } from "vitest";
import type { Host } from "../../../src/hosts/host.ts";
import type { TurnEvents } from "../../../src/turn/event.ts";
import { hostInfo } from "../../support/hosts/host-info.ts";
import { ask, DIALECTS } from "../../support/bridge/ask.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { metricOf } from "../../support/bridge/metric-of.ts";
import { answer, fail, hang } from "../../support/hosts/scripts.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

let running: RunningBridge;

afterEach(async () => {
  await running.bridge.stop();
});

async function getJson(path: string, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(`${running.url}${path}`, { headers });
  return response.json();
}

const ANTHROPIC = { "anthropic-version": "2023-06-01" };

verifies("server.models", "the list has the shape of the vendor whose client asks", async () => {
  running = await startBridge();
  await attachHost(running.bridge, { script: answer("Hello.") });
  await ask(running.url, "openai-chat");
  const list = (await getJson("/v1/models")) as { object: string; data: { id: string; created: number }[] };
  expect(list.object).toBe("list");
  expect(list.data.map(({ id }) => id)).toEqual(["auto", "scripted-host/auto", "scripted/model"]);
  for (const model of list.data) {
    expect(model).toMatchObject({ object: "model", owned_by: expect.any(String) as string });
    expect(Number.isInteger(model.created)).toBe(true);
  }
  const page = await getJson("/v1/models?limit=1000&after_id=x", ANTHROPIC);
  expect(page).toMatchObject({
    data: [
      { type: "model", id: "auto", display_name: expect.any(String) as string },
      { type: "model", id: "scripted-host/auto" },
      { type: "model", id: "scripted/model", created_at: expect.stringMatching(/^\d{4}-.*Z$/) as string },
    ],
    has_more: false,
    first_id: "auto",
    last_id: "scripted/model",
  });
});

verifies("server.models", "one model is found by its name, plain or encoded", async () => {
  running = await startBridge();
  await attachHost(running.bridge);
  await ask(running.url, "openai-chat");
  for (const path of ["/v1/models/scripted/model", "/v1/models/scripted%2Fmodel", "/models/scripted/model"]) {
    expect(await getJson(path)).toMatchObject({ id: "scripted/model", object: "model" });
    expect(await getJson(path, ANTHROPIC)).toMatchObject({ id: "scripted/model", type: "model" });
  }
  for (const path of ["/v1/models/other", "/v1/models/%zz", "/v1/models/scripted"]) {
    const response = await fetch(`${running.url}${path}`, { headers: ANTHROPIC });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ type: "error", error: { type: "not_found_error" } });
  }
});

verifies("server.probes", "/health is always well, /ready when a host can answer", async () => {
  running = await startBridge({ apiKey: "k" });
  expect(await getJson("/health")).toMatchObject({ status: "ok", version: expect.any(String) as string });
  const ready = async (): Promise<readonly [number, unknown]> => {
    const response = await fetch(`${running.url}/ready`, { headers: { "x-api-key": "k" } });
    return [response.status, await response.json()];
  };
  expect(await ready()).toMatchObject([503, { ready: false, hosts: [] }]);
  const mute = await attachHost(running.bridge, { name: "mute-host", capabilities: {} });
  expect(await ready()).toMatchObject([
    503,
    { ready: false, hosts: [{ name: "mute-host", canSample: false }] },
  ]);
  mute.host.close();
  await mute.gone;
  const { host, gone } = await attachHost(running.bridge);
  expect(await ready()).toMatchObject([
    200,
    { ready: true, hosts: [{ name: "scripted-host", canSample: true }] },
  ]);
  host.close();
  await gone;
  expect(await ready()).toMatchObject([503, { ready: false, hosts: [] }]);
});

verifies(
  ["server.metrics", "server.bounded-labels"],
  "requests are counted with what they came to",
  async () => {
    running = await startBridge();
    const { host } = await attachHost(running.bridge);
    for (const dialect of DIALECTS) {
      for (const stream of [true, false]) await (await ask(running.url, dialect, { stream })).text();
      host.script = fail(-32_000, "It broke.");
      await (await ask(running.url, dialect, { stream: true })).text();
      await (await ask(running.url, dialect, { body: { messages: "x".repeat(99) } })).text();
      host.script = answer("Hello.");
    }
    for (let index = 0; index < 50; index += 1) {
      await (
        await fetch(`${running.url}/nowhere/${index}`, { method: index % 2 === 0 ? "GET" : "PUT" })
      ).text();
      await (await ask(running.url, "openai-chat", { body: { model: `model-${index}` } })).text();
    }

    const of = (name: string): Promise<number> => metricOf(running.url, `mcptb_${name}`);
    for (const [dialect, path] of [
      ["openai-chat", "/v1/chat/completions"],
      ["anthropic-messages", "/v1/messages"],
    ] as const) {
      const requests = (stream: boolean, status: number, outcome: string): Promise<number> =>
        of(
          `requests_total{route="${path}",dialect="${dialect}",stream="${stream}",status="${status}",outcome="${outcome}"}`,
        );
      expect(await requests(true, 200, "complete")).toBe(1);
      expect(await requests(false, 200, "complete")).toBe(dialect === "openai-chat" ? 51 : 1);
      expect(await requests(true, 502, "failed")).toBe(1);
      expect(await requests(false, 400, "failed")).toBe(1);
      expect(await of(`errors_total{dialect="${dialect}",code="host_failed"}`)).toBe(1);
      expect(await of(`errors_total{dialect="${dialect}",code="invalid_request"}`)).toBe(1);
      const labels = `{dialect="${dialect}",stream="true"}`;
      expect(await of(`first_byte_seconds_count${labels}`)).toBe(2);
      expect(await of(`first_content_seconds_count${labels}`)).toBe(1);
      expect(await of(`duration_seconds_count${labels}`)).toBe(2);
      expect(await of(`response_bytes_total${labels}`)).toBeGreaterThan(500);
    }
    expect(await of('errors_total{dialect="none",code="not_found"}')).toBe(50);
    expect(await of("hosts_attached")).toBe(1);

    const text = await (await fetch(`${running.url}/metrics`)).text();
    expect(text).not.toMatch(/nowhere|model-\d/);
    expect(text.split("\n").filter((line) => line.startsWith("mcptb_requests_total")).length).toBeLessThan(
      15,
    );
  },
);

verifies("server.metrics", "what is in flight and queued is shown while it is", async () => {
  running = await startBridge({ maxConcurrent: 2 });
  const { host } = await attachHost(running.bridge, { script: hang });
  const asked = [1, 2, 3].map(() => ask(running.url, "openai-chat"));
  await expect.poll(() => metricOf(running.url, "mcptb_requests_in_flight")).toBe(3);
  await expect.poll(() => metricOf(running.url, "mcptb_requests_queued")).toBe(1);
  host.script = answer("Now.");
  for (const call of host.calls) call.answer("Now.");
  for (const response of await Promise.all(asked)) expect(response.status).toBe(200);
  expect(await metricOf(running.url, "mcptb_requests_in_flight")).toBe(0);
  expect(await metricOf(running.url, "mcptb_requests_queued")).toBe(0);
});

verifies("server.request-id", "the log has the response's id from RX to TX", async () => {
  running = await startBridge();
  await attachHost(running.bridge);
  for (const dialect of DIALECTS) {
    const response = await ask(running.url, dialect, { stream: true });
    await response.text();
    const id = response.headers.get(dialect === "openai-chat" ? "x-request-id" : "request-id");
    const lines = running.log.filter((line) => line["id"] === id);
    expect(lines.map((line) => line["msg"])).toEqual(["RX", "TX"]);
    expect(lines[1]).toMatchObject({ status: 200, outcome: "complete", model: "scripted/model" });
  }
  const refused = await fetch(`${running.url}/nowhere`);
  const id = refused.headers.get("x-request-id");
  expect(running.log.filter((line) => line["id"] === id)).toMatchObject([{ status: 404, path: "/nowhere" }]);
});

verifies(
  "server.log-content",
  "prompt and answer are logged in full when asked for, and else not",
  async () => {
    for (const logContent of [true, false]) {
      running = await startBridge({ logContent });
      await attachHost(running.bridge, { script: answer("The whole answer, in full.") });
      for (const stream of [true, false]) {
        await (await ask(running.url, "openai-chat", { stream, text: "The whole question." })).text();
      }
      const rx = running.log.filter((line) => line["msg"] === "RX").map((line) => JSON.stringify(line));
      const tx = running.log.filter((line) => line["msg"] === "TX").map((line) => JSON.stringify(line));
      expect([rx.length, tx.length]).toEqual([2, 2]);
      for (const line of rx) expect(line.includes("The whole question.")).toBe(logContent);
      for (const line of tx) expect(line.includes("The whole answer, in full.")).toBe(logContent);
      if (logContent) await running.bridge.stop();
    }
  },
);

test("refusals are logged without the path's end or the query", async () => {
  running = await startBridge();
  await fetch(`${running.url}/${"x".repeat(500)}?secret`);
  const line = running.log.find(({ msg }) => msg === "refused");
  expect(String(line?.["path"]).length).toBeLessThanOrEqual(100);
  expect(JSON.stringify(line)).not.toContain("secret");
});

verifies(
  "server.metrics-truth",
  "tokens and turns by host and model, counted by the host or estimated",
  async () => {
    running = await startBridge();
    const { host } = await attachHost(running.bridge, { name: "Test Editor" });
    await (await ask(running.url, "openai-chat", { body: { model: "of-the-client" } })).text();
    await fetch(`${running.url}/health`);
    await fetch(`${running.url}/nowhere`);
    // Hosts name their models as they like.
    for (let index = 0; index < 100; index += 1) {
      host.script = answer({
        role: "assistant",
        model: `named-${index}`,
        content: { type: "text", text: "Hello." },
      });
      await (await ask(running.url, "openai-chat")).text();
    }
    const text = await (await fetch(`${running.url}/metrics`)).text();
    const lines = (name: string): string[] =>
      text.split("\n").filter((line) => line.startsWith(`mcptb_${name}{`));
    expect(lines("turns_total").length).toBeLessThan(60);
    expect(lines("turns_total").join("\n")).toMatch(
      /host="test-editor",model="named-3",outcome="complete"\} 1$/m,
    );
    expect(lines("turns_total").join("\n")).toMatch(/model="other",outcome="complete"\} \d+$/m);
    expect(lines("tokens_total").every((line) => line.includes('counted="estimated"'))).toBe(true);
    expect(
      lines("requests_total").filter((line) => !line.includes('route="/v1/chat/completions"')),
    ).toSatisfy((own: string[]) => own.length > 0 && own.every((line) => line.includes('dialect="none"')));
    expect(text).not.toContain("of-the-client");
  },
);

verifies("server.metrics-truth", "what a host counts is not called an estimate", async () => {
  running = await startBridge();
  running.bridge.attach(countingHost);
  await (await ask(running.url, "openai-chat")).text();
  const labels = 'counted="host",host="counting",model="m"';
  expect(await metricOf(running.url, `mcptb_tokens_total{direction="input",${labels}}`)).toBe(11);
  expect(await metricOf(running.url, `mcptb_tokens_total{direction="output",${labels}}`)).toBe(7);
});

verifies("server.log-names", "RX and TX name path, host, model and key", async () => {
  running = await startBridge({ apiKey: "a-long-secret-key" });
  await attachHost(running.bridge, { name: "Test Editor" });
  const headers = { authorization: "Bearer a-long-secret-key" };
  await (await ask(running.url, "openai-chat", { headers })).text();
  await expect.poll(() => running?.log.map(({ msg }) => msg)).toContain("TX");
  for (const name of ["RX", "TX"]) {
    expect(running.log.find(({ msg }) => msg === name)).toMatchObject({
      route: "/v1/chat/completions",
      host: "test-editor",
      model: expect.any(String),
      key: expect.stringMatching(/^[0-9a-f]{8}$/),
    });
  }
  expect(JSON.stringify(running.log)).not.toContain("a-long-secret");
});

const countingHost: Host = {
  id: "counting",
  describe: () => hostInfo({ id: "counting", label: "counting" }),
  async *run(): TurnEvents {
    yield { type: "turn-start", model: "m" };
    yield { type: "text-start", id: "1" };
    yield { type: "text-delta", id: "1", text: "Hello." };
    yield { type: "text-end", id: "1" };
    yield {
      type: "turn-end",
      stopReason: { unified: "end" },
      usage: { inputTokens: 11, outputTokens: 7, estimated: false },
    };
  },
};
