/** The companion extension in a real VS Code: a host of its own, started with the window. */
import { fileURLToPath } from "node:url";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { stage } from "../../../scripts/extension.mjs";
import { failures } from "./companion/failures.ts";
import { limits } from "./companion/limits.ts";
import { memory } from "./companion/memory.ts";
import { models } from "./companion/models.ts";
import { pace } from "./companion/pace.ts";
import { anthropic, openAi } from "./support/clients.ts";
import { echo, type ModelRequest } from "./support/scripted-model.ts";
import { useVsCode } from "./support/use-vscode.ts";
import type { VsCodeWindow } from "./support/window.ts";
import { becomes, freePort, isReady, makeWorkspace } from "./support/workspace.ts";

/** For what never comes, on whatever machine; how fast another bridge takes over is measured in test/limits. */
const START_MS = 60_000;
const TEXT = "text/plain";
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFElEQVR4nGP4z8DAwMDA8J+BgQEADQQB/3MMbYkAAAAASUVORK5CYII=";
const TOOLS = ["sky", "sea"].map((name) => ({
  type: "function" as const,
  function: { name, parameters: { type: "object", properties: { where: { type: "string" } } } },
}));

let port: number;
let url: string;
let window: VsCodeWindow;

const vscode = useVsCode(async () => {
  port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const folder = await stage(fileURLToPath(new URL("../../../extension/out", import.meta.url)));
  return { extensions: [folder], machine: { "mcpTokenBridge.port": port } };
});

beforeAll(async () => {
  window = await vscode().open(makeWorkspace(vscode(), "companion"));
});

beforeEach(() => {
  window.model.behave = echo;
  window.model.requests.length = 0;
});

const ask = (content: string) => ({
  model: "scripted/parrot",
  messages: [{ role: "user" as const, content }],
});

/** The first request of the model from here on. */
async function nextRequest(): Promise<ModelRequest> {
  window.model.behave = () => {};
  await window.model.until("a request in the model", () => window.model.requests.length > 0);
  const [request] = window.model.requests;
  if (request === undefined) throw new Error("There is none.");
  return request;
}

test("the bridge starts with the window, and the status bar says where it is", async () => {
  expect(await becomes(true, START_MS, () => isReady(port))).toBe(true);
  const item = window.page.locator(".statusbar-item", { hasText: `Bridge :${port}` }).first();
  await item.waitFor({ timeout: START_MS });
});

test("all models of the editor can be named", async () => {
  const { data } = await openAi(url).models.list();
  const ids = data.map(({ id }) => id);
  expect(ids).toEqual(expect.arrayContaining(["auto", "scripted/parrot", "scripted/owl"]));
});

test("an answer arrives while the model writes it", async () => {
  window.model.behave = () => {};
  const asking = openAi(url).chat.completions.create({ ...ask("tell"), stream: true });
  const request = await nextRequest();
  request.write("first ");
  const iterator = (await asking)[Symbol.asyncIterator]();
  const read = async (): Promise<string> => {
    for (;;) {
      const { done, value } = await iterator.next();
      const content = done === true ? "(end)" : value.choices[0]?.delta.content;
      if (content) return content;
    }
  };
  // The model has not said more, nor that it has ended.
  expect(await read()).toBe("first ");
  request.write("second");
  expect(await read()).toBe("second");
  request.end();
  expect(await read()).toBe("(end)");
});

test("the model that is named is asked, and one that is gone is not replaced", async () => {
  await openAi(url).chat.completions.create({ ...ask("hello"), model: "scripted/owl" });
  expect(window.model.requests.map(({ model }) => model)).toEqual(["owl"]);

  const gone = openAi(url).chat.completions.create({ ...ask("hello"), model: "scripted/parrot-9" });
  await expect(gone).rejects.toMatchObject({ status: 404 });
  expect(window.model.requests).toHaveLength(1);
});

test("a client that leaves cancels the model", async () => {
  window.model.behave = () => {};
  const leaving = new AbortController();
  const asking = openAi(url).chat.completions.create(ask("a long one"), { signal: leaving.signal });
  asking.catch(() => {}); // It is left.
  const request = await nextRequest();
  leaving.abort();
  await window.model.until("the cancellation in the model", () => request.cancelledAt !== undefined);
});

