/** Requests as real clients shape them, through the whole bridge. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { requestFixtures, type RequestFixture } from "../../support/data/fixtures.ts";
import { parseFrames } from "../../support/streams/frames.ts";
import { attachHost, type InProcessHost } from "../../support/hosts/in-process-host.ts";
import type { Script } from "../../support/hosts/sampling-call.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

let running: RunningBridge;
let attached: InProcessHost;

beforeAll(async () => {
  running = await startBridge();
  attached = await attachHost(running.bridge, { script: answerAsAsked });
});
afterAll(async () => {
  attached.host.close();
  await running.bridge.stop();
});

/** A title for requests that want one as JSON, else a sentence. */
const answerAsAsked: Script = (call) => {
  const json = String(call.params["systemPrompt"]).includes("as JSON and nothing else");
  call.answer(json ? '{"title":"Hello from the host."}' : "Hello from the host.");
};

function send({ path, headers, body }: RequestFixture, more: object = {}): Promise<Response> {
  return fetch(`${running.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ ...body, ...more }),
  });
}

const answered = requestFixtures().filter(({ name }) => name !== "anthropic-thread");

/** The last event of a whole stream, by path. */
const ENDS: Readonly<Record<string, unknown[]>> = {
  "/v1/messages": ["message_stop", { type: "message_stop" }],
  "/v1/responses": ["response.completed", expect.objectContaining({ type: "response.completed" })],
  "/v1/chat/completions": [undefined, "[DONE]"],
};

test.each(answered.map((fixture) => [fixture.name, fixture] as const))("%s", async (_name, fixture) => {
  const before = attached.host.calls.length;
  const streamed = await send(fixture, { stream: true });
  expect([streamed.status, streamed.headers.get("content-type")]).toEqual([
    200,
    "text/event-stream; charset=utf-8",
  ]);
  const end = parseFrames(await streamed.text()).at(-1);
  expect([end?.event, end?.data]).toEqual(ENDS[new URL(fixture.path, running.url).pathname]);

  const whole = await send(fixture, { stream: false });
  expect(whole.status).toBe(200);
  expect(JSON.stringify(await whole.json())).toContain("Hello from the host.");
  expect(attached.host.calls.length - before).toBe(2);
});

verifies(
  ["messages.thread", "messages.request-id"],
  "a thread is refused before the host is asked",
  async () => {
    const before = attached.host.calls.length;
    const fixture = requestFixtures().find(({ name }) => name === "anthropic-thread");
    if (fixture === undefined) throw new Error("The fixture is missing.");
    const response = await send(fixture);
    expect(response.status).toBe(400);
    expect(response.headers.get("request-id")).not.toBeNull();
    expect(response.headers.get("x-should-retry")).toBe("false");
    expect(await response.json()).toMatchObject({
      error: { details: { error_code: "thread_unsupported_request", unsupported: ["thread"] } },
    });
    expect(attached.host.calls).toHaveLength(before);
  },
);

verifies(
  ["messages.notices", "chat.notices"],
  "what was not honoured is named in a header of the reply",
  async () => {
    for (const name of ["claude-code-turn", "opencode-chat"]) {
      const fixture = answered.find((candidate) => candidate.name === name);
      if (fixture === undefined) throw new Error("The fixture is missing.");
      const response = await send(fixture);
      const codes = response.headers.get("x-mcp-notices")?.split(", ");
      expect(codes).toContain("parameters-ignored");
      expect(codes).toContain("tools-supplied");
      await response.text();
    }
  },
);
