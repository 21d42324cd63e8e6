import { afterEach, expect, test } from "vitest";
import { EXTENSION } from "../../../src/hosts/mcp/sampling-stream.ts";
import { ask, DIALECTS } from "../../support/bridge/ask.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import type { ScriptedHost } from "../../support/hosts/scripted-host.ts";
import { hang } from "../../support/hosts/scripts.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

let running: RunningBridge | undefined;
afterEach(async () => {
  await running?.bridge.stop();
});

async function open(tasks: boolean): Promise<{ url: string; host: ScriptedHost }> {
  running = await startBridge({ logLevel: "error" });
  const { host } = await attachHost(running.bridge, {
    script: hang,
    tasks,
    capabilities: {
      sampling: {},
      experimental: { [EXTENSION]: {} },
      ...(tasks && { tasks: { cancel: {}, requests: { sampling: { createMessage: {} } } } }),
    },
  });
  return { url: running.url, host };
}

/** Reads a stream until its text holds `wanted`. */
function reader(response: Response): (wanted: string) => Promise<string> {
  const body = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  return async (wanted) => {
    while (!text.includes(wanted)) {
      const { value, done } = (await body?.read()) ?? { value: undefined, done: true };
      if (done) throw new Error(`The stream ended without ${wanted}: ${text}`);
      text += value ?? "";
    }
    return text;
  };
}

for (const tasks of [true, false]) {
  verifies(
    "host.deltas",
    `a piece reaches the client before the next is there (tasks: ${tasks})`,
    async () => {
      const { url, host } = await open(tasks);
      for (const dialect of DIALECTS) {
        const pending = ask(url, dialect, { stream: true });
        const call = await host.next();
        call.progress(1, "first ");
        const response = await pending;
        expect(response.headers.get("x-mcp-bridge")).toBe("deltas");
        const until = reader(response);
        expect(await until("first ")).not.toContain("second");
        call.progress(2, "second ");
        await until("second ");
        call.answer("first second third");
        const text = await until(dialect === "openai-chat" ? "[DONE]" : "message_stop");
        expect(text.match(/first |second |third/g)).toEqual(["first ", "second ", "third"]);
      }
    },
  );
}

test("a plain reply of a host with pieces is its whole answer", async () => {
  const { url, host } = await open(false);
  const pending = ask(url, "openai-chat");
  const call = await host.next();
  call.progress(1, "first ");
  call.answer("first second");
  const { choices } = (await (await pending).json()) as { choices: { message: { content: string } }[] };
  expect(choices[0]?.message.content).toBe("first second");
});

test("a stop sequence in a piece ends the answer, and the host is told to stop", async () => {
  const { url, host } = await open(false);
  const pending = ask(url, "openai-chat", { stream: true, body: { stop: ["END"] } });
  const call = await host.next();
  call.progress(1, "before E");
  call.progress(2, "ND after");
  const text = await reader(await pending)("[DONE]");
  expect(text).toContain("before ");
  expect(text).not.toContain("after");
  await call.cancelled;
});

test("a host that goes in the middle of its pieces is told inside the stream", async () => {
  const { url, host } = await open(false);
  const pending = ask(url, "openai-chat", { stream: true });
  (await host.next()).progress(1, "first ");
  const until = reader(await pending);
  await until("first ");
  host.close();
  expect(await until('"error"')).not.toContain("[DONE]");
});
