/** What was asked and answered, in the form of the GenAI conventions: only where the person who runs the bridge has chosen so. Pure functions. */
import type { Message, Part } from "../../turn/message.ts";
import type { TurnRequest } from "../../turn/request.ts";
import type { Answer } from "../metrics.ts";
import type { Attributes } from "./encode.ts";
import { ATTRIBUTE, MIME_TYPE } from "./names.ts";

/** Characters of one text; of all messages of an attribute, of which the newest are kept. */
const LONGEST_TEXT = 16_384;
export const LONGEST_CONTENT = 131_072;

interface Said {
  readonly role: string;
  readonly parts: readonly object[];
}

export function contentAttributes(request: TurnRequest, answers: readonly Answer[]): Attributes {
  const system = request.system.map(({ text }) => ({ type: "text", content: short(text) }));
  return {
    ...(system.length > 0 && { [ATTRIBUTE.system]: newest(system) }),
    [ATTRIBUTE.input]: newest(request.messages.flatMap(said)),
    ...(answers.length > 0 && { [ATTRIBUTE.output]: newest(answers.map(answered)) }),
  };
}

/** The last of these that fit, as JSON. */
function newest(items: readonly object[]): string {
  const kept: string[] = [];
  let left = LONGEST_CONTENT;
  for (const item of items.toReversed()) {
    const text = JSON.stringify(item);
    left -= text.length + 1;
    if (left < 2) break;
    kept.unshift(text);
  }
  return `[${kept.join(",")}]`;
}

/** Results of tools have a role of their own. */
function said({ role, parts }: Message): Said[] {
  const results = parts.filter(({ type }) => type === "tool-result");
  const others = parts.filter(({ type }) => type !== "tool-result");
  return [
    ...(results.length > 0 ? [{ role: "tool", parts: results.map(partOf) }] : []),
    ...(others.length > 0 ? [{ role, parts: others.map(partOf) }] : []),
  ];
}

function partOf(part: Part): object {
  switch (part.type) {
    case "text":
    case "reasoning":
      return { type: part.type, content: short(part.text) };
    case "image":
    case "audio":
      // Their bytes are for the model; here it is told that they were there.
      return { type: "blob", modality: part.type, [MIME_TYPE]: part.mimeType, content: "" };
    case "tool-call":
      return { type: "tool_call", id: part.id, name: part.name, arguments: short(part.input) };
    case "tool-result": {
      const texts = part.content.map((inner) => (inner.type === "text" ? inner.text : `(${inner.type})`));
      return { type: "tool_call_response", id: part.callId, response: short(texts.join("\n")) };
    }
    default:
      return part satisfies never;
  }
}

function answered({ text, reasoning, toolCalls }: Answer): Said {
  return {
    role: "assistant",
    parts: [
      ...(reasoning === "" ? [] : [{ type: "reasoning", content: short(reasoning) }]),
      ...(text === "" ? [] : [{ type: "text", content: short(text) }]),
      ...toolCalls.map(({ name, input }) => ({ type: "tool_call", name, arguments: short(input) })),
    ],
  };
}

function short(text: string): string {
  return text.slice(0, LONGEST_TEXT);
}
