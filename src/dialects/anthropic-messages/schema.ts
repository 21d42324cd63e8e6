/**
 * The part of a Messages API request that we use; content blocks are checked one by one as they are read, by their kind
 * (Anthropic API reference, "Create a Message").
 */
import * as z from "zod";
import { anyContent } from "../plain-part.ts";
import { anyPrompt } from "../any-prompt.ts";
import { anySettings } from "../any-settings.ts";
import { anyChoice, anyTool } from "../any-tool.ts";
import { MOST } from "../limits.ts";
import { id, list, name } from "../shapes.ts";

export const messagesRequest = z.object({
  model: name,
  ...anyPrompt,
  // 0: the prompt should only be cached.
  ...anySettings({ leastTokens: 0, hottest: 1 }),
  tools: list(anyTool, MOST.tools).nullish(),
  tool_choice: anyChoice,
  functions: list(anyTool, MOST.tools).nullish(),
  function_call: anyChoice,
  thread: z.unknown().optional(),
  stream: z.boolean().nullish(),
});

/** A system message in the middle of a conversation may set the effort from there on. */
export const effortFromHere = z.object({
  output_config: z.object({ effort: z.string().nullish() }).nullish().catch(undefined),
});

/** Content blocks by type, as far as we read them. */
export const blocks = {
  toolResult: z.object({
    tool_use_id: id,
    content: anyContent.nullish(),
    is_error: z.boolean().nullish(),
  }),
  toolChange: z.object({
    tool: z.object({ name: name.nullish(), definition: anyTool.nullish() }),
  }),
} as const;

export type MessagesRequest = z.output<typeof messagesRequest>;
export type { TypedPart as Block } from "../plain-part.ts";
export type { AnyTool as WireTool } from "../any-tool.ts";
