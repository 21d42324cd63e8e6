import type { Message } from "../../turn/message.ts";
import type { Notice } from "../../turn/notice.ts";
import type { ResponseFormat, Thinking, Tool, TurnRequest } from "../../turn/request.ts";
import { CallIds, readMessage, type MessageReading } from "../any-message.ts";
import { partsIn } from "../any-part.ts";
import { textParts } from "../plain-part.ts";
import { joinMessages, toPrompt } from "../any-prompt.ts";
import { placed, readTool } from "../any-tool.ts";
import { formSchema } from "../client-schema.ts";
import { conversationOf } from "../conversation.ts";
import type { RequestHeaders } from "../dialect.ts";
import type { JsonObject } from "../shapes.ts";
import { offered } from "../tool-choice.ts";
import { validate } from "../validate.ts";
import { readImages } from "./images.ts";
import { checkMembers } from "./members.ts";
import {
  chatRequest,
  generateRequest,
  ownMembers,
  type ChatRequest,
  type GenerateRequest,
} from "./schema.ts";

export interface DecodedOllama {
  readonly request: TurnRequest;
  readonly notices: readonly Notice[];
  readonly stream: boolean;
  /** Whether what the model thinks is to be shown. */
  readonly thoughts: boolean;
  /** Nothing is asked of the model: it is to be loaded, or may go. */
  readonly only: "load" | "unload" | undefined;
}

/**
 * A request to chat in neutral form.
 *
 * @throws BridgeError `invalid_request`, or `unsupported_feature` for what must not be ignored.
 */
export function decodeChat(body: unknown, headers: RequestHeaders): DecodedOllama {
  const chat = validate(chatRequest, body);
  const notices: Notice[] = [];
  checkMembers(body as JsonObject, "chat", notices);
  const stated = chat.messages ?? [];
  const reading: MessageReading = { content: partsIn(notices), ids: new CallIds(), notices };
  const messages = stated.map((message, index) => readOwn(message, `messages.${index}`, reading));
  const tools = placed(chat.tools, "tools").flatMap(
    ({ tool, at }): readonly Tool[] | Tool => readTool(tool, at, notices)?.tool ?? [],
  );
  const prompt = stated.length === 0 ? NOTHING : toPrompt([], joinMessages(messages));
  return decoded(chat, { ...prompt, ...offered(tools, { type: "auto" }) }, { headers, notices });
}

/** A request to generate in neutral form. @throws BridgeError as `decodeChat` does. */
export function decodeGenerate(body: unknown, headers: RequestHeaders): DecodedOllama {
  const asked = validate(generateRequest, body);
  const notices: Notice[] = [];
  checkMembers(body as JsonObject, "generate", notices);
  const parts = [...textParts(asked.prompt ?? ""), ...readImages(asked.images, "")];
  const prompt =
    parts.length === 0
      ? NOTHING
      : toPrompt(textParts(asked.system ?? ""), [{ role: "user", parts }], "prompt");
  return decoded(asked, { ...prompt, ...offered([], { type: "auto" }) }, { headers, notices });
}

const NOTHING = { system: [], messages: [] } as const;

type Asked = Pick<TurnRequest, "system" | "messages" | "tools" | "toolChoice">;

function decoded(
  stated: ChatRequest | GenerateRequest,
  asked: Asked,
  { headers, notices }: { readonly headers: RequestHeaders; readonly notices: readonly Notice[] },
): DecodedOllama {
  const { think, options, keep_alive: keepAlive } = stated;
  const thinking = readThinking(think);
  const limit = options?.num_predict ?? 0;
  const stops = options?.stop ?? [];
  return {
    request: {
      model: stated.model,
      ...asked,
      parallelToolCalls: true,
      responseFormat: readFormat(stated.format),
      maxTokens: limit > 0 ? limit : undefined,
      temperature: options?.temperature ?? undefined,
      stopSequences: stops.filter((each, index) => each !== "" && stops.indexOf(each) === index),
      ...(thinking !== undefined && { thinking }),
      conversation: conversationOf(headers, []),
    },
    notices,
    stream: stated.stream ?? true,
    // Models that think do so here unless they are told not to.
    thoughts: think !== false,
    only: asked.messages.length > 0 ? undefined : isNone(keepAlive) ? "unload" : "load",
  };
}

/** A time of none: the model may go at once. */
function isNone(keepAlive: string | number | null | undefined): boolean {
  return keepAlive === 0 || (typeof keepAlive === "string" && /^0+(?:ns|us|µs|ms|s|m|h)?$/.test(keepAlive));
}

function readThinking(think: boolean | string | null | undefined): Thinking | undefined {
  if (typeof think === "boolean") return { enabled: think };
  return (think ?? "") === "" ? undefined : { enabled: true, effort: think as string };
}

function readFormat(format: ChatRequest["format"]): ResponseFormat {
  if (format === "json") return { type: "json" };
  if (typeof format !== "object" || format === null) return { type: "text" };
  const schema = formSchema(format, "format");
  return { type: "json", ...(schema !== undefined && { schema }) };
}

/** A message: pictures stand beside its text, what was thought has a word of its own, and results name their tool. */
function readOwn(item: JsonObject, at: string, reading: MessageReading): Message {
  const { images, thinking, tool_name: tool } = validate(ownMembers, item, at);
  const isResult = item["role"] === "tool";
  const message = readMessage(
    {
      ...item,
      ...(isResult && typeof tool === "string" && { name: tool }),
      ...(typeof thinking === "string" && { reasoning_content: thinking }),
    },
    at,
    reading,
  );
  const pictures = readImages(images, at);
  if (pictures.length === 0) return message;
  const [result] = message.parts;
  return result?.type === "tool-result"
    ? { ...message, parts: [{ ...result, content: [...result.content, ...pictures] }] }
    : { ...message, parts: [...message.parts, ...pictures] };
}
