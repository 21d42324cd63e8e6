/** The models of the editor, as clients see and name them. */
import OpenAI from "openai";
import { expect, onTestFinished, test } from "vitest";
import { lendTo } from "../../support/bridge/lending-bridge.ts";
import { startBridge } from "../../support/bridge/start-bridge.ts";
import { editorBridge, editorHost, says } from "../../support/editor/editor-bridge.ts";
import { LanguageModelTextPart, setModels, useEditor } from "../../support/editor/vscode.ts";
import { simpleHost, wholeAnswer } from "../../support/hosts/simple-host.ts";
import { verifies } from "../../support/verifies.ts";

const HELLO = [{ role: "user" as const, content: "Hello?" }];
const MODELS = [
  { id: "auto", name: "Auto", maxInputTokens: 100_000 },
  { id: "sees", name: "It Sees", maxInputTokens: 200_000, capabilities: { supportsImageToText: true } },
  {
    id: "plain",
    maxInputTokens: 50,
    capabilities: { supportsImageToText: false, supportsToolCalling: false },
  },
];
const hello = says(new LanguageModelTextPart("Hello!"));

async function listed(
  url: string,
  headers: Record<string, string> = {},
  path = "/v1/models",
): Promise<string> {
  return (await fetch(`${url}${path}`, { headers })).text();
}

verifies(
  "editor.catalog",
  "each model is told with its own name, limits and abilities, in every API",
  async () => {
    const { url } = await editorBridge(MODELS);
    expect(JSON.parse(await listed(url))).toMatchObject({
      data: expect.arrayContaining([
        expect.objectContaining({
          id: "copilot/sees",
          name: "It Sees",
          context_length: 200_000,
          mcp: expect.objectContaining({
            abilities: expect.objectContaining({ images: "yes", tools: true }),
          }),
        }),
        expect.objectContaining({
          id: "copilot/plain",
          context_length: 50,
          mcp: expect.objectContaining({
            abilities: expect.objectContaining({ images: "no", tools: false }),
          }),
        }),
      ]),
    });
    expect(JSON.parse(await listed(url, { "anthropic-version": "2023-06-01" }))).toMatchObject({
      data: expect.arrayContaining([
        expect.objectContaining({ id: "copilot/sees", display_name: "It Sees", max_input_tokens: 200_000 }),
      ]),
    });
    expect(JSON.parse(await listed(url, {}, "/v1beta/models"))).toMatchObject({
      models: expect.arrayContaining([
        expect.objectContaining({
          name: "models/copilot/sees",
          displayName: "It Sees",
          inputTokenLimit: 200_000,
        }),
      ]),
    });
  },
);

verifies("editor.catalog", "what is supplied or refused goes by the model that is asked", async () => {
  const { editor, openai } = await editorBridge(MODELS);
  editor.answer = hello;
  const tools = [{ type: "function" as const, function: { name: "sky", parameters: { type: "object" } } }];
  const notices = async (model: string): Promise<string> => {
    const asking = openai.chat.completions.create({ model, messages: HELLO, tools });
    return (await asking.withResponse()).response.headers.get("x-mcp-notices") ?? "";
  };
  expect(await notices("copilot/sees")).not.toContain("tools-supplied");
  expect(editor.sent.at(-1)?.options["tools"]).toHaveLength(1);
});

verifies("editor.catalog", "a model without tools gets them in its prompt", async () => {
  const { editor, openai } = await editorBridge([{ ...MODELS[2], id: "plain", maxInputTokens: 10_000 }]);
  editor.answer = says(new LanguageModelTextPart('<tool_call>{"name": "sky", "arguments": {}}</tool_call>'));
  const tools = [{ type: "function" as const, function: { name: "sky", parameters: { type: "object" } } }];
  const { data, response } = await openai.chat.completions
    .create({ model: "copilot/plain", messages: HELLO, tools })
    .withResponse();
  expect(response.headers.get("x-mcp-notices")).toContain("tools-supplied");
  expect(editor.sent.at(-1)?.options["tools"]).toBeUndefined();
  expect(data.choices[0]?.message.tool_calls).toMatchObject([{ function: { name: "sky" } }]);
});

