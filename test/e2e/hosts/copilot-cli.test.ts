/** GitHub Copilot CLI in a terminal lends the scripted model; a person at the keys allows, refuses and is left waiting. */
import OpenAI from "openai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scratchHome } from "../clients/support/environment.ts";
import { installCopilotCli } from "../clients/support/install.ts";
import { Gate } from "../../support/streams/gate.ts";
import { startCopilotCli, type CopilotCli } from "./support/copilot-cli.ts";
import { startModel, type ScriptedModel } from "./support/scripted-model.ts";

const AT_ONCE = 8;
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

let program: string;
let home: Awaited<ReturnType<typeof scratchHome>>;
let model: ScriptedModel;
let copilot: CopilotCli;
let openai: OpenAI;

beforeAll(async () => {
  home = await scratchHome();
  model = await startModel();
  program = await installCopilotCli();
  copilot = await startCopilotCli({ program, home: home.path, model: model.url });
  openai = clientOf(copilot);
});

afterAll(async () => {
  await copilot?.stop();
  await model?.stop();
  await home?.remove();
});

const clientOf = ({ url }: CopilotCli) => new OpenAI({ baseURL: `${url}/v1`, apiKey: "none", maxRetries: 0 });

type Content = OpenAI.ChatCompletionUserMessageParam["content"];

const ask = (content: Content, signal?: AbortSignal, client = openai) =>
  client.chat.completions.create(
    {
      model: "auto",
      max_tokens: 77,
      temperature: 0.3,
      stop: ["ZZ"],
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content },
      ],
    },
    signal && { signal },
  );

/** The answer or what was thrown, so that a failure nobody awaits yet is no stray one. */
const outcome = (asking: Promise<unknown>): Promise<unknown> => asking.catch((error: unknown) => error);

test("is led to the older era, in which it lends", async () => {
  expect(await copilot.info()).toMatchObject({
    name: "copilot-cli",
    revision: "2025-11-25",
    canSample: true,
    abilities: { tools: false, images: "yes", temperature: "no", maxTokens: "no", cancel: "no" },
  });
});

test("the person's yes sends the request to its model, and the answer back", async () => {
  model.behave(() => ({ text: "你好 👋🏽 ZZ and more" }));
  const { answer } = await copilot.question(() => ({ answer: ask("Hello.") }));
  expect(model.asked).toEqual([]);
  await copilot.press("yes", answer);
  expect((await answer).choices[0]).toMatchObject({
    finish_reason: "stop",
    message: { content: "你好 👋🏽 " },
  });
  expect(model.asked).toMatchObject([
    // The limits are its own.
    {
      turns: [
        { role: "system", text: "Be brief." },
        { role: "user", text: "Hello." },
      ],
      temperature: 0,
      stop: [],
    },
  ]);
  expect((await copilot.info()).consent).toBe("granted");
});

test("an image reaches its model", async () => {
  model.behave(() => ({ text: "A dot." }));
  const image = { type: "image_url", image_url: { url: `data:image/png;base64,${PNG}` } } as const;
  const { answer } = await copilot.question(() => ({
    answer: ask([{ type: "text", text: "What is it?" }, image]),
  }));
  await copilot.press("yes", answer);
  expect((await answer).choices[0]?.message.content).toBe("A dot.");
  expect(model.asked[0]?.turns.reduce((sum, { images }) => sum + images, 0)).toBe(1);
});

test("what is asked can be read before it is allowed", async () => {
  model.behave(() => ({ text: "Read." }));
  const { answer } = await copilot.question(() => ({ answer: ask("The words of the client.") }));
  await copilot.press("review", copilot.shows(/The words of the client\./));
  await copilot.press("yes", answer);
  expect((await answer).choices[0]?.message.content).toBe("Read.");
});

test.each([
  { key: "no", words: "No" },
  { key: "cancel", words: "Esc" },
] as const)("$words is a refusal, with what to do, and nothing reaches its model", async ({ key }) => {
  model.behave(() => ({ text: "never" }));
  const { answer } = await copilot.question(() => ({ answer: outcome(ask(`Private, ${key}.`)) }));
  await copilot.press(key, answer);
  const error = await answer;
  expect(error).toBeInstanceOf(OpenAI.APIError);
  expect(error).toMatchObject({
    status: 400,
    code: "consent_denied",
    message: expect.stringContaining("Approve inference request?") as unknown,
  });
  expect(model.asked).toEqual([]);
});

