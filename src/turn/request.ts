/** A request in our neutral form. A relay reads it by its schema, so a member that is added here crosses it. */
import * as z from "zod";
import { list, maybe, type Immutable } from "../util/shape.ts";
import { message, textPart } from "./message.ts";
import { traceContext } from "./trace.ts";

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
/** The format the answer must have. */
export type ResponseFormat = Immutable<z.output<typeof responseFormat>>;

const thinking = z.object({
  /** Whether the model should think at all. */
  enabled: z.boolean().exactOptional(),
  /** The client's reasoning effort: `minimal`, `low`, `medium`, `high`, `xhigh`, `max`. */
  effort: z.string().exactOptional(),
  /** Token budget for the reasoning. */
  budgetTokens: z.number().nonnegative().exactOptional(),
});
/** How much the model should think before it answers, where the client says so. */
export type Thinking = Immutable<z.output<typeof thinking>>;

const askedBy = z.object({
  /** How the client names itself. */
  client: z.string(),
  /** The name of its key, not the key itself. */
  key: z.string(),
});
/** Whose request it is, to be shown to the person at the host. Unknown members are empty. */
export type AskedBy = Immutable<z.output<typeof askedBy>>;

export const turnRequest = z.object({
  /** The model name as the client wrote it. */
  model: z.string(),
  /** Model names for the host to choose from, the best first; an empty list leaves the choice to it. Set by routing. */
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
  /** Identifies the conversation, where the client sends such an id (a session header). */
  conversation: maybe(z.string()),
  /** Set by the server. */
  askedBy: askedBy.exactOptional(),
  /** The step of a trace below which the host's belong; set by the server. */
  trace: traceContext.exactOptional(),
});
/** One model request in neutral form: what every dialect decodes to and every host runs. */
export type TurnRequest = Immutable<z.output<typeof turnRequest>>;
