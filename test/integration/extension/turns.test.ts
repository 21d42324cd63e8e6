/** Whole turns through the editor's API: thinking, counts, what a provider is asked for, and consent. */
import type Anthropic from "@anthropic-ai/sdk";
import { expect, test } from "vitest";
import { editorBridge, editorHost, says } from "../../support/editor/editor-bridge.ts";
import {
  LanguageModelChatToolMode,
  LanguageModelDataPart,
  LanguageModelTextPart,
  LanguageModelThinkingPart,
  LanguageModelToolCallPart,
  type Sent,
} from "../../support/editor/vscode.ts";
import { verifies } from "../../support/verifies.ts";

const HELLO = [{ role: "user" as const, content: "Hello?" }];
const ASK = { model: "auto", messages: HELLO };
const CLAUDE = { ...ASK, max_tokens: 2000 };
const text = (value: string) => new LanguageModelTextPart(value);
const tool = (name: string) => ({
  type: "function" as const,
  function: { name, parameters: { type: "object" } },
});
const sky = new LanguageModelToolCallPart("call-1", "sky", { where: "here" });

function thoughtsIn({ messages }: Sent): unknown[] {
  return messages
    .flatMap(({ content }) => content)
    .filter((part) => part instanceof LanguageModelThinkingPart);
}

verifies("editor.thinking", "thinking reaches the client in pieces and goes back as it was", async () => {
  const { editor, anthropic } = await editorBridge();
  editor.answer = says(
    new LanguageModelThinkingPart("Let me ", "thought-1"),
    new LanguageModelThinkingPart(["think", "."], undefined, { signature: "s1" }),
    new LanguageModelThinkingPart("", undefined, { redacted: "r1" }),
    sky,
  );
  const tools = [{ name: "sky", input_schema: { type: "object" as const } }];
  const thinking = { type: "enabled" as const, budget_tokens: 1024 };
  const first = await anthropic.messages.create({ ...CLAUDE, tools, thinking });
  expect(first.content.map(({ type }) => type)).toEqual(["thinking", "tool_use"]);
  expect(first.content[0]).toMatchObject({ thinking: "Let me think." });

  const result = [{ type: "tool_result" as const, tool_use_id: "call-1", content: "blue" }];
  editor.answer = says(text("Blue."));
  const { response } = await anthropic.messages
    .create({
      ...CLAUDE,
      tools,
      thinking,
      messages: [...HELLO, { role: "assistant", content: first.content }, { role: "user", content: result }],
    })
    .withResponse();
  expect(editor.sent.flatMap(thoughtsIn)).toEqual([
    new LanguageModelThinkingPart("Let me think.", "thought-1", { signature: "s1", redacted: "r1" }),
  ]);
  expect(response.headers.get("x-mcp-notices")).toBeNull();
});

test.each(["EqQBCkYIBRgCKkA", "mcptb-vscode.1.e30x", ""])(
  "thinking signed `%s` is left out with a notice",
  async (signature) => {
    const { editor, anthropic } = await editorBridge();
    editor.answer = says(text("Hello!"));
    const content: Anthropic.ContentBlockParam[] = [
      { type: "thinking", thinking: "of another model", signature },
      { type: "text", text: "Hm." },
    ];
    const { response } = await anthropic.messages
      .create({ ...CLAUDE, messages: [...HELLO, { role: "assistant", content }, ...HELLO] })
      .withResponse();
    expect(response.headers.get("x-mcp-notices")).toContain("reasoning-left-out");
    expect(editor.sent).toHaveLength(1);
    expect(editor.sent.flatMap(thoughtsIn)).toEqual([]);
  },
);

