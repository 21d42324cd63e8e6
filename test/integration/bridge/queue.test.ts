import { afterEach, beforeEach, expect } from "vitest";
import { ask, DIALECTS, type Question } from "../../support/bridge/ask.ts";
import { attachHost, type InProcessHost } from "../../support/hosts/in-process-host.ts";
import { metricOf } from "../../support/bridge/metric-of.ts";
import { answer, hang, refuse } from "../../support/hosts/scripts.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

let running: RunningBridge;
let attached: InProcessHost;

beforeEach(async () => {
  running = await startBridge({ maxConcurrent: 1, consentHintMs: 0, peekMs: 10_000 });
});

afterEach(async () => {
  await running.bridge.stop();
});

/** One request runs at the host, and these wait behind it. */
async function waiting(questions: readonly Question[]): Promise<Promise<Response>[]> {
  attached = await attachHost(running.bridge, { script: hang });
  const first = ask(running.url, "openai-chat", { text: "first" });
  await attached.host.next();
  const others = questions.flatMap((question) =>
    DIALECTS.map((dialect) => ask(running.url, dialect, question)),
  );
  await expect.poll(() => metricOf(running.url, "mcptb_requests_queued")).toBe(others.length);
  return [first, ...others];
}

verifies(
  "turn.host-gone",
  "when the host goes, who runs and who waits is told at once, and the next host serves",
  async () => {
    const asked = await waiting([{ stream: true }, { stream: false }]);
    attached.host.close();
    for (const response of await Promise.all(asked)) {
      expect(response.status).toBe(502);
      expect(response.headers.get("x-should-retry")).toBe("false");
    }
    await attached.gone;
    attached = await attachHost(running.bridge, { script: answer("Back.") });
    expect((await ask(running.url, "openai-chat")).status).toBe(200);
    expect(attached.host.calls).toHaveLength(1);
  },
);

verifies(
  "host.place-kept",
  "a client that leaves a host that cannot be cancelled does not make room for the next question",
  async () => {
    attached = await attachHost(running.bridge, { name: "mcp-use", script: hang });
    const leaving = new AbortController();
    const left = ask(running.url, "openai-chat", { text: "first", signal: leaving.signal }).catch(
      () => "left",
    );
    const call = await attached.host.next();
    const second = ask(running.url, "openai-chat", { text: "second" });
    await expect.poll(() => metricOf(running.url, "mcptb_requests_queued")).toBe(1);
    leaving.abort();
    expect(await left).toBe("left");
    await expect.poll(() => metricOf(running.url, "mcptb_requests_in_flight")).toBe(1);
    expect(attached.host.calls).toHaveLength(1);
    call.answer("Nobody hears this.");
    (await attached.host.next()).answer("Second.");
    expect((await second).status).toBe(200);
  },
);

verifies(
  "turn.refusal-remembered",
  "a refusal answers what waits in its conversation, and the host is not asked",
  async () => {
    const headers = { "x-session-id": "one conversation" };
    attached = await attachHost(running.bridge, { script: hang });
    const first = ask(running.url, "openai-chat", { text: "first", headers });
    const call = await attached.host.next();
    const others = ["second", "third"].map((text) => ask(running.url, "openai-chat", { text, headers }));
    await expect.poll(() => metricOf(running.url, "mcptb_requests_queued")).toBe(2);
    await refuse(call);
    for (const response of await Promise.all([first, ...others])) {
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: "consent_denied" } });
    }
    expect(attached.host.calls).toHaveLength(1);
  },
);
