import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Config } from "../../../src/config/settings.ts";
import { ask, DIALECTS, type DialectId } from "../../support/bridge/ask.ts";
import { parseFrames } from "../../support/streams/frames.ts";
import { attachHost, type InProcessHost } from "../../support/hosts/in-process-host.ts";
import { readChunks } from "../../support/streams/read-chunks.ts";
import { answer, answerAfter, fail, hang } from "../../support/hosts/scripts.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

let running: RunningBridge;
let attached: InProcessHost;

async function start(settings: Partial<Record<keyof Config, unknown>> = {}): Promise<void> {
  running = await startBridge(settings);
  attached = await attachHost(running.bridge);
}

beforeEach(async (context) => {
  if (!context.task.name.includes("(own settings)")) await start();
});

afterEach(async () => {
  await running.bridge.stop();
});

/** The text of an answer, from its frames. */
function textOf(dialect: DialectId, body: string): string {
  return parseFrames(body)
    .map(({ data }) => {
      const chunk = data as {
        choices?: { delta: { content?: string } }[];
        delta?: { text?: string };
      };
      return (dialect === "openai-chat" ? chunk.choices?.[0]?.delta.content : chunk.delta?.text) ?? "";
    })
    .join("");
}

for (const dialect of DIALECTS) {
  describe(dialect, () => {
    verifies(
      ["stream.headers", "stream.honest-headers", "server.request-id"],
      "says what it is",
      async () => {
        const tools =
          dialect === "openai-chat"
            ? [{ type: "function", function: { name: "f", parameters: { type: "object" } } }]
            : [{ name: "f", input_schema: { type: "object" } }];
        const response = await ask(running.url, dialect, { stream: true, body: { tools } });
        expect(response.status).toBe(200);
        expect(Object.fromEntries(response.headers)).toMatchObject({
          "content-type": "text/event-stream; charset=utf-8",
          "cache-control": "no-cache, no-transform",
          "x-accel-buffering": "no",
          "x-mcp-bridge": "replay",
          "x-mcp-model": "scripted/model",
          "x-mcp-notices": expect.stringContaining("tools-supplied") as string,
          [dialect === "openai-chat" ? "x-request-id" : "request-id"]: expect.stringMatching(
            /^[\w-]{36}$/,
          ) as string,
        });
        expect(response.headers.get("content-encoding")).toBeNull();
        expect(textOf(dialect, await response.text())).toBe("Hello from the host.");
      },
    );

    verifies("stream.honest-headers", "so does a plain reply", async () => {
      const response = await ask(running.url, dialect);
      expect(response.headers.get("x-mcp-model")).toBe("scripted/model");
      expect(response.headers.get("x-mcp-bridge")).toBe("replay");
    });

    verifies("stream.verdict", "a refusal within the peek has its real status, streamed or not", async () => {
      attached.host.script = fail(-1, "User rejected sampling request");
      for (const stream of [true, false]) {
        const response = await ask(running.url, dialect, { stream, text: `refuse ${stream}` });
        expect(response.status).toBe(400);
        expect(response.headers.get("content-type")).toContain("application/json");
        expect(response.headers.get("x-should-retry")).toBe("false");
      }
    });

    verifies(
      ["stream.first-frame", "stream.error-in-stream"],
      "after the peek headers and a frame are there; a failure is a frame, then the end (own settings)",
      async () => {
        await start({ peekMs: 20 });
        attached.host.script = hang;
        const response = await ask(running.url, dialect, { stream: true });
        expect(response.status).toBe(200);
        const call = await attached.host.next();
        const chunks = readChunks(response);
        expect(parseFrames((await chunks.next()).value ?? "")).not.toEqual([]);
        call.fail(-32_000, "It broke.");
        let rest = "";
        for await (const chunk of chunks) rest += chunk;
        const frames = parseFrames(rest);
        expect(frames).toHaveLength(1);
        expect(frames[0]?.data).toMatchObject({
          error: { message: expect.stringContaining("It broke.") as string },
        });
        expect(frames[0]?.event).toBe(dialect === "openai-chat" ? undefined : "error");
        expect(rest).not.toContain("[DONE]");
      },
    );

    verifies(
      "stream.heartbeat",
      "signs of life come for as long as the host thinks (own settings)",
      async () => {
        await start({ peekMs: 0, heartbeatMs: 300 });
        attached.host.script = hang;
        const response = await ask(running.url, dialect, { stream: true });
        const call = await attached.host.next();
        let beats = 0;
        let text = "";
        for await (const chunk of readChunks(response)) {
          text += chunk;
          beats += 1;
          if (beats === 6) call.answer("At last.");
        }
        expect(beats).toBeGreaterThanOrEqual(6);
        expect(textOf(dialect, text)).toBe("At last.");
      },
    );

    verifies(
      "stream.unit",
      "the unit of the request wins over that of the settings (own settings)",
      async () => {
        await start({ streamUnit: "whole" });
        attached.host.script = answer("Two words");
        const pieces = async (headers: Record<string, string>): Promise<number> => {
          const response = await ask(running.url, dialect, { stream: true, headers });
          const frames = parseFrames(await response.text()).map(({ data }) => JSON.stringify(data));
          return frames.filter((data) => /"(?:content|text)":"[^"]/.test(data)).length;
        };
        expect(await pieces({})).toBe(1);
        expect(await pieces({ "x-mcp-stream-unit": "word" })).toBe(2);
        expect(await pieces({ "x-mcp-stream-unit": "char" })).toBe(9);
        const wrong = await ask(running.url, dialect, { headers: { "x-mcp-stream-unit": "page" } });
        expect(wrong.status).toBe(400);
        expect(await wrong.text()).toContain("x-mcp-stream-unit");
      },
    );

    verifies(
      "stream.json-keep-alive",
      "a long plain reply sends blanks until its JSON (own settings)",
      async () => {
        await start({ jsonKeepAliveMs: 50, heartbeatMs: 100 });
        attached.host.script = hang;
        const response = await ask(running.url, dialect);
        expect(response.status).toBe(200);
        const call = await attached.host.next();
        const chunks: string[] = [];
        for await (const chunk of readChunks(response)) {
          chunks.push(chunk);
          if (chunks.length === 4) call.answer("At last.");
        }
        expect(chunks.slice(0, 4)).toEqual([" ", " ", " ", " "]);
        expect(JSON.stringify(JSON.parse(chunks.join("")))).toContain('"At last."');
      },
    );

    verifies(
      "stream.json-keep-alive",
      "if it fails after that, its JSON is the error (own settings)",
      async () => {
        await start({ jsonKeepAliveMs: 20 });
        attached.host.script = hang;
        const response = await ask(running.url, dialect);
        (await attached.host.next()).fail(-32_000, "It broke.");
        expect(response.status).toBe(200);
        expect(await response.json()).toMatchObject({
          error: { message: expect.stringContaining("It broke.") as string },
        });
      },
    );

    test("a plain reply that is quick enough has a length", async () => {
      attached.host.script = answerAfter(Promise.resolve(), "Soon.");
      const response = await ask(running.url, dialect);
      expect(Number(response.headers.get("content-length"))).toBe(Buffer.byteLength(await response.text()));
    });
  });
}
