/** Many streams over several hosts of every kind: nothing is lost, mixed up or left behind. Real sockets. */
import { setTimeout } from "node:timers/promises";
import { afterEach, expect } from "vitest";
import { ask, DIALECTS, type DialectId } from "../../support/bridge/ask.ts";
import { parseFrames } from "../../support/streams/frames.ts";
import { startModern, startSdk1, startSdk2, type HttpHost } from "../../support/hosts/http-hosts.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";
import { eventually } from "../../support/streams/eventually.ts";

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

/** What a host answers to a question, a few kilobytes that no other question has. */
function answerTo(question: string): string {
  return Array.from({ length: 40 }, (_, index) => `${question}/${index} 你好 👋🏽`).join("\n");
}

const model = async (question: string): Promise<string> => {
  await setTimeout(1 + (question.length % 5) * 3);
  return answerTo(question);
};

async function bridgeWith(): Promise<RunningBridge> {
  const running = await startBridge({ mcpHttp: true, maxConcurrent: 64, maxQueued: 1000 });
  open.push(() => running.bridge.stop());
  return running;
}

function keep<Host extends HttpHost>(host: Host): Host {
  open.push(() => host.close());
  return host;
}

interface Info {
  readonly label: string;
  readonly running: number;
  readonly queued: number;
  readonly slots?: number;
}

const hostsOf = async (url: string): Promise<readonly Info[]> =>
  ((await (await fetch(`${url}/ready`)).json()) as { hosts: readonly Info[] }).hosts;

/** The text that a stream's frames add up to, and whether it ended as the dialect says. */
function folded(dialect: DialectId, text: string): { readonly text: string; readonly ended: boolean } {
  const frames = parseFrames(text);
  const pieces = frames.map(({ data }) => {
    if (typeof data === "string") return "";
    const { choices, delta } = data as {
      readonly choices?: readonly { readonly delta?: { readonly content?: string } }[];
      readonly delta?: { readonly text?: string };
    };
    return choices?.[0]?.delta?.content ?? delta?.text ?? "";
  });
  const last = frames.at(-1);
  const ended = dialect === "openai-chat" ? last?.data === "[DONE]" : last?.event === "message_stop";
  return { text: pieces.join(""), ended };
}

/** Reads a stream to its end, or hangs up at its first piece. */
async function stream(url: string, index: number, hangUp: boolean): Promise<string | undefined> {
  const dialect = DIALECTS[index % 2] ?? "openai-chat";
  const leaving = new AbortController();
  const question = `question ${index}`;
  const response = await ask(url, dialect, {
    text: question,
    stream: true,
    signal: leaving.signal,
    headers: { "x-mcp-stream-unit": "sentence" },
  });
  expect(response.status).toBe(200);
  if (hangUp) {
    await response.body?.getReader().read();
    leaving.abort();
    return undefined;
  }
  const { text, ended } = folded(dialect, await response.text());
  expect(ended).toBe(true);
  expect(text).toBe(answerTo(question));
  return response.headers.get("x-mcp-host") ?? "";
}

verifies(
  "pool.many",
  "500 streams over three hosts come out whole while a tenth of the clients hang up",
  async () => {
    const { url, bridge } = await bridgeWith();
    const editor = await attachHost(bridge, {
      name: "editor",
      async script(call) {
        call.answer({ content: { type: "text", text: await model(call.lastText) } });
      },
    });
    open.push(async () => editor.host.close());
    keep(await startSdk2({ url, name: "remote", model }));
    keep(await startModern({ url, name: "modern", model }));
    await eventually(async () => expect((await hostsOf(url)).map(({ slots }) => slots)).not.toContain(0));

    const served = await Promise.all(
      Array.from({ length: 500 }, (_, index) => stream(url, index, index % 10 === 3)),
    );
    expect(served.filter((label) => label === undefined)).toHaveLength(50);
    expect(new Set(served.filter((label) => label !== undefined))).toEqual(
      new Set(["editor", "remote", "modern"]),
    );
    await eventually(async () => {
      for (const { running, queued } of await hostsOf(url)) expect([running, queued]).toEqual([0, 0]);
    });
  },
);

verifies(
  "pool.host-fails",
  "a host that dies under load takes only its own turns with it, each with an error",
  async () => {
    const { url, bridge } = await bridgeWith();
    const doomed = await attachHost(bridge, { name: "doomed", script: () => undefined });
    keep(await startSdk1({ url, name: "well", model }));
    keep(await startModern({ url, name: "modern", model }));
    await eventually(async () => expect((await hostsOf(url)).map(({ slots }) => slots)).not.toContain(0));

    const turns = Array.from({ length: 120 }, async (_, index) => {
      const question = `question ${index}`;
      const headers = index % 3 === 0 ? { "x-mcp-host": "doomed" } : {};
      const response = await ask(url, "openai-chat", { text: question, headers });
      const host = response.headers.get("x-mcp-host");
      const { choices, error } = (await response.json()) as {
        readonly choices?: readonly { readonly message: { readonly content: string } }[];
        readonly error?: { readonly code: string };
      };
      return {
        host,
        status: response.status,
        question,
        text: choices?.[0]?.message.content,
        code: error?.code,
      };
    });
    await doomed.host.until(() => doomed.host.calls.length >= 40);
    doomed.host.close();
    const ended = await Promise.all(turns);
    const failed = ended.filter(({ status }) => status !== 200);
    expect(failed.length).toBe(doomed.host.calls.length);
    for (const { host, status, code } of failed)
      expect([host, status, code]).toEqual(["doomed", 502, "host_gone"]);
    for (const { text, question } of ended.filter(({ status }) => status === 200)) {
      expect(text).toBe(answerTo(question));
    }
    const after = await ask(url, "openai-chat", { text: "afterwards" });
    expect(after.status).toBe(200);
  },
);