verifies("editor.thinking", "a notice of the editor crosses the relay of a window that lends", async () => {
  const { lendTo } = await import("../../support/bridge/lending-bridge.ts");
  const { startBridge } = await import("../../support/bridge/start-bridge.ts");
  const { useEditor } = await import("../../support/editor/vscode.ts");
  useEditor({ id: "gpt" }).answer = says(text("Hello!"));
  const host = editorHost();
  await host.refresh();
  const { bridge, url } = await startBridge({}, { relaySecret: "secret" });
  const lent = await lendTo(url, { secret: "secret" }, [host]);
  await expect
    .poll(async () => ((await (await fetch(`${url}/ready`)).json()) as { hosts: unknown[] }).hosts)
    .toHaveLength(1);
  const content = [{ type: "thinking", thinking: "hm", signature: "foreign" }];
  const response = await fetch(`${url}/v1/messages`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...CLAUDE, messages: [...HELLO, { role: "assistant", content }, ...HELLO] }),
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("x-mcp-notices")).toContain("reasoning-left-out");
  await lent.bridge.stop();
  await bridge.stop();
});

const counted = (usage: unknown) =>
  new LanguageModelDataPart(Buffer.from(typeof usage === "string" ? usage : JSON.stringify(usage)), "usage");

verifies("editor.usage", "what the provider has counted is told", async () => {
  const { editor, openai } = await editorBridge();
  editor.answer = says(text("Hello!"), counted({ prompt_tokens: 1234, completion_tokens: 56 }));
  const { usage } = await openai.chat.completions.create(ASK);
  expect(usage).toMatchObject({ prompt_tokens: 1234, completion_tokens: 56, total_tokens: 1290 });
  expect(usage).not.toHaveProperty("estimated");
});

verifies("editor.usage", "what came from the provider's cache is told in each API's own way", async () => {
  const { editor, openai, anthropic } = await editorBridge();
  const counts = (cached: number) =>
    counted({ prompt_tokens: 1000, completion_tokens: 5, prompt_tokens_details: { cached_tokens: cached } });
  editor.answer = says(text("Hello!"), counts(900));
  const chat = await openai.chat.completions.create(ASK);
  expect(chat.usage).toMatchObject({ prompt_tokens: 1000, prompt_tokens_details: { cached_tokens: 900 } });
  const response = await openai.responses.create({ model: "auto", input: "Hello?" });
  expect(response.usage).toMatchObject({ input_tokens: 1000, input_tokens_details: { cached_tokens: 900 } });
  const message = await anthropic.messages.create(CLAUDE);
  expect(message.usage).toMatchObject({ input_tokens: 100, cache_read_input_tokens: 900 });

  // More than there were is no count.
  editor.answer = says(text("Hello!"), counts(1001));
  const odd = await anthropic.messages.create(CLAUDE);
  expect(odd.usage).toMatchObject({ input_tokens: 1000, cache_read_input_tokens: 0 });
});

test.each([undefined, counted("no JSON"), counted({ prompt_tokens: -1 }), counted("1".repeat(100_000))])(
  "without a count of the provider's the bridge estimates: %#",
  async (part) => {
    const { editor, openai } = await editorBridge();
    editor.answer = says(text("Hello, and good morning."), ...(part === undefined ? [] : [part]));
    const { usage } = await openai.chat.completions.create(ASK);
    expect(usage?.prompt_tokens).toBeGreaterThan(0);
    expect(usage?.completion_tokens).toBeGreaterThan(2);
    expect(usage).toHaveProperty("estimated", true);
  },
);

verifies("editor.options", "what the client sets reaches the provider", async () => {
  const { editor, openai } = await editorBridge();
  editor.answer = says(text("Hello!"));
  await openai.chat.completions.create({
    ...ASK,
    max_tokens: 100,
    temperature: 0.5,
    stop: ["END"],
    reasoning_effort: "high",
  });
  expect(editor.sent[0]?.options).toMatchObject({
    modelOptions: { max_tokens: 100, temperature: 0.5, stop: ["END"] },
    configuration: { reasoningEffort: "high" },
  });
});

