/** VS Code's model at work for an agent whose tools it is given as such. */
import type { Conversation } from "../../agents/support/conversation.ts";
import { nextStep } from "../../agents/support/model.ts";
import { type ModelRequest, type Part, textOf } from "./scripted-model.ts";

const USER = 1;

export function workNatively(request: ModelRequest): void {
  const { text, calls } = nextStep(nativeConversationOf(request));
  if (text !== "") request.write(text);
  for (const [index, call] of calls.entries())
    request.callTool(`call-${request.messages.length}-${index}`, call.name, call.arguments);
  request.end();
}

export function nativeConversationOf({ messages, tools, schemas }: ModelRequest): Conversation {
  const results = messages.flatMap(({ parts }) => parts).filter((part) => "resultOf" in part);
  return {
    tools: tools.map((name, index) => {
      const { properties = {} } = schemas[index] as { properties?: object };
      return { name, parameters: new Set(Object.keys(properties)) };
    }),
    results: results.map(({ content }) => ({ text: content.map(wordsOf).join("\n"), failed: false })),
    said: messages
      .filter(({ role }) => role === USER)
      .map(textOf)
      .join("\n"),
  };
}

function wordsOf(part: Part): string {
  return "text" in part ? part.text : "";
}
