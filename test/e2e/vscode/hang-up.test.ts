import { beforeAll, beforeEach, expect, test } from "vitest";

import { anthropic, openAi } from "./support/clients.ts";
import { echo, type ModelRequest, type ScriptedModel, textOf } from "./support/scripted-model.ts";
import { useVsCode } from "./support/use-vscode.ts";
import { openBridge } from "./support/workspace.ts";

const vscode = useVsCode();
let url: string;
let model: ScriptedModel;

beforeAll(async () => {
  const bridge = await openBridge(vscode(), "hang-up", { sampling: "allowed" });
  ({ url } = bridge);
  ({ model } = bridge.window);
});

beforeEach(() => {
  model.requests.length = 0;
  model.behave = () => {}; // The model thinks until somebody cancels or answers.
});

const ask = (content: string) => ({ model: "parrot", messages: [{ role: "user" as const, content }] });

/** How the clients ask; each resolves when the client has hung up. */
const WAYS = {
  "an OpenAI client that streams": async (signal: AbortSignal) => {
    const stream = await openAi(url).chat.completions.create({ ...ask("leaves"), stream: true }, { signal });
    for await (const chunk of stream) void chunk;
  },
  "an OpenAI client that waits for the whole answer": (signal: AbortSignal) =>
    openAi(url).chat.completions.create(ask("leaves"), { signal }),
  "an Anthropic client that streams": (signal: AbortSignal) =>
    anthropic(url)
      .messages.stream({ ...ask("leaves"), max_tokens: 100 }, { signal })
      .finalText(),
};

test.each(Object.entries(WAYS))("%s hangs up and the model is cancelled", async (_name, start) => {
  const stays = openAi(url).chat.completions.create(ask("stays"));
  const hangUp = new AbortController();
  const leaves = Promise.resolve(start(hangUp.signal)).catch(() => undefined);
  await model.until("both requests in the model", () => model.requests.length === 2);

  hangUp.abort();
  // Nothing else ends it: the model does not answer, and whoever stays is not cancelled.
  await model.until("the cancellation", () => find("leaves").cancelledAt !== undefined);

  await leaves;
  const other = find("stays");
  expect(other.cancelledAt).toBeUndefined();
  echo(other);
  expect((await stays).choices[0]?.message.content).toBe("You said: stays");
});

function find(text: string): ModelRequest {
  const found = model.requests.find((request) => textOf(request.messages.at(-1)) === text);
  if (found === undefined) throw new Error(`No request "${text}" has reached the model.`);
  return found;
}