test("a model that fails looks like a refusal, and the client is told where to look", async () => {
  model.behave(() => ({ status: 400, error: "the model broke" }));
  const { answer } = await copilot.question(() => ({ answer: outcome(ask("Fail.")) }));
  await copilot.press("yes", answer);
  expect(await answer).toMatchObject({
    status: 400,
    code: "consent_denied",
    message: expect.stringContaining("~/.copilot/logs") as unknown,
  });
});

test("a client that leaves keeps its place until the person has answered", async () => {
  model.behave(() => ({ text: "too late" }));
  const client = new AbortController();
  const { answer } = await copilot.question(() => ({
    answer: outcome(ask("Are you quick?", client.signal)),
  }));
  client.abort();
  expect(await answer).toBeInstanceOf(OpenAI.APIUserAbortError);
  expect((await copilot.info()).running).toBe(1);
  const freed = expect.poll(async () => (await copilot.info()).running, { timeout: 20_000 }).toBe(0);
  await copilot.press("yes", freed);
  await freed;
});

test("a stream is kept alive while the person decides, and is told where the question is", async () => {
  const allowed = new Gate();
  model.behave(() => {
    allowed.open();
    return { text: "One two three." };
  });
  const { response } = await copilot.question(() => ({
    response: fetch(`${copilot.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "auto", stream: true, messages: [{ role: "user", content: "Count." }] }),
    }),
  }));
  let seen = "";
  let pressed: Promise<void> | undefined;
  for await (const chunk of (await response).body?.pipeThrough(new TextDecoderStream()) ?? []) {
    seen += chunk;
    if (seen.split("\n\n").length > 3) pressed ??= copilot.press("yes", allowed.pass());
  }
  await pressed;
  const words = seen.matchAll(/"content":"([^"]*)"/g);
  expect([...words].map(([, word]) => word).join("")).toBe("One two three.");
});

test("several at once are asked for one after the other, and each gets its own answer", async () => {
  const reached = [new Gate(), new Gate(), new Gate()];
  model.behave(({ turns }) => {
    reached[model.asked.length - 1]?.open();
    return { text: `answer to ${turns.at(-1)?.text}` };
  });
  const questions = reached.map((_, index) => `person's question ${index}`);
  const { answers } = await copilot.question(() => ({
    answers: Promise.all(questions.map((each) => ask(each))),
  }));
  for (const each of reached) await copilot.press("yes", each.pass());
  expect((await answers).map(({ choices }) => choices[0]?.message.content)).toEqual(
    questions.map((question) => `answer to ${question}`),
  );
});

test(`after a yes for all, ${AT_ONCE} requests at once are answered, each with its own`, async () => {
  model.behave(() => ({ text: "From now on." }));
  const { first } = await copilot.question(() => ({ first: ask("May we?") }));
  await copilot.press("always", first);
  const all = new Gate();
  let running = 0;
  model.behave(async ({ turns }) => {
    running += 1;
    if (running === AT_ONCE) all.open();
    await all.pass();
    return { text: `answer to ${turns.at(-1)?.text}` };
  });
  const questions = Array.from({ length: AT_ONCE }, (_, index) => `question ${index}`);
  const answers = await Promise.all(questions.map((each) => ask(each)));
  expect(answers.map(({ choices }) => choices[0]?.message.content)).toEqual(
    questions.map((question) => `answer to ${question}`),
  );
});

test("tools are called, and their results go back", async () => {
  model.behave(({ turns }) =>
    turns.some(({ role, text }) => role !== "system" && text.includes("18 degrees"))
      ? { text: "18 degrees in Bern." }
      : { text: '<tool_call>\n{"name": "weather", "arguments": {"place": "Bern"}}\n</tool_call>' },
  );
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
          parameters: { type: "object", properties: { place: { type: "string" } }, required: ["place"] },
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
});

test("with --host-limits copilot-cli=1 a yes for all leaves none of the waiting requests behind", async () => {
  model.behave(({ turns }) => ({ text: `answer to ${turns.at(-1)?.text}` }));
  const single = await startCopilotCli({
    program,
    home: home.path,
    model: model.url,
    flags: ["--host-limits", "copilot-cli=1"],
  });
  try {
    const client = clientOf(single);
    const questions = Array.from({ length: AT_ONCE }, (_, index) => `waiting question ${index}`);
    const { answers } = await single.question(() => ({
      answers: Promise.all(questions.map((each) => ask(each, undefined, client))),
    }));
    await expect.poll(() => single.info()).toMatchObject({ running: 1 });
    await single.press("always", answers);
    expect((await answers).map(({ choices }) => choices[0]?.message.content)).toEqual(
      questions.map((question) => `answer to ${question}`),
    );
  } finally {
    await single.stop();
  }
});
