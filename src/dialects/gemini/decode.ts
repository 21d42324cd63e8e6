import { BridgeError } from "../../turn/error.ts";
import type { Message, Part } from "../../turn/message.ts";
import type { Notice } from "../../turn/notice.ts";
import type { TurnRequest } from "../../turn/request.ts";
import { CallIds } from "../any-message.ts";
import { joinMessages, toPrompt } from "../any-prompt.ts";
import { conversationOf } from "../conversation.ts";
import type { RequestHeaders } from "../dialect.ts";
import { LONGEST } from "../limits.ts";
import { offered } from "../tool-choice.ts";
import { validate } from "../validate.ts";
import { readContent, readSystem } from "./content.ts";
import { checkMembers } from "./members.ts";
import { generateRequest, type Content, type GenerationConfig } from "./schema.ts";
import { ONE_OF, readSettings } from "./settings.ts";
import { readChoice, readTools } from "./tools.ts";

export interface DecodedGemini {
  readonly request: TurnRequest;
  readonly notices: readonly Notice[];
  readonly candidates: number;
  /** Whether what the model thinks is to be shown. */
  readonly thoughts: boolean;
  /** Whether the answer is a word of several, which hosts give as JSON. */
  readonly oneOf: boolean;
}

const NO_SETTINGS: GenerationConfig = {};

/**
 * A request to generate content in neutral form; `model` is what the address names.
 *
 * @throws BridgeError `invalid_request`, or `unsupported_feature` for what must not be ignored.
 */
export function decode(body: unknown, model: string, headers: RequestHeaders): DecodedGemini {
  const source = validate(generateRequest, body);
  const notices: Notice[] = [];
  checkMembers(body, notices);
  const ids = new CallIds();
  const settings = source.generationConfig ?? NO_SETTINGS;
  const messages = decodeContents(source.contents ?? [], ids);
  return {
    request: {
      model: modelName(model),
      ...toPrompt(readSystem(source.systemInstruction, ids), messages, "contents"),
      ...offered(readTools(source.tools ?? [], notices), readChoice(source), "toolConfig"),
      ...readSettings(settings),
      conversation: conversationOf(headers, []),
    },
    notices,
    candidates: settings.candidateCount ?? 1,
    thoughts: settings.thinkingConfig?.includeThoughts === true,
    oneOf: settings.responseMimeType === ONE_OF,
  };
}

/** The name in the address; some clients write the name of the resource, with what its kind is called. */
function modelName(stated: string): string {
  const name = stated.replace(/^(?:models\/)+/, "");
  if (name !== "" && name.length <= LONGEST.name) return name;
  throw new BridgeError(
    "invalid_request",
    "The address names no model: /v1beta/models/MODEL:generateContent.",
    {
      param: "model",
    },
  );
}

/** Contents as messages. A client that streams keeps the pieces of an answer as they came, each in a content. */
function decodeContents(contents: readonly Content[], ids: CallIds): Message[] {
  const messages = joinMessages(
    contents.map((content, index) => readContent(content, `contents.${index}`, ids)),
  );
  const joined: Message[] = [];
  let pieces: Part[] = [];
  for (const message of messages) {
    if (message.role !== "assistant") {
      joined.push(message);
      pieces = [];
      continue;
    }
    if (joined.at(-1)?.role !== "assistant") {
      pieces = [];
      joined.push({ role: "assistant", parts: pieces });
    }
    for (const part of message.parts) addPiece(pieces, part);
  }
  return joined.map(({ role, parts }) => ({ role, parts: parts.map(whole) }));
}

/** A text whose pieces are still apart: to add each to the last would copy all that came before it. */
type Pieces = Part & { readonly pieces?: string[] };

function addPiece(parts: Pieces[], part: Part): void {
  const last = parts.at(-1);
  if (part.type !== "text") parts.push(part);
  else if (last?.pieces === undefined) parts.push({ ...part, pieces: [part.text] });
  else last.pieces.push(part.text);
}

function whole(part: Pieces): Part {
  return part.pieces === undefined ? part : { type: "text", text: part.pieces.join("") };
}