const { Auto, Required } = LanguageModelChatToolMode;
const CHOICES = {
  auto: { choice: "auto", tools: ["sky", "sea"], mode: Auto },
  required: { choice: "required", tools: ["sky", "sea"], mode: Auto },
  named: { choice: { type: "function", function: { name: "sky" } }, tools: ["sky"], mode: Required },
  none: { choice: "none", tools: [], mode: undefined },
} as const;

for (const [name, { choice, tools, mode }] of Object.entries(CHOICES)) {
  verifies("editor.options", `the choice of a tool: ${name}`, async () => {
    const { editor, openai } = await editorBridge();
    editor.answer = choice === "none" ? says(text("No tool.")) : says(sky);
    const { choices } = await openai.chat.completions.create({
      ...ASK,
      tools: [tool("sky"), tool("sea")],
      tool_choice: choice,
    });
    const options = editor.sent[0]?.options ?? {};
    const offered = (options["tools"] ?? []) as readonly { readonly name: string }[];
    expect(offered.map((each) => each.name)).toEqual(tools);
    expect(options["toolMode"]).toBe(mode);
    const called = choices[0]?.message.tool_calls?.map(({ id }) => id) ?? [];
    expect(called).toEqual(choice === "none" ? [] : ["call-1"]);
  });
}

verifies("editor.options", "a call that is required comes, or the client gets an error", async () => {
  const { editor, openai } = await editorBridge();
  const asking = { ...ASK, tools: [tool("sky"), tool("sea")], tool_choice: "required" as const };
  editor.answer = () => says(...(editor.sent.length === 1 ? [text("The sky is blue.")] : [sky]))();
  const { choices } = await openai.chat.completions.create(asking);
  expect(choices[0]?.finish_reason).toBe("tool_calls");
  expect(choices[0]?.message.content ?? "").toBe("");

  editor.answer = says(text("I will not."));
  await expect(openai.chat.completions.create(asking)).rejects.toMatchObject({ status: 502 });
});

/** A dialog that stays open until the test answers it. */
function dialog(): { readonly opened: () => Promise<boolean>; readonly answer: (yes: boolean) => void } {
  let answer: (yes: boolean) => void = () => undefined;
  const answered = new Promise<boolean>((resolve) => {
    answer = resolve;
  });
  return { opened: () => answered, answer: (yes) => answer(yes) };
}

verifies(
  "editor.consent",
  "one dialog for all; a refusal ends them, and nothing asks again until the person does",
  async () => {
    const { editor, host, openai } = await editorBridge();
    const { opened, answer } = dialog();
    editor.consent = opened;
    editor.answer = says(text("Hello!"));
    const waiting = Array.from({ length: 5 }, () => openai.chat.completions.create(ASK));
    const ended = Promise.allSettled(waiting);
    await expect.poll(() => host.describe().consent).toBe("waiting");
    answer(false);
    for (const outcome of await ended) {
      expect(outcome).toMatchObject({ status: "rejected", reason: { status: 400, code: "consent_denied" } });
    }
    expect(editor.asked).toEqual(["copilot"]);

    const other = openai.chat.completions.create(ASK);
    await expect(other).rejects.toMatchObject({
      code: "consent_denied",
      message: expect.stringContaining("Allow Access") as string,
    });
    expect(editor.asked).toEqual(["copilot"]);
    expect(editor.sent).toEqual([]);

    editor.consent = () => Promise.resolve(true);
    expect(await host.allow()).toBe(true);
    expect(editor.asked).toEqual(["copilot", "copilot"]);
    // Asking the person has spent nothing.
    expect(editor.sent).toEqual([]);
    // The very same question.
    expect((await openai.chat.completions.create(ASK)).choices[0]?.message.content).toBe("Hello!");
    expect(host.describe().consent).toBe("granted");
  },
);

verifies("editor.consent", "clients that stream hear a sign of life while the dialog is open", async () => {
  const { editor, url } = await editorBridge(undefined, { heartbeatMs: 100 });
  const { opened, answer } = dialog();
  editor.consent = opened;
  editor.answer = says(text("Hello!"));
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...ASK, stream: true }),
  });
  expect(response.status).toBe(200);
  const frames: string[] = [];
  for await (const frame of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    if (frames.length === 0) answer(true);
    frames.push(frame);
  }
  expect(frames[0]).not.toContain("Hello!");
  expect(frames.join("")).toContain("Hello!");
});