verifies(
  "editor.context-told",
  "a prompt that is far too long for its model is refused before anything is sent",
  async () => {
    const { editor, openai } = await editorBridge(MODELS);
    editor.answer = hello;
    const long = [{ role: "user" as const, content: "word ".repeat(200) }];
    const asking = openai.chat.completions.create({ model: "copilot/plain", messages: long });
    await expect(asking).rejects.toMatchObject({
      status: 400,
      code: "context_length_exceeded",
      message: expect.stringMatching(/prompt is too long: about \d+ tokens > 50 maximum/),
    });
    expect(editor.sent).toEqual([]);
    await openai.chat.completions.create({ model: "copilot/sees", messages: long });
    expect(editor.sent).toHaveLength(1);
  },
);

verifies("editor.exact-model", "a model that is gone is a 404 in a pool too, and never another", async () => {
  const { editor, host, url, openai } = await editorBridge(MODELS);
  editor.answer = hello;
  const other = await startBridge();
  onTestFinished(() => other.bridge.stop());
  other.bridge.attach(host);
  other.bridge.attach(simpleHost(() => wholeAnswer("of another host")));
  const pooled = new OpenAI({ apiKey: "unused", maxRetries: 0, baseURL: `${other.url}/v1` });
  for (const client of [openai, pooled]) {
    const asked = client.chat.completions.create({ model: "copilot/sees", messages: HELLO });
    expect((await asked).model).toBe("copilot/sees");
  }
  setModels({ id: "auto" });
  await host.refresh();
  for (const client of [openai, pooled]) {
    const gone = client.chat.completions.create({ model: "copilot/sees", messages: HELLO });
    await expect(gone).rejects.toMatchObject({ status: 404, code: "model_not_found" });
  }
  expect(await listed(url)).not.toContain("copilot/sees");
});

verifies("editor.catalog", "`auto` is answered by the host that streams", async () => {
  const { editor, host } = await editorBridge(MODELS);
  editor.answer = hello;
  const { bridge, url } = await startBridge();
  onTestFinished(() => bridge.stop());
  bridge.attach(simpleHost(() => wholeAnswer("whole")));
  bridge.attach(host);
  const client = new OpenAI({ apiKey: "unused", maxRetries: 0, baseURL: `${url}/v1` });
  const ask = () => client.chat.completions.create({ model: "auto", messages: HELLO });
  const answers = await Promise.all(Array.from({ length: 9 }, ask));
  expect(new Set(answers.map(({ model }) => model))).toEqual(new Set(["copilot/auto"]));
});

test("a small model that stands in for a large one is told in a notice", async () => {
  const { editor, openai } = await editorBridge([{ id: "gpt-5-mini" }]);
  editor.answer = hello;
  const { response } = await openai.chat.completions
    .create({ model: "gpt-5-pro", messages: HELLO })
    .withResponse();
  expect(response.headers.get("x-mcp-notices")).toContain("smaller-model");
});

verifies("editor.many-models", "hundreds of models cross a relay, all of them to be named", async () => {
  const many = Array.from({ length: 1000 }, (_, index) => ({
    id: `model-${index}`,
    name: `A model with a name of its own, number ${index}`,
    family: `family-${index}`,
    capabilities: { supportsImageToText: true, supportsToolCalling: true },
  }));
  useEditor(...many).answer = hello;
  const host = editorHost();
  await host.refresh();
  const { bridge, url } = await startBridge({}, { relaySecret: "secret" });
  onTestFinished(() => bridge.stop());
  await lendTo(url, { secret: "secret" }, [host]);
  await expect.poll(() => listed(url)).toContain('"copilot/model-999"');
  const client = new OpenAI({ apiKey: "unused", maxRetries: 0, baseURL: `${url}/v1` });
  const { model } = await client.chat.completions.create({ model: "copilot/model-999", messages: HELLO });
  expect(model).toBe("copilot/model-999");
});

verifies(
  "editor.many-models",
  "models that come and go in use are told to the window that leads",
  async () => {
    const editor = useEditor({ id: "one" });
    editor.answer = hello;
    const host = editorHost();
    await host.refresh();
    const { bridge, url } = await startBridge({}, { relaySecret: "secret" });
    onTestFinished(() => bridge.stop());
    await lendTo(url, { secret: "secret" }, [host]);
    await expect.poll(() => listed(url)).toContain('"copilot/one"');
    setModels({ id: "two" });
    await host.refresh();
    await expect.poll(() => listed(url)).toContain('"copilot/two"');
    expect(await listed(url)).not.toContain('"copilot/one"');
  },
);
