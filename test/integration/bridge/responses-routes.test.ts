import { afterEach, beforeEach, expect } from "vitest";
import { attachHost, type InProcessHost } from "../../support/hosts/in-process-host.ts";
import { RawConnection, rawRequest } from "../../support/bridge/raw-http.ts";
import { answer, hang } from "../../support/hosts/scripts.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

let running: RunningBridge;
let attached: InProcessHost;
beforeEach(async () => {
  running = await startBridge();
  attached = await attachHost(running.bridge, { script: answer("All that matters.") });
});
afterEach(() => running.bridge.stop());

const post = (path: string, body: object): Promise<Response> =>
  fetch(running.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

verifies(
  "responses.compaction",
  "a client compacts at the route of its own and goes on with what it got",
  async () => {
    const response = await post("/v1/responses/compact", {
      model: "auto",
      input: [{ role: "user", content: "Hello" }],
    });
    expect(response.status).toBe(200);
    const { object, output } = (await response.json()) as { object: string; output: object[] };
    expect(object).toBe("response.compaction");
    await post("/v1/responses", { model: "auto", input: [...output, { role: "user", content: "Go on." }] });
    expect(JSON.stringify(attached.host.calls.at(-1)?.params)).toContain("All that matters.");
  },
);

verifies(
  "responses.input-tokens",
  "tokens are counted without asking the host, with or without a model",
  async () => {
    for (const body of [{ input: "four words are here" }, { model: "m", input: "four words are here" }]) {
      const response = await post("/v1/responses/input_tokens", body);
      expect(await response.json()).toEqual({ object: "response.input_tokens", input_tokens: 8 });
    }
    expect(attached.host.calls).toHaveLength(0);
  },
);

verifies(
  "responses.websocket",
  "a WebSocket handshake is answered 426, in the dialect of its path",
  async () => {
    for (const path of ["/v1/responses", "/v1/messages"]) {
      const connection = await RawConnection.open(running.url);
      connection.send(
        rawRequest(`GET ${path}`, {
          host: new URL(running.url).host,
          connection: "Upgrade",
          upgrade: "websocket",
          "sec-websocket-version": "13",
          "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
        }),
      );
      const reply = await connection.reply();
      expect(reply.status).toBe(426);
      expect(JSON.parse(reply.body)).toMatchObject({
        error: { message: expect.stringContaining("POST over HTTP") },
      });
      connection.socket.destroy();
    }
  },
);

verifies(
  "responses.error-codes",
  "a host that fails while the client streams is no fault of the prompt",
  async () => {
    await running.bridge.stop();
    running = await startBridge({ peekMs: 1 });
    attached = await attachHost(running.bridge, { script: hang });
    for (const [number, message, code] of [
      [-32_603, "It broke.", "server_error"],
      [-32_603, "Rate limit exceeded", "rate_limit_exceeded"],
      [-1, "No", "invalid_prompt"],
    ] as const) {
      // The headers are there, so the stream has begun.
      const response = await post("/v1/responses", { model: "auto", input: `${code}?`, stream: true });
      (await attached.host.next()).fail(number, message);
      expect(await response.text()).toContain(`"code":"${code}"`);
    }
  },
);