verifies("editor.consent", "each provider is asked about by itself", async () => {
  const { editor, host, openai } = await editorBridge([{ id: "gpt" }, { vendor: "own", id: "llama" }]);
  editor.consent = (vendor) => Promise.resolve(vendor === "own");
  editor.answer = says(text("Hello!"));
  await expect(openai.chat.completions.create({ ...ASK, model: "copilot/gpt" })).rejects.toMatchObject({
    code: "consent_denied",
  });
  const own = await openai.chat.completions.create({ ...ASK, model: "own/llama" });
  expect(own.choices[0]?.message.content).toBe("Hello!");
  expect(editor.asked).toEqual(["copilot", "own"]);
  expect(await host.allow()).toBe(false);
});

verifies("editor.consent", "a consent that is withdrawn is noticed", async () => {
  const { editor, host, openai } = await editorBridge();
  editor.answer = says(text("Hello!"));
  await openai.chat.completions.create(ASK);
  editor.allowed.clear();
  editor.consent = () => Promise.resolve(false);
  const again = ASK;
  await expect(openai.chat.completions.create(again)).rejects.toMatchObject({ code: "consent_denied" });
  expect(host.isDenied).toBe(true);
});

verifies(
  "editor.sidebar",
  "a request that the person ends is over for the client and the model",
  async () => {
    const { editor, host, openai } = await editorBridge();
    editor.answer = async function* ({ token }) {
      yield text("half");
      await new Promise<void>((resolve) => token.onCancellationRequested(resolve));
    };
    const streaming = await openai.chat.completions.create({ ...ASK, stream: true });
    const reading = (async () => {
      for await (const { choices } of streaming) {
        if (choices[0]?.delta.content) host.turns.cancel(host.turns.list[0]?.id ?? -1);
      }
    })();
    await expect(reading).rejects.toThrow("The person at VS Code has ended this request.");
    expect(editor.sent[0]?.token.isCancellationRequested).toBe(true);
    expect(host.turns.list).toMatchObject([
      { state: "cancelled", characters: 4, client: expect.stringContaining("OpenAI") as string },
    ]);
    // It says nothing of other requests.
    editor.answer = says(text("Hello!"));
    expect((await openai.chat.completions.create(ASK)).choices[0]?.message.content).toBe("Hello!");
    expect(host.turns.askedOf("copilot/gpt")).toBe(2);
    expect(host.running).toBe(0);
  },
);

test("of many requests the last are told", async () => {
  const { editor, host, openai } = await editorBridge();
  editor.answer = says(text("Hello!"), counted({ prompt_tokens: 3, completion_tokens: 2 }));
  for (let index = 0; index < 60; index += 1) await openai.chat.completions.create(ASK);
  expect(host.turns.list).toHaveLength(50);
  expect(host.turns.list[0]).toMatchObject({ id: 60, state: "done", inputTokens: 3, outputTokens: 2 });
});

test("models that are hidden are neither told nor asked, and the usual effort is for who says nothing", async () => {
  const { editor, openai, url } = await editorBridge(
    [{ id: "gpt" }, { vendor: "own", id: "llama" }],
    {},
    {
      models: ["!copilot/*"],
      effort: "low",
    },
  );
  editor.answer = says(text("Hello!"));
  expect((await openai.chat.completions.create(ASK)).model).toBe("own/llama");
  expect(editor.sent[0]?.options["configuration"]).toEqual({ reasoningEffort: "low" });
  await openai.chat.completions.create({ ...ASK, reasoning_effort: "high" });
  expect(editor.sent[1]?.options["configuration"]).toEqual({ reasoningEffort: "high" });
  expect(await (await fetch(`${url}/v1/models`)).text()).not.toContain("copilot");
});
