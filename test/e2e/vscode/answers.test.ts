import { beforeAll, beforeEach, describe, expect, test } from "vitest";

import { anthropic, openAi } from "./support/clients.ts";
import { echo, type Message, textOf } from "./support/scripted-model.ts";
import { useVsCode } from "./support/use-vscode.ts";
import { type BridgeWindow, openBridge } from "./support/workspace.ts";

const USER = 1;
const ASSISTANT = 2;
const SYSTEM = 3;

/** Two by two pixels: small enough that VS Code passes the bytes on as they are. */
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFElEQVR4nGP4z8DAwMDA8J+BgQEADQQB/3MMbYkAAAAASUVORK5CYII=";

const AT_ONCE = 20;

const vscode = useVsCode();
let bridge: BridgeWindow;

beforeAll(async () => {
  bridge = await openBridge(vscode(), "answers", {
    sampling: "allowed",
    args: ["--max-concurrent", String(AT_ONCE)],
  });
});

beforeEach(() => {
  bridge.window.model.behave = echo;
  bridge.window.model.requests.length = 0;
});

const ask = (content: string) => ({ model: "parrot", messages: [{ role: "user" as const, content }] });

describe("the OpenAI client", () => {
  test("gets an answer of VS Code's model", async () => {
    const completion = await openAi(bridge.url).chat.completions.create(ask("hello"));

    expect(completion.choices[0]?.message.content).toBe("You said: hello");
    expect(completion.choices[0]?.finish_reason).toBe("stop");
    expect(completion.model).toContain("parrot");
  });

  test("streams an answer of VS Code's model", async () => {
    const long = "Ein längerer Satz, 你好世界, 👩‍👩‍👧 and the end. ".repeat(20);
    bridge.window.model.behave = (request) => request.answer(long.slice(0, 300), long.slice(300));
    const stream = await openAi(bridge.url).chat.completions.create({ ...ask("tell"), stream: true });

    const pieces: string[] = [];
    let finish: string | null | undefined;
    for await (const chunk of stream) {
      pieces.push(chunk.choices[0]?.delta.content ?? "");
      finish = chunk.choices[0]?.finish_reason ?? finish;
    }
    expect(pieces.join("")).toBe(long);
    expect(pieces.filter(Boolean).length).toBeGreaterThan(20);
    expect(finish).toBe("stop");
  });

  test("brings system prompt, history and image to the model", async () => {
    await openAi(bridge.url).chat.completions.create({
      model: "parrot",
      messages: [
        { role: "system", content: "Be a parrot." },
        { role: "user", content: "first" },
        { role: "assistant", content: "second" },
        {
          role: "user",
          content: [
            { type: "text", text: "what is this?" },
            { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } },
          ],
        },
      ],
    });
    expectConversation(bridge.window.model.requests[0]?.messages);
  });

  test("gets what VS Code drops from the bridge, or is told", async () => {
    bridge.window.model.behave = (request) => request.answer("one two three four");
    const { data, response } = await openAi(bridge.url)
      .chat.completions.create({ ...ask("count"), stop: " three", temperature: 0, max_tokens: 100 })
      .withResponse();

    expect(data.choices[0]?.message.content).toBe("one two");
    expect(response.headers.get("x-mcp-notices")).toBe("max-tokens-cut, temperature-ignored");
    expect(bridge.window.model.requests[0]?.options).toEqual({});
  });

  test("names the model by a part of its id", async () => {
    await openAi(bridge.url).chat.completions.create({ ...ask("hello"), model: "owl" });

    expect(bridge.window.model.requests[0]?.model).toBe("owl");
  });
});

describe("the Anthropic client", () => {
  const message = (content: string) => ({ ...ask(content), max_tokens: 100 });

  test("gets an answer of VS Code's model", async () => {
    const answer = await anthropic(bridge.url).messages.create(message("hello"));

    expect(answer.content).toMatchObject([{ type: "text", text: "You said: hello" }]);
    expect(answer.stop_reason).toBe("end_turn");
  });

  test("streams an answer of VS Code's model", async () => {
    const stream = anthropic(bridge.url).messages.stream(message("a stream, please"));
    const deltas: string[] = [];
    stream.on("text", (delta) => deltas.push(delta));

    expect(await stream.finalText()).toBe("You said: a stream, please");
    expect(deltas.length).toBeGreaterThan(1);
  });

  test("brings system prompt, history and image to the model", async () => {
    await anthropic(bridge.url).messages.create({
      model: "parrot",
      max_tokens: 100,
      system: "Be a parrot.",
      messages: [
        { role: "user", content: "first" },
        { role: "assistant", content: "second" },
        {
          role: "user",
          content: [
            { type: "text", text: "what is this?" },
            { type: "image", source: { type: "base64", media_type: "image/png", data: PNG } },
          ],
        },
      ],
    });
    expectConversation(bridge.window.model.requests[0]?.messages);
  });
});

describe("the model", () => {
  test(`works on ${AT_ONCE} requests at once and each client gets its own answer`, async () => {
    const { model } = bridge.window;
    model.behave = () => {};
    const names = Array.from({ length: AT_ONCE }, (_, index) => `request ${index}`);
    const asking = names.map(async (name, index) => {
      if (index % 2 === 0) {
        const completion = await openAi(bridge.url).chat.completions.create(ask(name));
        return completion.choices[0]?.message.content;
      }
      return anthropic(bridge.url)
        .messages.stream({ ...ask(name), max_tokens: 100 })
        .finalText();
    });
    const answers = Promise.all(asking);
    answers.catch(() => {}); // Awaited below, after what may fail first.

    // Nothing has been answered yet, so all that have arrived are being worked on together.
    await model.until("all requests in the model", () => model.requests.length === AT_ONCE);
    for (const request of model.requests.toReversed()) echo(request);
    expect(await answers).toEqual(names.map((name) => `You said: ${name}`));
  });

  test("may fail, and the client learns why but nothing of VS Code's inside", async () => {
    bridge.window.model.behave = (request) => request.fail("The model is out of order");
    const failure = await openAi(bridge.url)
      .chat.completions.create(ask("hello"))
      .catch((error: unknown) => error);

    expect(failure).toMatchObject({ status: 502 });
    expect(String(failure)).toContain("out of order");
    expect(JSON.stringify(failure)).not.toMatch(/\n\s+at |vscode-|\.js:\d/);
  });
});

function expectConversation(messages: readonly Message[] | undefined): void {
  expect(messages?.map((message) => [message.role, textOf(message)])).toEqual([
    [SYSTEM, "Be a parrot."],
    [USER, "first"],
    [ASSISTANT, "second"],
    [USER, "what is this?"],
  ]);
  expect(messages?.at(-1)?.parts).toContainEqual({ mimeType: "image/png", base64: PNG });
}
