/** What the vendors' own clients make of our frames: their SSE parsers and the accumulators of their helpers. */
import type Anthropic from "@anthropic-ai/sdk";
import { MessageStream } from "@anthropic-ai/sdk/lib/MessageStream";
import { Stream as AnthropicStream } from "@anthropic-ai/sdk/streaming";
import { GoogleGenAI, type GenerateContentResponse } from "@google/genai";
import { Ollama, type ChatResponse } from "ollama";
import type OpenAI from "openai";
import { ChatCompletionStream } from "openai/lib/ChatCompletionStream";
import { ResponseStream } from "openai/lib/responses/ResponseStream";
import { Stream as OpenAIStream } from "openai/streaming";

/** The completion that the `openai` package ends with. Rejects when it finds the stream at fault. */
export async function openaiCompletion(frames: string): Promise<OpenAI.ChatCompletion> {
  const stream = OpenAIStream.fromSSEResponse<OpenAI.ChatCompletionChunk>(
    eventStream(frames),
    new AbortController(),
  );
  return ChatCompletionStream.fromReadableStream(stream.toReadableStream()).finalChatCompletion();
}

/** The response that the `openai` package ends with. Rejects when it finds the stream at fault. */
export async function openaiResponse(frames: string): Promise<OpenAI.Responses.Response> {
  const stream = OpenAIStream.fromSSEResponse<OpenAI.Responses.ResponseStreamEvent>(
    eventStream(frames),
    new AbortController(),
  );
  return ResponseStream.fromReadableStream(stream.toReadableStream()).finalResponse();
}

/** The message that the `@anthropic-ai/sdk` package ends with. Rejects when it finds the stream at fault. */
export async function anthropicMessage(frames: string): Promise<Anthropic.Message> {
  const stream = AnthropicStream.fromSSEResponse<Anthropic.MessageStreamEvent>(
    eventStream(frames),
    new AbortController(),
  );
  return MessageStream.fromReadableStream(stream.toReadableStream()).finalMessage();
}

export function eventStream(frames: string): Response {
  return new Response(frames, { headers: { "content-type": "text/event-stream" } });
}

/** What the `@google/genai` package makes of a reply, streamed or not. Rejects as it does. */
export async function geminiResponses(reply: Response, streamed = true): Promise<GenerateContentResponse[]> {
  const client = new GoogleGenAI({
    apiKey: "unused",
    httpOptions: { baseUrl: "http://127.0.0.1", fetch: () => Promise.resolve(reply) },
  });
  const request = { model: "m", contents: "hi" };
  if (!streamed) return [await client.models.generateContent(request)];
  const responses: GenerateContentResponse[] = [];
  for await (const response of await client.models.generateContentStream(request)) responses.push(response);
  return responses;
}

/** What the `ollama` package makes of a reply, streamed or not. Rejects as it does. */
export async function ollamaResponses(reply: Response, streamed = true): Promise<ChatResponse[]> {
  const client = new Ollama({ host: "http://127.0.0.1", fetch: () => Promise.resolve(reply) });
  const request = { model: "m", messages: [{ role: "user", content: "hi" }] };
  if (!streamed) return [await client.chat(request)];
  const responses: ChatResponse[] = [];
  for await (const response of await client.chat({ ...request, stream: true })) responses.push(response);
  return responses;
}
