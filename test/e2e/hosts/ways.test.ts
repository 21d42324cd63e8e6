/** The hosts over Streamable HTTP and in the modern era: who they are, an answer, several at once, a client that leaves. */
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { scratchHome } from "../clients/support/environment.ts";
import { Gate } from "../../support/streams/gate.ts";
import { commandOf, HOSTS } from "./support/host-table.ts";
import { install } from "./support/install.ts";
import { startModel, type ScriptedModel } from "./support/scripted-model.ts";
import { startHost, type RunningHost, type Way } from "./support/start-host.ts";

/** `hosts.test.ts` is the era that they choose themselves, over stdio. */
const WAYS: readonly Way[] = [
  { era: "legacy", over: "stdio" },
  { era: "legacy", over: "http" },
  { era: "modern", over: "stdio" },
  { era: "modern", over: "http" },
  { era: "auto", over: "http" },
];
// Left to themselves they are led to the era in which they lend without a call of the hook.
const REVISIONS = { legacy: "2025-11-25", modern: "2026-07-28", auto: "2025-11-25" } as const;
/** The hosts' programs keep so many calls of the hook open. */
const AT_ONCE = 4;

const launchers = await install();
const CASES = HOSTS.filter(({ runtime }) => launchers[runtime] !== undefined).flatMap((facts) =>
  WAYS.filter(({ era }) => facts.eras.includes(era)).map((way) => ({ ...facts, ...way })),
);

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

describe.each(CASES)("$name, $era era over $over", (facts) => {
  const { era, over, settings, concurrent } = facts;
  let host: RunningHost;
  let openai: OpenAI;

  beforeAll(async () => {
    const command = commandOf(facts, launchers);
    host = await startHost({ command, settings, era, over, home: home.path, model: model.url });
    openai = new OpenAI({ baseURL: `${host.url}/v1`, apiKey: "none", maxRetries: 0 });
  });

  afterAll(() => host?.stop());

  const ask = (content: string, signal?: AbortSignal) =>
    openai.chat.completions.create(
      {
        model: "auto",
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content },
        ],
      },
      signal && { signal },
    );

  test("says who it is, and an answer comes back", async () => {
    model.behave(() => ({ text: "你好 👋🏽" }));
    expect((await ask("Hello.")).choices[0]?.message.content).toBe("你好 👋🏽");
    expect(model.asked.map(({ turns }) => turns.map(({ text }) => text))).toEqual([["Be brief.", "Hello."]]);
    const { name, transport, revision, abilities } = await host.info();
    expect({ name, transport, revision, tools: abilities.tools }).toEqual({
      name: facts.clientName,
      transport: over,
      revision: REVISIONS[era],
      tools: facts.tools,
    });
  });

  test(`${AT_ONCE} requests at once are all answered, each with its own`, async () => {
    const all = new Gate();
    let running = 0;
    model.behave(async ({ turns }) => {
      running += 1;
      if (!concurrent || running === AT_ONCE) all.open();
      await all.pass();
      return { text: `answer to ${turns.at(-1)?.text}` };
    });
    const questions = Array.from({ length: AT_ONCE }, (_, index) => `question ${index}`);
    const answers = await Promise.all(questions.map((question) => ask(question)));
    expect(answers.map(({ choices }) => choices[0]?.message.content)).toEqual(
      questions.map((question) => `answer to ${question}`),
    );
  });

  test("after a client has left, the next one is answered", async () => {
    const began = new Gate();
    const late = new Gate();
    model.behave(async () => {
      began.open();
      await late.pass();
      return { text: "too late" };
    });
    const client = new AbortController();
    const asking = ask("Wait.", client.signal);
    await began.pass();
    client.abort();
    await expect(asking).rejects.toThrow(OpenAI.APIUserAbortError);
    late.open();
    model.behave(() => ({ text: "Still here." }));
    expect((await ask("Are you there?")).choices[0]?.message.content).toBe("Still here.");
  });
});
