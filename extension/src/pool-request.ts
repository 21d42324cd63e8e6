/** From what this editor asks of a model of ours to what is asked of the bridge. */
import * as vscode from "vscode";
import type { ChatCall, ChatMessage, ChatQuestion, ChatTool } from "../../src/joining/chat-request.ts";
import { newerApi } from "./newer-api.ts";
import type { PoolModel } from "./pool-models.ts";

export function questionOf(
  { host, model }: PoolModel,
  messages: readonly vscode.LanguageModelChatRequestMessage[],
  options: vscode.ProvideLanguageModelChatResponseOptions,
): ChatQuestion {
  const { modelOptions = {}, tools = [], toolMode } = options;
  const { max_tokens: maxTokens, temperature, stop } = modelOptions as Readonly<Record<string, unknown>>;
  const stops = (Array.isArray(stop) ? stop : [stop]).filter((text) => typeof text === "string");
  return {
    host,
    model,
    messages: messages.flatMap(messagesOf),
    ...(typeof maxTokens === "number" && { maxTokens }),
    ...(typeof temperature === "number" && { temperature }),
    ...(stops.length > 0 && { stop: stops }),
    tools: tools.map(toolOf),
    mustCall: toolMode === vscode.LanguageModelChatToolMode.Required,
  };
}

function toolOf({ name, description, inputSchema }: vscode.LanguageModelChatTool): ChatTool {
  return { name, description, ...(inputSchema !== undefined && { inputSchema }) };
}

/** The results of tools stand before what else the person says with them, as the API has it. */
export function messagesOf({ role, content }: vscode.LanguageModelChatRequestMessage): ChatMessage[] {
  const { Assistant, User } = vscode.LanguageModelChatMessageRole;
  const results = content.filter((part) => part instanceof vscode.LanguageModelToolResultPart);
  const calls = content.filter((part) => part instanceof vscode.LanguageModelToolCallPart);
  const parts = content.flatMap(partOf);
  const answers = results.map((result): ChatMessage => ({
    role: "tool",
    callId: result.callId,
    content: result.content.flatMap(partOf),
  }));
  if (role === Assistant) {
    if (parts.length === 0 && calls.length === 0) return answers;
    return [...answers, { role: "assistant", content: parts, calls: calls.map(callOf) }];
  }
  // The one of the system has no name in the API yet.
  const from = role === User ? "user" : "system";
  return parts.length === 0 ? answers : [...answers, { role: from, content: parts }];
}

function callOf({ callId, name, input }: vscode.LanguageModelToolCallPart): ChatCall {
  return { id: callId, name, input: JSON.stringify(input) };
}

/** Text and images; what else a message may hold no model reads. */
function partOf(part: unknown): object[] {
  const { LanguageModelDataPart: Data } = newerApi();
  if (part instanceof vscode.LanguageModelTextPart) return [{ type: "text", text: part.value }];
  if (part instanceof vscode.LanguageModelPromptTsxPart)
    return [{ type: "text", text: JSON.stringify(part.value) }];
  if (Data === undefined || !(part instanceof Data)) return [];
  const { mimeType, data } = part;
  const bytes = Buffer.from(data);
  if (mimeType.startsWith("image/")) {
    const url = `data:${mimeType};base64,${bytes.toString("base64")}`;
    return [{ type: "image_url", image_url: { url } }];
  }
  return /^text\/|json$/.test(mimeType) ? [{ type: "text", text: bytes.toString("utf8") }] : [];
}
