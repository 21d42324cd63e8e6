/** The part of requests that we use (Ollama API reference, "Generate a chat message" and "Generate a response"). */
import * as z from "zod";
import { anyTool } from "../any-tool.ts";
import { LONGEST, MOST } from "../limits.ts";
import { jsonObject, list, name } from "../shapes.ts";

const stopSequence = z.string().max(LONGEST.stopSequence);

const options = z.object({
  /** Nothing above 0: no limit. */
  num_predict: z.number().int().nullish(),
  temperature: z.number().min(0).max(2).nullish(),
  stop: z.union([stopSequence.transform((one) => [one]), list(stopSequence, MOST.stopSequences)]).nullish(),
});

const images = list(z.string(), MOST.parts).nullish();

const common = {
  model: name.min(1, "must name a model"),
  stream: z.boolean().nullish(),
  format: z.union([z.enum(["", "json"]), jsonObject]).nullish(),
  /** Whether to think, or the word for how much. */
  think: z.union([z.boolean(), z.string().max(40)]).nullish(),
  options: options.nullish(),
  keep_alive: z.union([z.string(), z.number()]).nullish(),
};

export const chatRequest = z.object({
  ...common,
  messages: list(jsonObject, MOST.messages).nullish(),
  tools: list(anyTool, MOST.tools).nullish(),
});
export type ChatRequest = z.output<typeof chatRequest>;

export const generateRequest = z.object({
  ...common,
  prompt: z.string().nullish(),
  system: z.string().nullish(),
  images,
});
export type GenerateRequest = z.output<typeof generateRequest>;

/** What a message has beside what any has. */
export const ownMembers = z.object({
  images,
  thinking: z.string().nullish(),
  tool_name: name.nullish(),
});

/** A model by its name; older clients have another word for it. */
export const modelRequest = z.object({ model: name.nullish(), name: name.nullish() });
