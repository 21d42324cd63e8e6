/** What a program of ours asks of a running bridge, and how that is written as a chat completion. Pure functions. */

/** Text, or parts as chat completions have them: text, or an image by a data URL. */
export type ChatContent = string | readonly object[];

export interface ChatCall {
  readonly id: string;
  readonly name: string;
  /** JSON text. */
  readonly input: string;
}

export type ChatMessage =
  | { readonly role: "system" | "user"; readonly content: ChatContent }
  | { readonly role: "assistant"; readonly content: ChatContent; readonly calls?: readonly ChatCall[] }
  | { readonly role: "tool"; readonly callId: string; readonly content: ChatContent };

export interface ChatTool {
  readonly name: string;
  readonly description?: string;
  readonly inputSchema?: object;
}

export interface ChatQuestion {
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  /** Upper bound of the answer in tokens. */
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly stop?: readonly string[];
  readonly tools?: readonly ChatTool[];
  /** Whether the answer must be a call of a tool. */
  readonly mustCall?: boolean;
  /** The host of the pool that is to answer, by its label. */
  readonly host?: string;
}

export function headersOf({ host }: ChatQuestion, key: string | undefined): Record<string, string> {
  return {
    "content-type": "application/json",
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
    ...(host !== undefined && { "x-mcp-host": host }),
  };
}

export function bodyOf(question: ChatQuestion): object {
  const { model, messages, maxTokens, temperature, stop, tools = [], mustCall } = question;
  return {
    model,
    messages: messages.map(messageOf),
    stream: true,
    stream_options: { include_usage: true },
    ...(maxTokens !== undefined && { max_tokens: maxTokens }),
    ...(temperature !== undefined && { temperature }),
    ...(stop !== undefined && { stop }),
    ...(tools.length > 0 && {
      tools: tools.map(({ name, description, inputSchema }) => ({
        type: "function",
        function: {
          name,
          ...(description !== undefined && { description }),
          ...(inputSchema !== undefined && { parameters: inputSchema }),
        },
      })),
      ...(mustCall === true && { tool_choice: "required" }),
    }),
  };
}

function messageOf(message: ChatMessage): object {
  switch (message.role) {
    case "tool":
      return { role: "tool", tool_call_id: message.callId, content: message.content };
    case "assistant": {
      const { role, content, calls = [] } = message;
      if (calls.length === 0) return { role, content };
      return {
        role,
        content: content.length === 0 ? null : content,
        tool_calls: calls.map(({ id, name, input }) => ({
          id,
          type: "function",
          function: { name, arguments: input },
        })),
      };
    }
    default:
      return message;
  }
}
