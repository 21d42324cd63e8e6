/** Models of the pool in the editor's own picker. */
import type { LanguageModelChatRequestMessage, Progress } from "vscode";
import { expect, onTestFinished } from "vitest";
import { LendBack } from "../../../extension/src/lend-back.ts";
import { poolModels, OWN_VENDOR, type PoolModel } from "../../../extension/src/pool-models.ts";
import type { PoolHost } from "../../../extension/src/pool.ts";
import type { Host } from "../../../src/hosts/host.ts";
import { BridgeError } from "../../../src/turn/error.ts";
import type { TurnRequest } from "../../../src/turn/request.ts";
import { windowOf } from "../../../src/util/editor-window.ts";
import { startBridge } from "../../support/bridge/start-bridge.ts";
import { editorHost } from "../../support/editor/editor-bridge.ts";
import {
  CancellationTokenSource,
  LanguageModelChatMessage,
  LanguageModelDataPart,
  LanguageModelTextPart,
  LanguageModelToolCallPart,
  LanguageModelToolResultPart,
  useEditor,
} from "../../support/editor/vscode.ts";
import { hostInfo } from "../../support/hosts/host-info.ts";
import { wholeAnswer } from "../../support/hosts/simple-host.ts";
import { verifies } from "../../support/verifies.ts";

const OWN = { name: "Visual Studio Code", window: windowOf(process.pid) };
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFElEQVR4nGP4z8DAwMDA8J+BgQEADQQB/3MMbYkAAAAASUVORK5CYII=",
  "base64",
);

interface Pool {
  readonly provider: LendBack;
  readonly asked: TurnRequest[];
  readonly models: readonly PoolModel[];
}

/** A bridge to which this editor and another host are attached, and what the editor is lent by it. */
async function pool(run: Host["run"]): Promise<Pool> {
  useEditor({ id: "gpt" });
  const asked: TurnRequest[] = [];
  const { bridge, url } = await startBridge({ apiKey: "s3cret" });
  onTestFinished(() => bridge.stop());
  const own = editorHost();
  await own.refresh();
  bridge.attach(own);
  bridge.attach({
    id: "goose",
    describe: () =>
      hostInfo({
        id: "goose",
        label: "goose",
        name: "goose",
        catalog: [{ id: "local/llama", name: "Llama", inputTokens: 9000 }],
        abilities: { tools: true, deltas: true },
      }),
    run: (request, signal) => {
      asked.push(request);
      return run(request, signal);
    },
  });
  const provider = new LendBack({
    isWanted: () => true,
    own: OWN,
    address: () => Promise.resolve({ url, key: "s3cret" }),
  });
  return { provider, asked, models: await provider.provideLanguageModelChatInformation() };
}

async function respond(
  { provider, models }: Pool,
  messages: readonly LanguageModelChatMessage[],
  options: object = {},
  token = new CancellationTokenSource().token,
): Promise<unknown[]> {
  const [model] = models;
  if (model === undefined) throw new Error("The pool lends nothing.");
  const parts: unknown[] = [];
  const progress = { report: (part: unknown) => void parts.push(part) } as Progress<never>;
  await provider.provideLanguageModelChatResponse(
    model,
    messages as unknown as LanguageModelChatRequestMessage[],
    { toolMode: 1, ...options },
    progress,
    token as never,
  );
  return parts;
}

const user = (...parts: readonly unknown[]) => new LanguageModelChatMessage(1, parts);
const text = (value: string) => new LanguageModelTextPart(value);

verifies(
  "editor.lend-back",
  "other hosts' models are there with their limits, and this editor's are not",
  async () => {
    const { models } = await pool(() => wholeAnswer("unused"));
    expect(models).toMatchObject([
      {
        id: "goose/local/llama",
        name: "Llama",
        maxInputTokens: 9000,
        capabilities: { imageInput: true, toolCalling: true },
      },
    ]);
  },
);

verifies(
  "editor.lend-back",
  "text, images, calls and their results reach the host, and its answer the editor",
  async () => {
    const there = await pool(async function* () {
      yield { type: "turn-start", model: "llama" };
      yield { type: "text-start", id: "a" };
      yield { type: "text-delta", id: "a", text: "Let me " };
      yield { type: "text-delta", id: "a", text: "look." };
      yield { type: "text-end", id: "a" };
      yield { type: "tool-call-start", id: "b", callId: "call-2", name: "sea" };
      yield { type: "tool-call-delta", id: "b", json: '{"where":' };
      yield { type: "tool-call-delta", id: "b", json: '"there"}' };
      yield { type: "tool-call-end", id: "b" };
      yield {
        type: "turn-end",
        stopReason: { unified: "tool-calls" },
        usage: { inputTokens: 11, outputTokens: 7, estimated: false },
      };
    });
    const tools = [{ name: "sea", description: "looks", inputSchema: { type: "object" } }];
    const parts = await respond(
      there,
      [
        user(text("What is it?"), new LanguageModelDataPart(PNG, "image/png")),
        new LanguageModelChatMessage(2, [
          text("A look."),
          new LanguageModelToolCallPart("call-1", "sky", { where: "here" }),
        ]),
        user(new LanguageModelToolResultPart("call-1", [text("blue")]), text("And the sea?")),
      ],
      { tools, toolMode: 2, modelOptions: { max_tokens: 50, temperature: 0.5 } },
    );
    expect(there.asked[0]).toMatchObject({
      model: "local/llama",
      maxTokens: 50,
      temperature: 0.5,
      toolChoice: { type: "required" },
      messages: [
        {
          role: "user",
          parts: [
            { type: "text", text: "What is it?" },
            { type: "image", mimeType: "image/png" },
          ],
        },
        {
          role: "assistant",
          parts: [
            { type: "text", text: "A look." },
            { type: "tool-call", id: "call-1", name: "sky" },
          ],
        },
        { parts: [{ type: "tool-result", callId: "call-1", content: [{ type: "text", text: "blue" }] }] },
        { role: "user", parts: [{ type: "text", text: "And the sea?" }] },
      ],
    });
    expect(parts.slice(0, -1)).toEqual([
      text("Let me "),
      text("look."),
      new LanguageModelToolCallPart("call-2", "sea", { where: "there" }),
    ]);
    const usage = parts.at(-1);
    if (!(usage instanceof LanguageModelDataPart)) throw new Error("No usage was told.");
    expect(usage.mimeType).toBe("usage");
    expect(JSON.parse(Buffer.from(usage.data).toString("utf8"))).toEqual({
      prompt_tokens: 11,
      completion_tokens: 7,
      total_tokens: 18,
    });
  },
);

