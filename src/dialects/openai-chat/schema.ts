/**
 * The part of a chat completion request that we use: null counts as absent; messages and content parts are checked one
 * by one as they are read, by their type (OpenAI API reference, "Create chat completion").
 */
import * as z from "zod";
import { anyPrompt } from "../any-prompt.ts";
import { anySettings } from "../any-settings.ts";
import { anyChoice, anyTool } from "../any-tool.ts";
import { MOST } from "../limits.ts";
import { list, name } from "../shapes.ts";

/** Each choice is a request to the host, and may need its person's consent. */
const MOST_CHOICES = 8;

export const chatRequest = z.object({
  model: name,
  ...anyPrompt,
  ...anySettings({ leastTokens: 1, hottest: 2 }),
  stream: z.boolean().nullish(),
  stream_options: z.object({ include_usage: z.boolean().nullish() }).nullish(),
  n: z
    .number()
    .int()
    .min(1, "must be at least 1")
    .max(MOST_CHOICES, `the bridge supports at most ${MOST_CHOICES} answers to one request`)
    .nullish(),
  tools: list(anyTool, MOST.tools).nullish(),
  tool_choice: anyChoice,
  functions: list(anyTool, MOST.tools).nullish(),
  function_call: anyChoice,
});

export type ChatRequest = z.output<typeof chatRequest>;
