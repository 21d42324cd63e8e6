/** Hosts that others wrote lend the scripted model through the bridge to the official clients. */
import { once } from "node:events";
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scratchHome } from "../clients/support/environment.ts";
import { Gate } from "../../support/streams/gate.ts";
import { commandOf, HOSTS } from "./support/host-table.ts";
import { install } from "./support/install.ts";
import { startModel, type Asked, type Reply, type ScriptedModel } from "./support/scripted-model.ts";
import { startHost, type RunningHost } from "./support/start-host.ts";

const AT_ONCE = 8;
const LEAVING = {
  ends: "a client that leaves ends the model's call",
  frees: "a client that leaves frees the bridge, not the model",
  keeps: "a client that leaves keeps its place until the model has answered",
} as const;
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

const launchers = await install();
let home: Awaited<ReturnType<typeof scratchHome>>;
let model: ScriptedModel;

beforeAll(async () => {
  home = await scratchHome();
  model = await startModel();
});

afterAll(async () => {
  await model?.stop();
  await home?.remove();
});

describe.each(HOSTS.filter(({ runtime }) => launchers[runtime] !== undefined))("$name", (facts) => {
  let host: RunningHost;
  let openai: OpenAI;

  beforeAll(async () => {
    const command = commandOf(facts, launchers);
    const way = { era: "auto", over: "stdio" } as const;
    host = await startHost({ command, settings: facts.settings, home: home.path, model: model.url, ...way });
    openai = new OpenAI({ baseURL: `${host.url}/v1`, apiKey: "none", maxRetries: 0 });
  });

  afterAll(() => host?.stop());

  const ask = (
    content: string,
    more: Partial<OpenAI.ChatCompletionCreateParamsNonStreaming> = {},
    signal?: AbortSignal,
  ) =>
    openai.chat.completions.create(
      { model: "auto", messages: [{ role: "user", content }], ...more },
      signal && { signal },
    );

  test("declares what the table says", async () => {
    const { name, canSample, revision, abilities } = await host.info();
    expect({ name, canSample, revision }).toEqual({
      name: facts.clientName,
      canSample: true,
      revision: "2025-11-25",
    });
    expect(abilities.tools).toBe(facts.tools);
    // What the bridge says of a host may be unknown; it may not be wrong.
    expect(abilities.cancel).not.toBe(facts.leaving === "ends" ? "no" : "yes");
    expect(abilities.images).not.toBe(facts.images ? "no" : "yes");
  });

  test("the model sees the system prompt, every message and block, and the limits", async () => {
    model.behave(() => ({ text: "**Heard**, 你好 👋🏽" }));
    const completion = await openai.chat.completions.create({
      model: "auto",
      max_tokens: 77,
      temperature: 0.3,
      stop: ["ZZ"],
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: [...texts("one"), ...texts("two")] },
        { role: "assistant", content: "three" },
        { role: "user", content: "four" },
      ],
    });
    expect(completion.choices[0]).toMatchObject({
      finish_reason: "stop",
      message: { content: "**Heard**, 你好 👋🏽" },
    });
    expect(completion.model).toBe(facts.model);
    const [asked] = model.asked;
    expect(model.asked).toHaveLength(1);
    expect(asked?.turns.map(({ role, text }) => [role, text])).toEqual([
      ["system", "Be brief."],
      ["user", "one\n\ntwo"],
      ["assistant", "three"],
      ["user", "four"],
    ]);
    // The bridge cuts at stop sequences itself: not all hosts take them.
    expect(asked).toMatchObject({ maxTokens: 77, temperature: 0.3, stop: [] });
  });

  const askOfImage = () => {
    const image = { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } } as const;
    return openai.chat.completions.create({
      model: "auto",
      messages: [{ role: "user", content: [...texts("What"), image, ...texts("is it?")] }],
    });
  };

  test.skipIf(facts.images)("an image is refused, with what to do", async () => {
    model.behave(() => ({ text: "A dot." }));
    await expect(askOfImage()).rejects.toMatchObject({
      status: 400,
      code: "unsupported_feature",
      message: expect.stringContaining("does not accept images") as unknown,
    });
    expect(model.asked).toEqual([]);
  });

  test.runIf(facts.images)("an image reaches the model between its texts", async () => {
    model.behave(() => ({ text: "A dot." }));
    const completion = await askOfImage();
    expect(completion.choices[0]?.message.content).toBe("A dot.");
    const turns = model.asked[0]?.turns ?? [];
    expect(turns.reduce((sum, { images }) => sum + images, 0)).toBe(1);
    expect(turns.map(({ text }) => text).join("\n")).toMatch(/What\s+is it\?/);
  });

  test("a stream is kept alive while the model thinks, then carries its words", async () => {
    const thought = new Gate();
    model.behave(async () => {
      await thought.pass();
      return { text: "One two three." };
    });
    const response = await fetch(`${host.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "auto", stream: true, messages: [{ role: "user", content: "Count." }] }),
    });
    let seen = "";
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      seen += chunk;
      if (seen.split("\n\n").length > 3) thought.open();
    }
    const words = seen.slice(seen.indexOf("One")).matchAll(/"content":"([^"]*)"/g);
    expect(seen.slice(0, seen.indexOf("One")).split("\n\n").length).toBeGreaterThan(3);
    expect(["One", ...[...words].map(([, word]) => word)].join("")).toBe("One two three.");
    expect(seen).toMatch(/data: \[DONE\]\s*$/);
  });

  test("a stream of the openai package comes in pieces", async () => {
    model.behave(() => ({ text: "One two three four five six." }));
    const stream = openai.chat.completions.stream({
      model: "auto",
      messages: [{ role: "user", content: "Count." }],
    });
    const pieces: string[] = [];
    stream.on("content.delta", ({ delta }) => pieces.push(delta));
    expect(await stream.finalContent()).toBe("One two three four five six.");
    expect(pieces.length).toBeGreaterThan(3);
  });

  test("the anthropic package streams an answer", async () => {
    model.behave(() => ({ text: "Bonjour." }));
    const anthropic = new Anthropic({ baseURL: host.url, apiKey: "none", maxRetries: 0 });
    const message = await anthropic.messages
      .stream({
        model: "auto",
        max_tokens: 50,
        system: "Speak French.",
        messages: [{ role: "user", content: "Hello." }],
      })
      .finalMessage();
    expect(message).toMatchObject({
      stop_reason: "end_turn",
      content: [{ type: "text", text: "Bonjour." }],
    });
    expect(model.asked[0]?.turns.map(({ text }) => text)).toEqual(["Speak French.", "Hello."]);
  });

  test("tools are called, and their results go back", async () => {
    model.behave((asked) => (told(asked) ? { text: "18 degrees in Bern." } : callWeather(asked)));
    const places: string[] = [];
    const runner = openai.chat.completions.runTools({
      model: "auto",
      messages: [{ role: "user", content: "Weather in Bern?" }],
      tools: [
        {
          type: "function",
          function: {
            name: "weather",
            description: "The temperature at a place",
            parameters: {
              type: "object",
              properties: { place: { type: "string" } },
              required: ["place"],
            },
            parse: (text: string) => JSON.parse(text) as { place: string },
            function: ({ place }: { place: string }) => {
              places.push(place);
              return "18 degrees";
            },
          },
        },
      ],
    });
    expect(await runner.finalContent()).toBe("18 degrees in Bern.");
    expect(places).toEqual(["Bern"]);
    expect(model.asked.map(({ tools }) => tools)).toEqual(
      facts.tools ? [["weather"], ["weather"]] : [[], []],
    );
  });

  test(`${AT_ONCE} requests at once are all answered, each with its own`, async () => {
    const all = new Gate();
    let running = 0;
    let most = 0;
    model.behave(async ({ turns }) => {
      running += 1;
      most = Math.max(most, running);
      if (!facts.concurrent || running === AT_ONCE) all.open();
      await all.pass();
      running -= 1;
      return { text: `answer to ${turns.at(-1)?.text}` };
    });
    const questions = Array.from({ length: AT_ONCE }, (_, index) => `question ${index}`);
    const answers = await Promise.all(questions.map((question) => ask(question)));
    expect(answers.map(({ choices }) => choices[0]?.message.content)).toEqual(
      questions.map((question) => `answer to ${question}`),
    );
    expect(most).toBe(facts.concurrent ? AT_ONCE : 1);
  });

  test(LEAVING[facts.leaving], async () => {
    const answered = new Gate();
    const began = new Gate();
    const ended = new Gate();
    let left: AbortSignal | undefined;
    model.behave(async (_, signal) => {
      left = signal;
      began.open();
      if (facts.leaving === "ends") await once(signal, "abort");
      else await answered.pass();
      ended.open();
      return { text: "too late" };
    });
    const client = new AbortController();
    const asking = ask("Wait.", {}, client.signal);
    await began.pass();
    client.abort();
    await expect(asking).rejects.toThrow(OpenAI.APIUserAbortError);
    const running = async () => (await host.info()).running;
    if (facts.leaving === "frees") await expect.poll(running).toBe(0);
    if (facts.leaving === "keeps") expect(await running()).toBe(1);
    if (facts.leaving !== "ends") {
      expect(left?.aborted).toBe(false);
      answered.open();
    }
    await ended.pass();
    await expect.poll(running).toBe(0);
    model.behave(() => ({ text: "Still here." }));
    expect((await ask("Are you there?")).choices[0]?.message.content).toBe("Still here.");
  });

  test.each([
    { status: 500, words: "the model broke", code: 502 },
    { status: 429, words: "Rate limit reached", code: 429 },
  ])("the model's $status is an error, not an answer", async ({ status, words, code }) => {
    model.behave(() => ({ status, error: words }));
    const error = await ask("Hello.").then(
      ({ choices }) => expect.unreachable(`an answer: ${choices[0]?.message.content}`),
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(OpenAI.APIError);
    const { message, status: told } = error as InstanceType<typeof OpenAI.APIError>;
    expect(told).toBe(facts.tellsErrors ? code : 502);
    if (facts.tellsErrors) expect(message).toContain(words);
    expect(message).toContain(facts.clientName);
  });

  test("an answer cut at the model's limit", async () => {
    model.behave(() => ({ text: "It was a dark and", end: "length" }));
    const { choices } = await ask("Tell a story.");
    expect(choices[0]).toMatchObject({
      finish_reason: facts.tellsLength ? "length" : "stop",
      message: { content: "It was a dark and" },
    });
  });
});

function texts(text: string): OpenAI.ChatCompletionContentPartText[] {
  return [{ type: "text", text }];
}

/** The result of the tool is in the request, natively or as text. */
function told({ turns }: Asked): boolean {
  return turns.some(({ role, text }) => role !== "system" && text.includes("18 degrees"));
}

/** A call in the form that the model was told of. */
function callWeather({ tools }: Asked): Reply {
  const input = { place: "Bern" };
  if (tools.length > 0) return { text: "Let me look.", calls: [{ id: "call-1", name: "weather", input }] };
  const call = JSON.stringify({ name: "weather", arguments: input });
  return { text: `Let me look.\n<tool_call>\n${call}\n</tool_call>` };
}
