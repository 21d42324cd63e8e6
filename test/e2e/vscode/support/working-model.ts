/** VS Code's model at work for an agent. VS Code's sampling is text only: tools and results are in what it reads. */
import { readText, type Conversation, type SamplingParams } from "../../agents/support/conversation.ts";
import { inWords, nextStep } from "../../agents/support/model.ts";
import { type ModelRequest, textOf } from "./scripted-model.ts";

const USER = 1;
const SYSTEM = 3;

export function work(request: ModelRequest): void {
  const answer = inWords(nextStep(conversationOf(request)));
  const middle = Math.floor(answer.length / 2);
  request.answer(answer.slice(0, middle), answer.slice(middle));
}

/** @throws Error when VS Code handed on tools, which it does not do for sampling. */
export function conversationOf({ messages, tools }: ModelRequest): Conversation {
  if (tools.length > 0) throw new Error(`VS Code gave its model tools: ${tools.join(", ")}`);
  const system = messages.filter(({ role }) => role === SYSTEM);
  const params: SamplingParams = {
    systemPrompt: system.map(textOf).join("\n\n"),
    messages: messages
      .filter(({ role }) => role !== SYSTEM)
      .map((message) => ({
        role: message.role === USER ? "user" : "assistant",
        content: { type: "text", text: textOf(message) },
      })),
  };
  return readText(params);
}
