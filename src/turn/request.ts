/** A request in our neutral form. A relay reads it by its schema, so a member that is added here crosses it. */
import * as z from "zod";
import { list, maybe, type Immutable } from "../util/shape.ts";
import { message, textPart } from "./message.ts";

const jsonObject = z.record(z.string(), z.unknown());

const tool = z.object({
  name: z.string(),
  description: z.string().exactOptional(),
  /** JSON Schema. */
  inputSchema: jsonObject,
});
/** A tool the model may call. */
export type Tool = Immutable<z.output<typeof tool>>;

const toolChoice = z.union([
  z.object({ type: z.enum(["auto", "none", "required"]) }),
  z.object({ type: z.literal("tool"), name: z.string() }),
]);
export type ToolChoice = Immutable<z.output<typeof toolChoice>>;

const responseFormat = z.union([
  z.object({ type: z.literal("text") }),
  z.object({
    type: z.literal("json"),
    name: z.string().exactOptional(),
    /** JSON Schema. */
    schema: jsonObject.exactOptional(),
  }),
]);
/** The form the answer must have. */
export type ResponseFormat = Immutable<z.output<typeof responseFormat>>;

const thinking = z.object({
  /** Whether it thinks at all. */
  enabled: z.boolean().exactOptional(),
  /** The client's word for how much: `minimal`, `low`, `medium`, `high`, `xhigh`, `max`. */
  effort: z.string().exactOptional(),
  /** Tokens that it may think for. */
  budgetTokens: z.number().nonnegative().exactOptional(),
});
/** How much the model should think before it answers, as far as the client says it. */
export type Thinking = Immutable<z.output<typeof thinking>>;

const askedBy = z.object({
  /** What the client calls itself. */
  client: z.string(),
  /** The name of the key that it came with, which is not the key. */
  key: z.string(),
});
/** Whose request it is, as far as that is known: for the person at the host. Empty texts for what is not. */
export type AskedBy = Immutable<z.output<typeof askedBy>>;

export const turnRequest = z.object({
  /** The model name as the client wrote it. */
  model: z.string(),
  /** Names for the host to look for instead, the best first; none: its own choice. Decided by routing. */
  hints: list(z.string()).exactOptional(),
  system: list(textPart),
  messages: list(message),
  tools: list(tool),
  toolChoice,
  parallelToolCalls: z.boolean(),
  responseFormat,
  /** Upper bound of the answer in tokens; `undefined`: the host's own. */
  maxTokens: maybe(z.number().nonnegative()),
  temperature: maybe(z.number()),
  stopSequences: list(z.string()),
  thinking: thinking.exactOptional(),
  /** What ties the requests of one conversation together, where the client says it (a session header). */
  conversation: maybe(z.string()),
  /** Set by the server. */
  askedBy: askedBy.exactOptional(),
});
/** One model request in neutral form: what every dialect decodes to and every host runs. */
export type TurnRequest = Immutable<z.output<typeof turnRequest>>;
