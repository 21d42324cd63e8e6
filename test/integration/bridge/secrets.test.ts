import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { createBridge, type Bridge } from "../../../src/bridge/bridge.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { createLog } from "../../../src/observability/log.ts";
import { ask, DIALECTS } from "../../support/bridge/ask.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { rawRequest, sendRaw } from "../../support/bridge/raw-http.ts";
import { answer, fail } from "../../support/hosts/scripts.ts";
import { tracesIn } from "../../support/data/traces.ts";
import { verifies } from "../../support/verifies.ts";

const KEY = "canary-key/+1=";
const WRONG_KEY = "canary-wrong-key/+2=";
const PROMPT = "canary prompt/ü+3";
const SYSTEM = "canary system/ß+4";
const TOOL = "canary tool arguments/é+5";
const ANSWER = "canary answer/ñ+6";
const SECRETS = [KEY, WRONG_KEY, PROMPT, SYSTEM, TOOL, ANSWER];
const KEYS = [KEY, WRONG_KEY];

interface Run {
  readonly bridge: Bridge;
  readonly url: string;
  readonly written: () => string;
}

async function start(logLevel: string, forceColor: boolean): Promise<Run> {
  const config = loadConfig({ flags: { port: 0, apiKey: KEY, logLevel, forceColor }, env: {} });
  let written = "";
  const stderr = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString();
      done();
    },
  });
  const bridge = createBridge(config, createLog(config, stderr));
  await bridge.start();
  return { bridge, url: bridge.url ?? "", written: () => written };
}

const TOOL_TURN = {
  "openai-chat": [
    { role: "system", content: SYSTEM },
    { role: "user", content: PROMPT },
    {
      role: "assistant",
      tool_calls: [
        { id: "c1", type: "function", function: { name: "f", arguments: JSON.stringify({ TOOL }) } },
      ],
    },
    { role: "tool", tool_call_id: "c1", content: TOOL },
  ],
  "anthropic-messages": [
    { role: "user", content: PROMPT },
    { role: "assistant", content: [{ type: "tool_use", id: "c1", name: "f", input: { TOOL } }] },
    { role: "user", content: [{ type: "tool_result", tool_use_id: "c1", content: TOOL }] },
  ],
} as const;

for (const level of ["info", "trace"]) {
  verifies(
    "server.secrets",
    `no key and no content is in logs, metrics, headers or error bodies (level ${level})`,
    async () => {
      const { bridge, url, written } = await start(level, level === "trace");
      const { host } = await attachHost(bridge, { script: answer(ANSWER) });
      const refusals: string[] = [];
      const headers: string[] = [];
      const seen = async (response: Response): Promise<void> => {
        headers.push(JSON.stringify([...response.headers]));
        const body = await response.text();
        if (!response.ok) refusals.push(body);
      };
      const key = { authorization: `Bearer ${KEY}` };
      for (const dialect of DIALECTS) {
        const messages = TOOL_TURN[dialect];
        host.script = answer(ANSWER);
        for (const stream of [true, false]) {
          await seen(await ask(url, dialect, { stream, headers: key, body: { messages } }));
        }
        await seen(await ask(url, dialect, { headers: { "x-api-key": WRONG_KEY }, body: { messages } }));
        const wrongBodies = [
          { messages: PROMPT },
          { messages: [{ role: PROMPT, content: TOOL }] },
          { messages, temperature: PROMPT, max_tokens: TOOL },
          { messages: [{ role: "user", content: [{ type: PROMPT, text: TOOL }] }] },
          { messages, tools: [{ type: "function", name: 5, function: { name: 5, parameters: TOOL } }] },
          { messages, stop: [PROMPT, 5], stop_sequences: [PROMPT, 5] },
        ];
        for (const body of wrongBodies) await seen(await ask(url, dialect, { headers: key, body }));
        for (const [code, text] of [
          [-1, "User rejected sampling request"],
          [-32_000, "The model failed."],
          [-32_601, "Method not found"],
        ] as const) {
          host.script = fail(code, text);
          await seen(await ask(url, dialect, { headers: key, stream: true, body: { messages } }));
        }
        host.script = (call) => call.answer({ role: "assistant", content: { type: ANSWER }, model: 5 });
        await seen(await ask(url, dialect, { headers: key, body: { messages } }));
        const path = dialect === "openai-chat" ? "/v1/chat/completions" : "/v1/messages";
        const type = { "content-type": "application/json", authorization: `Bearer ${KEY}` };
        for (const body of [`{"messages": ${PROMPT}`, `"${PROMPT}"`, `{"${TOOL}`]) {
          const request = Buffer.from(
            rawRequest(`POST ${path}?key=${encodeURIComponent(KEY)}`, type),
            "latin1",
          );
          const length = Buffer.from(`content-length: ${Buffer.byteLength(body)}\r\n\r\n`);
          const reply = await sendRaw(
            url,
            Buffer.concat([request.subarray(0, -2), length, Buffer.from(body)]),
          );
          expect(reply.status).toBe(400);
          refusals.push(reply.body);
        }
      }
      const metrics = await (await fetch(`${url}/metrics`, { headers: key })).text();
      await bridge.stop();

      expect(written()).toContain("TX");
      expect(refusals.length).toBeGreaterThan(20);
      expect(tracesIn(written(), SECRETS)).toEqual([]);
      expect(tracesIn(metrics, SECRETS)).toEqual([]);
      expect(tracesIn(headers.join("\n"), SECRETS)).toEqual([]);
      expect(tracesIn(refusals.join("\n"), SECRETS)).toEqual([]);
      // What the host was asked holds the content, and no client's key.
      const asked = host.lines.join("\n");
      expect(tracesIn(asked, [PROMPT])).toEqual([PROMPT]);
      expect(tracesIn(asked, KEYS)).toEqual([]);
    },
  );
}

test("the search finds a secret in every form", () => {
  for (const prefix of ["", "a", "ab", "abc"]) {
    const text = Buffer.from(`${prefix}${PROMPT} and more`).toString("base64");
    expect(tracesIn(`x${text}y`, SECRETS)).toEqual([PROMPT]);
  }
  expect(tracesIn(encodeURIComponent(KEY), SECRETS)).toEqual([KEY]);
  expect(tracesIn(JSON.stringify(Buffer.from(TOOL).toString("hex")), SECRETS)).toEqual([TOOL]);
});