test("two calls reach the client, and their results the model", async () => {
  window.model.behave = (request) => {
    request.write("Let me look. ");
    request.callTool("call-1", "sky", { where: "here" });
    request.callTool("call-2", "sea", { where: "there" });
    request.end();
  };
  const first = await openAi(url).chat.completions.create({ ...ask("look"), tools: TOOLS });
  const message = first.choices[0]?.message;
  expect(first.choices[0]?.finish_reason).toBe("tool_calls");
  const calls = message?.tool_calls ?? [];
  expect(calls).toMatchObject([
    { id: "call-1", function: { name: "sky", arguments: '{"where":"here"}' } },
    { id: "call-2", function: { name: "sea", arguments: '{"where":"there"}' } },
  ]);
  expect(window.model.requests[0]?.tools).toEqual(["sky", "sea"]);

  window.model.behave = (request) => request.answer("Blue and green.");
  const second = await openAi(url).chat.completions.create({
    model: "scripted/parrot",
    tools: TOOLS,
    messages: [
      { role: "user", content: "look" },
      { role: "assistant", content: message?.content ?? null, tool_calls: calls },
      { role: "tool", tool_call_id: "call-1", content: "blue" },
      { role: "tool", tool_call_id: "call-2", content: "green" },
    ],
  });
  expect(second.choices[0]?.message.content).toBe("Blue and green.");
  const parts = window.model.requests[1]?.messages.flatMap((each) => each.parts);
  expect(parts).toEqual(
    expect.arrayContaining([
      { callId: "call-1", name: "sky", input: { where: "here" } },
      { resultOf: "call-1", content: [{ text: "blue" }] },
      { resultOf: "call-2", content: [{ text: "green" }] },
    ]),
  );
});

test("an image reaches the model under its true type, and a broken one is refused before", async () => {
  const withImage = (type: string, data: string) => ({
    model: "scripted/parrot",
    messages: [
      {
        role: "user" as const,
        content: [{ type: "image_url" as const, image_url: { url: `data:${type};base64,${data}` } }],
      },
    ],
  });
  await openAi(url).chat.completions.create(withImage("image/jpeg", PNG));
  expect(window.model.requests[0]?.messages.at(-1)?.parts).toEqual([{ mimeType: "image/png", base64: PNG }]);

  const broken = openAi(url).chat.completions.create(
    withImage("image/png", Buffer.from(TEXT).toString("base64")),
  );
  await expect(broken).rejects.toMatchObject({ status: 400 });
  expect(window.model.requests).toHaveLength(1);
});

test("a failure before the first part is the status, one after it never a regular end", async () => {
  window.model.behave = (request) => request.fail("Too many requests", "Blocked");
  await expect(openAi(url).chat.completions.create(ask("hello"))).rejects.toMatchObject({ status: 429 });

  window.model.behave = () => {};
  const asking = openAi(url).chat.completions.create({ ...ask("again"), stream: true });
  window.model.requests.length = 0;
  const request = await nextRequest();
  request.write("half");
  const read = async (): Promise<string | null | undefined> => {
    let finish: string | null | undefined;
    for await (const chunk of await asking) {
      if (chunk.choices[0]?.delta.content) request.fail("The model is out of order");
      finish = chunk.choices[0]?.finish_reason ?? finish;
    }
    return finish;
  };
  await expect(read()).rejects.toThrow("out of order");
});

test.each([
  ["auto", ["sky", "sea"], 1],
  ["required", ["sky", "sea"], 1],
  ["none", [], 1],
  [{ type: "function" as const, function: { name: "sky" } }, ["sky"], 2],
] as const)("the choice of a tool: %j", async (choice, tools, mode) => {
  window.model.behave = (request) => {
    if (choice === "none") return request.answer("No tool.");
    request.callTool("call-1", "sky", { where: "here" });
    request.end();
  };
  const { choices } = await openAi(url).chat.completions.create({
    ...ask("look"),
    tools: TOOLS,
    tool_choice: choice,
  });
  expect(choices[0]?.finish_reason).toBe(choice === "none" ? "stop" : "tool_calls");
  expect(window.model.requests[0]).toMatchObject({ tools, ...(choice !== "none" && { toolMode: mode }) });
});

