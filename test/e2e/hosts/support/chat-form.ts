/** The scripted model's OpenAI endpoint: only what hosts send and read, whole or streamed. */
import type { ServerResponse } from "node:http";
import type { Asked, Reply, Turn } from "./scripted-model.ts";

interface Part {
  readonly type: string;
  readonly text?: string;
}

interface ChatBody {
  readonly messages: readonly {
    readonly role: Turn["role"] | "developer";
    readonly content?: string | readonly Part[] | null;
    readonly tool_calls?: readonly { readonly function: { readonly name: string } }[];
  }[];
  readonly tools?: readonly { readonly function: { readonly name: string } }[];
  readonly max_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly temperature?: number;
  readonly stop?: string | readonly string[];
}

export function readChat(body: Readonly<Record<string, unknown>>): Asked {
  const { messages, tools = [], stop = [], ...rest } = body as unknown as ChatBody;
  return {
    turns: messages.map(({ role, content, tool_calls: calls = [] }) => {
      const parts: readonly Part[] =
        typeof content === "string" ? [{ type: "text", text: content }] : (content ?? []);
      return {
        role: role === "developer" ? "system" : role,
        text: parts.map(({ text = "" }) => text).join("\n"),
        images: parts.filter(({ type }) => type === "image_url").length,
        calls: calls.map((call) => call.function.name),
      };
    }),
    tools: tools.map((tool) => tool.function.name),
    maxTokens: rest.max_completion_tokens ?? rest.max_tokens,
    temperature: rest.temperature,
    stop: typeof stop === "string" ? [stop] : stop,
  };
}

export function writeChat(
  reply: Reply,
  response: ServerResponse,
  body: Readonly<Record<string, unknown>>,
): void {
  if ("error" in reply) {
    response.writeHead(reply.status, { "content-type": "application/json" });
    response.end(JSON.stringify({ error: { message: reply.error, type: "server_error" } }));
    return;
  }
  const { text, calls = [], end } = reply;
  const message = {
    role: "assistant",
    content: text === "" ? null : text,
    ...(calls.length > 0 && {
      tool_calls: calls.map(({ id, name, input }, index) => ({
        index,
        id,
        type: "function",
        function: { name, arguments: JSON.stringify(input) },
      })),
    }),
  };
  const reason = end ?? (calls.length > 0 ? "tool_calls" : "stop");
  const base = { id: "chatcmpl-1", created: 1, model: "scripted-model" };
  if (body["stream"] !== true) {
    const choices = [{ index: 0, message, finish_reason: reason }];
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ ...base, object: "chat.completion", choices }));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const choice of [
    { index: 0, delta: message, finish_reason: null },
    { index: 0, delta: {}, finish_reason: reason },
  ]) {
    const chunk = { ...base, object: "chat.completion.chunk", choices: [choice] };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  }
  response.end("data: [DONE]\n\n");
}
