import { expect, test } from "vitest";
import { COUNT_MARGIN, countTokens } from "../../../../src/dialects/anthropic-messages/count-tokens.ts";
import type { CountTokens } from "../../../../src/dialects/dialect.ts";
import { TokenEstimator } from "../../../../src/polyfill/tokens.ts";
import { BridgeError } from "../../../../src/turn/error.ts";
import type { TurnRequest } from "../../../../src/turn/request.ts";
import { requestFixture } from "../../../support/data/fixtures.ts";
import { verifies } from "../../../support/verifies.ts";
import { ANYONE } from "../../../../src/turn/principal.ts";

const estimator = new TokenEstimator();
const count = (request: TurnRequest): Promise<number> => estimator.prompt(request);

const ask = (body: unknown, counter: CountTokens): Promise<unknown> =>
  countTokens.answer({
    params: {},
    query: new URLSearchParams(),
    body,
    headers: new Headers(),
    principal: ANYONE,
    count: counter,
    models: () => ({ listed: [], since: new Date(0) }),
  });

async function tokensOf(body: object): Promise<number> {
  const answer = await ask({ model: "m", ...body }, count);
  return (answer as { input_tokens: number }).input_tokens;
}

const messages = [{ role: "user", content: "hello" }];

verifies("messages.count-tokens", "system, tools, messages and pictures all count", async () => {
  const bare = await tokensOf({ messages });
  expect(bare).toBeGreaterThan(1);
  const words = "one two three four five six seven eight nine ten ".repeat(20);
  expect(await tokensOf({ messages, system: words })).toBeGreaterThan(bare + 200);
  expect(await tokensOf({ messages: [{ role: "user", content: words }] })).toBeGreaterThan(bare + 200);
  const tool = { name: "t", description: words, input_schema: { type: "object" } };
  expect(await tokensOf({ messages, tools: [tool] })).toBeGreaterThan(bare + 200);
  const source = { type: "base64", media_type: "image/png", data: "eA==" };
  const picture = [{ role: "user", content: [{ type: "image", source }] }];
  expect(await tokensOf({ messages: picture })).toBeGreaterThan(bare + 1000);
});

verifies("messages.count-tokens", "the figure is the estimate and the documented margin", async () => {
  const answer = await ask({ model: "m", messages }, () => Promise.resolve(1000));
  expect(answer).toEqual({ input_tokens: 1000 * COUNT_MARGIN, context_management: null });
  expect(COUNT_MARGIN).toBe(1.2);
});

test("the body of a whole request is counted as it is, max_tokens is not needed", async () => {
  expect(await tokensOf(requestFixture("claude-code-turn").body)).toBeGreaterThan(100);
});

test("a body that is no prompt is refused", async () => {
  await expect(ask({ model: "m" }, count)).rejects.toThrow(BridgeError);
});