test("thinking, its origin, the effort and the counts cross the editor both ways", async () => {
  window.model.behave = (request) => {
    request.think("Let me ", "thought-1");
    request.think("think.", undefined, { signature: "s1" });
    request.write("Done.");
    request.data("usage", JSON.stringify({ prompt_tokens: 12, completion_tokens: 5 }));
    request.end();
  };
  const thinking = { type: "enabled" as const, budget_tokens: 1024 };
  const asking = { model: "scripted/parrot", max_tokens: 2000, thinking };
  const question = { role: "user" as const, content: "think" };
  const first = await anthropic(url).messages.create({ ...asking, messages: [question] });
  expect(first.content).toMatchObject([{ thinking: "Let me think." }, { text: "Done." }]);
  expect(first.usage).toMatchObject({ input_tokens: 12, output_tokens: 5 });

  window.model.behave = echo;
  await anthropic(url).messages.create({
    ...asking,
    output_config: { effort: "high" },
    messages: [question, { role: "assistant", content: first.content }, question],
  });
  const [, second] = window.model.requests;
  expect(second?.messages.flatMap(({ parts }) => parts)).toContainEqual({
    thinking: "Let me think.",
    thought: "thought-1",
    metadata: { signature: "s1" },
  });
  expect(second?.configuration).toMatchObject({ reasoningEffort: "high" });
});

test("the sidebar shows what runs, ends it, and hides a model", async () => {
  await window.model.execute("mcpTokenBridge.showRequests");
  const { webview } = window;
  await webview
    .locator("code", { hasText: `${url}/v1` })
    .first()
    .waitFor({ timeout: START_MS });

  window.model.behave = () => {};
  const asking = openAi(url).chat.completions.create({ ...ask("a long one"), stream: true });
  const request = await nextRequest();
  request.write("half");
  const reading = (async () => {
    for await (const _ of await asking);
  })();
  reading.catch(() => {}); // It is awaited below.
  await webview.locator("button", { hasText: "Cancel" }).first().click({ timeout: START_MS });
  await expect(reading).rejects.toThrow("has ended this request");
  await window.model.until("the cancellation in the model", () => request.cancelledAt !== undefined);

  await webview.locator('button[title="Hide scripted/owl"]').first().click({ timeout: START_MS });
  const names = async (): Promise<string> => JSON.stringify((await openAi(url).models.list()).data);
  expect(await becomes(false, START_MS, async () => (await names()).includes("scripted/owl"))).toBe(true);
  await webview.locator('button[title="Lend scripted/owl"]').first().click({ timeout: START_MS });
  expect(await becomes(true, START_MS, async () => (await names()).includes("scripted/owl"))).toBe(true);

  await webview.locator('button[title="Give vscode no new requests"]').first().click({ timeout: START_MS });
  await webview.locator("li", { hasText: "gets no new requests" }).first().waitFor({ timeout: START_MS });
  await expect(openAi(url).chat.completions.create(ask("hello"))).rejects.toMatchObject({ status: 503 });
  await webview.locator('button[title="Give vscode requests again"]').first().click({ timeout: START_MS });
  await webview.locator('button[title="Give vscode no new requests"]').first().waitFor({ timeout: START_MS });
});

const editor = () => ({ window, url });
describe("failures", () => failures(editor));
describe("limits", () => limits(editor));
describe("models", () => models(editor));
describe("pace", () => pace(editor));
describe("memory", () => memory(editor));

test("it stops, starts and is there after a reload, with nothing left over", async () => {
  for (let index = 0; index < 10; index += 1) {
    await window.model.execute("mcpTokenBridge.stop");
    expect(await isReady(port)).toBe(false);
    await window.model.execute("mcpTokenBridge.start");
    expect(await becomes(true, START_MS, () => isReady(port))).toBe(true);
  }
  await window.reload();
  expect(await becomes(true, START_MS, () => isReady(port))).toBe(true);
  const { hosts } = (await (await fetch(`${url}/ready`)).json()) as { hosts: readonly unknown[] };
  expect(hosts).toHaveLength(1);
});

test("two windows share the address; when the one that leads is closed, the other leads", async () => {
  const other = await vscode().open(makeWorkspace(vscode(), "other"));
  const count = async (): Promise<number> => {
    const response = await fetch(`${url}/ready`);
    return ((await response.json()) as { hosts: readonly unknown[] }).hosts.length;
  };
  expect(await becomes(true, START_MS, async () => (await count()) === 2)).toBe(true);

  await window.close();
  await window.model.closed;
  // Until the first bridge has ended it may still take a connection, which then ends with it.
  const answered = async (): Promise<boolean> => {
    const answer = await openAi(url)
      .chat.completions.create(ask("still there?"))
      .catch(() => undefined);
    return answer?.choices[0]?.message.content === "You said: still there?";
  };
  expect(await becomes(true, START_MS, answered)).toBe(true);
  expect(other.model.requests).not.toHaveLength(0);
});
