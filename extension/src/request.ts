/** From a turn in our neutral form to what the editor's language model API takes. */
import * as vscode from "vscode";
import type { Notice } from "../../src/turn/notice.ts";
import { BridgeError, type MediaPart, type Message, type Part, type TurnRequest } from "../../src/index.ts";
import { capabilitiesOf, newerApi } from "./newer-api.ts";
import { pictureOf, sentType } from "./picture.ts";
import { unpackThought } from "./thought-signature.ts";

/** Told to the person in the editor's consent dialog. */
export const JUSTIFICATION =
  "Programs on this computer that you point at MCP Token Bridge use your language models.";

/** The providers of the editor's models take no more. */
const MOST_TOOLS = 128;
const TOOL_NAME = /^[\w-]+$/;

export interface EncodedRequest {
  readonly messages: vscode.LanguageModelChatMessage[];
  readonly options: vscode.LanguageModelChatRequestOptions;
  readonly notices: readonly Notice[];
}

const THOUGHT_LEFT_OUT: Notice = {
  code: "reasoning-left-out",
  message: "Reasoning that is not known to come from this editor's models was not sent to them.",
};

/**
 * @param usualEffort for requests that say nothing of it; empty for none.
 * @throws BridgeError naming what this model cannot be sent, before anything is.
 */
export function encodeRequest(
  request: TurnRequest,
  model: vscode.LanguageModelChat,
  usualEffort: string,
): EncodedRequest {
  const parts = request.messages.flatMap((message) => message.parts);
  return {
    messages: messagesOf(request, model),
    options: optionsOf(request, usualEffort),
    notices: parts.some(isForeignThought) ? [THOUGHT_LEFT_OUT] : [],
  };
}

function messagesOf(
  request: TurnRequest,
  model: vscode.LanguageModelChat,
): vscode.LanguageModelChatMessage[] {
  const { User, Assistant } = vscode.LanguageModelChatMessageRole;
  // The stable API has no role for it.
  const system = request.system.map(({ text }) => text).join("\n\n");
  const first = system === "" ? [] : [new vscode.LanguageModelChatMessage(User, system)];
  const others = request.messages.flatMap(({ role, parts }: Message) => {
    const content = parts.flatMap((part) => encodePart(part, model));
    if (content.length === 0) return [];
    const to = role === "assistant" ? Assistant : User;
    return [new vscode.LanguageModelChatMessage(to, content as vscode.LanguageModelInputPart[])];
  });
  return [...first, ...others];
}

/** @param typeOf of a picture, as it arrives: the editor handles those within the result of a tool as it finds them. */
function encodePart(part: Part, model: vscode.LanguageModelChat, typeOf = sentType): object[] {
  switch (part.type) {
    case "text":
      return [new vscode.LanguageModelTextPart(part.text)];
    case "image":
      return [encodePicture(part, model, typeOf)];
    case "audio":
      throw new BridgeError("unsupported_feature", "VS Code's language models take no audio. Leave it out.", {
        param: "messages",
      });
    case "tool-call":
      return [new vscode.LanguageModelToolCallPart(part.id, part.name, inputOf(part.name, part.input))];
    case "tool-result": {
      const content = part.content.flatMap((inner) => encodePart(inner, model, ({ mimeType }) => mimeType));
      // The API has no member for it, and a model that is not told takes a failure for a result.
      const failed = part.isError ? [new vscode.LanguageModelTextPart("The tool failed:")] : [];
      return [new vscode.LanguageModelToolResultPart(part.callId, [...failed, ...content])];
    }
    case "reasoning":
      return encodeThought(part);
    default:
      return part satisfies never;
  }
}

function encodePicture(
  { data }: MediaPart,
  model: vscode.LanguageModelChat,
  typeOf: typeof sentType,
): object {
  const Data = newerApi().LanguageModelDataPart;
  if (Data === undefined || capabilitiesOf(model).supportsImageToText === false) {
    throw new BridgeError(
      "unsupported_feature",
      `The model ${model.vendor}/${model.id} does not accept images. Leave them out, or ask for a model that sees.`,
      { param: "messages" },
    );
  }
  const bytes = Buffer.from(data, "base64");
  const picture = pictureOf(bytes);
  if (picture === undefined) {
    throw new BridgeError(
      "invalid_request",
      "An image is damaged or of an unknown kind. Send a PNG, JPEG, GIF or WebP image.",
      { param: "messages" },
    );
  }
  return new Data(bytes, typeOf(picture));
}

/** Calls whose input is no object cannot be told as such; providers would turn it into an empty one in silence. */
function inputOf(name: string, input: string): object {
  let value: unknown;
  try {
    value = input.trim() === "" ? {} : JSON.parse(input);
  } catch {
    value = undefined;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new BridgeError(
    "invalid_request",
    `The input of a call of the tool \`${name.slice(0, 100)}\` in the history is not a JSON object.`,
    { param: "messages" },
  );
}

function isForeignThought(part: Part): boolean {
  return part.type === "reasoning" && encodeThought(part).length === 0;
}

/** Reasoning goes back only to where it came from: what another model thought is no part of this one's answer. */
function encodeThought({ text, signature }: Extract<Part, { type: "reasoning" }>): object[] {
  const Thinking = newerApi().LanguageModelThinkingPart;
  const origin = signature === undefined ? undefined : unpackThought(signature);
  return Thinking === undefined || origin === undefined
    ? []
    : [new Thinking(text, origin.id, origin.metadata)];
}

/** Newer editors hand `configuration` to the provider; older ones pass it over. */
interface Options extends vscode.LanguageModelChatRequestOptions {
  configuration?: Readonly<Record<string, unknown>>;
}

function optionsOf(request: TurnRequest, usualEffort: string): Options {
  const { maxTokens, temperature, stopSequences, thinking } = request;
  const tools = request.toolChoice.type === "none" ? [] : request.tools;
  checkTools(tools.map(({ name }) => name));
  const isForced = request.toolChoice.type !== "auto" && tools.length === 1;
  const effort = thinking?.enabled === false ? "" : (thinking?.effort ?? usualEffort);
  return {
    justification: JUSTIFICATION,
    modelOptions: {
      ...(maxTokens !== undefined && { max_tokens: maxTokens }),
      ...(temperature !== undefined && { temperature }),
      ...(stopSequences.length > 0 && { stop: [...stopSequences] }),
    },
    ...(effort !== "" && { configuration: { reasoningEffort: effort } }),
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description = "", inputSchema }) => ({ name, description, inputSchema })),
      // The editor refuses it with more than one tool; routing sees to it that a call comes all the same.
      toolMode: isForced ? vscode.LanguageModelChatToolMode.Required : vscode.LanguageModelChatToolMode.Auto,
    }),
  };
}

function checkTools(names: readonly string[]): void {
  const bad = names.find((name) => !TOOL_NAME.test(name));
  if (bad !== undefined) {
    throw new BridgeError(
      "invalid_request",
      `VS Code's models take no tool of the name \`${bad.slice(0, 100)}\`: use letters, digits, _ and -.`,
      { param: "tools" },
    );
  }
  if (names.length > MOST_TOOLS) {
    throw new BridgeError(
      "invalid_request",
      `VS Code's models take at most ${MOST_TOOLS} tools, and the request has ${names.length}.`,
      { param: "tools" },
    );
  }
}
