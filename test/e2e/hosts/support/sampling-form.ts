/** The scripted model's endpoint for hosts that pass the params of `sampling/createMessage` on as they are. */
import type { ServerResponse } from "node:http";
import type { Asked, Reply, Turn } from "./scripted-model.ts";

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly name?: string;
  readonly content?: readonly Block[];
}

interface SamplingBody {
  readonly systemPrompt?: string;
  readonly messages: readonly {
    readonly role: "user" | "assistant";
    readonly content: Block | readonly Block[];
  }[];
  readonly tools?: readonly { readonly name: string }[];
  readonly maxTokens?: number;
  readonly temperature?: number;
  readonly stopSequences?: readonly string[];
}

export function readSampling(body: Readonly<Record<string, unknown>>): Asked {
  const params = body as unknown as SamplingBody;
  const { systemPrompt, messages, tools = [], stopSequences = [] } = params;
  const turns = messages.map(({ role, content }): Turn => {
    const blocks = [content].flat();
    const results = blocks.filter(({ type }) => type === "tool_result");
    return {
      role: results.length > 0 ? "tool" : role,
      text: [...blocks, ...results.flatMap((result) => result.content ?? [])]
        .flatMap(({ text }) => text ?? [])
        .join("\n"),
      images: blocks.filter(({ type }) => type === "image").length,
      calls: blocks.flatMap(({ type, name }) => (type === "tool_use" ? (name ?? "") : [])),
    };
  });
  const system: Turn[] =
    systemPrompt === undefined ? [] : [{ role: "system", text: systemPrompt, images: 0, calls: [] }];
  return {
    turns: [...system, ...turns],
    tools: tools.map(({ name }) => name),
    maxTokens: params.maxTokens,
    temperature: params.temperature,
    stop: stopSequences,
  };
}

export function writeSampling(reply: Reply, response: ServerResponse): void {
  if ("error" in reply) {
    response.writeHead(reply.status).end(reply.error);
    return;
  }
  const { text, calls = [], end } = reply;
  const blocks = [
    ...(text === "" ? [] : [{ type: "text", text }]),
    ...calls.map((call) => ({ type: "tool_use", ...call })),
  ];
  const stopReason = end === "length" ? "maxTokens" : calls.length > 0 ? "toolUse" : "endTurn";
  response.writeHead(200, { "content-type": "application/json" });
  response.end(
    JSON.stringify({
      role: "assistant",
      model: "scripted-model",
      stopReason,
      // The form without tools has room for one block.
      content: blocks.length === 1 ? blocks[0] : blocks,
    }),
  );
}