verifies("editor.lend-back", "whoever cancels in the editor cancels at the host", async () => {
  let began: () => void;
  const running = new Promise<void>((resolve) => (began = resolve));
  let ended: () => void;
  const cancelled = new Promise<void>((resolve) => (ended = resolve));
  const there = await pool(async function* (_, signal) {
    yield { type: "turn-start", model: "llama" };
    began();
    await new Promise<void>((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        ended();
        reject(signal.reason as Error);
      });
    });
  });
  const cancelling = new CancellationTokenSource();
  const asking = respond(there, [user(text("a long one"))], {}, cancelling.token);
  const failed = expect(asking).rejects.toMatchObject({ name: "Canceled" });
  await running;
  cancelling.cancel();
  await failed;
  await cancelled;
});

verifies("editor.lend-back", "a failure is the editor's own error, by its kind", async () => {
  const failing = (code: "host_rate_limited" | "consent_denied" | "host_failed") =>
    pool(async function* () {
      await Promise.resolve();
      yield* [];
      throw new BridgeError(code, `It is ${code}.`);
    });
  const asked = async (code: Parameters<typeof failing>[0]) =>
    respond(await failing(code), [user(text("?"))]);
  await expect(asked("host_rate_limited")).rejects.toMatchObject({ code: "Blocked" });
  await expect(asked("consent_denied")).rejects.toMatchObject({ code: "NoPermissions" });
  await expect(asked("host_failed")).rejects.toThrow("It is host_failed.");
  const there = await pool(() => wholeAnswer("unused"));
  const gone = { ...there, models: [{ ...(there.models[0] as PoolModel), id: "goose/gone" }] };
  await expect(respond(gone, [user(text("?"))])).rejects.toMatchObject({ code: "NotFound" });
});

verifies("editor.lend-back", "tokens are counted by the bridge", async () => {
  const { provider, models, asked } = await pool(() => wholeAnswer("unused"));
  const [model] = models;
  if (model === undefined) throw new Error("The pool lends nothing.");
  // A count by characters would be a quarter of them.
  const words = "字".repeat(100);
  const count = await provider.provideTokenCount(model, words);
  expect(count).toBeGreaterThan(60);
  const message = user(text(words)) as unknown as LanguageModelChatRequestMessage;
  expect(await provider.provideTokenCount(model, message)).toBe(count);
  expect(asked).toEqual([]);
});

verifies("editor.lend-back", "nothing of this editor's comes back, by whatever way", async () => {
  const host = (parts: Partial<PoolHost>): PoolHost => ({
    label: "other",
    name: "other",
    version: "1",
    transport: "stdio",
    consent: "",
    running: 0,
    queued: 0,
    draining: false,
    failing: false,
    canSample: true,
    models: [],
    abilities: { images: "no" },
    ...parts,
  });
  const shown = (parts: Partial<PoolHost>): number => poolModels([host(parts)], OWN).length;
  expect(shown({})).toBe(1);
  expect(shown({ canSample: false })).toBe(0);
  expect(shown({ window: OWN.window })).toBe(0);
  // Another window of it, and one that does not say where it is.
  expect(shown({ name: OWN.name, window: windowOf(1) })).toBe(0);
  expect(shown({ name: OWN.name })).toBe(0);
  // The same editor on another machine has other models.
  expect(shown({ name: OWN.name, window: windowOf(1, "elsewhere") })).toBe(1);
  // A program that this editor has started is a host of its own, unless it is the editor.
  expect(shown({ window: windowOf(1) })).toBe(1);

  useEditor({ id: "gpt" }, { vendor: OWN_VENDOR, id: "goose/local/llama" });
  const own = editorHost();
  await own.refresh();
  expect(own.catalog.map(({ id }) => id)).toEqual(["copilot/gpt"]);
});

verifies("editor.lend-back", "it is there while it is set, and not otherwise", () => {
  const editor = useEditor();
  let isWanted = false;
  const provider = new LendBack({
    isWanted: () => isWanted,
    own: OWN,
    address: () => Promise.resolve(undefined),
  });
  onTestFinished(() => provider.dispose());
  provider.update();
  expect(editor.providers.size).toBe(0);
  isWanted = true;
  provider.update();
  provider.update();
  expect([...editor.providers]).toEqual([[OWN_VENDOR, provider]]);
  isWanted = false;
  provider.update();
  expect(editor.providers.size).toBe(0);
});
