/** Tool calls and results of the conversation as text, in the format that `prompt.ts` describes. */
import type { Message, Part, TextPart, ToolCallPart, ToolResultPart } from "../../turn/message.ts";
import type { Steps } from "../../util/steps.ts";
import { escapeMarkup, escapeTogether, escapeValue } from "./escape.ts";
import { parseLenient } from "./lenient-json.ts";
import { resultOrder } from "./result-order.ts";

/** The messages without tool blocks, results in the order of their calls. Everything but the model's own calls is escaped. */
export function* renderHistory(messages: readonly Message[]): Steps<Message[]> {
  const names = new Map<string, string>();
  const order = resultOrder(messages);
  const all: Message[] = [];
  for (const { parts, ...message } of messages) {
    const texts = yield* escapeTogether(parts.flatMap((part) => (part.type === "text" ? [part.text] : [])));
    const rendered: Part[] = [];
    let next = 0;
    for (const part of parts) {
      if (part.type === "text") {
        rendered.push({ ...part, text: texts[next] ?? "" });
        next += 1;
      } else {
        const given = part.type === "tool-result" ? (order.get(part) ?? part) : part;
        rendered.push(...(yield* renderPart(given, names)));
      }
    }
    all.push({ ...message, parts: rendered });
  }
  return all;
}

function* renderPart(part: Exclude<Part, TextPart>, names: Map<string, string>): Steps<Part[]> {
  switch (part.type) {
    case "tool-call":
      names.set(part.id, part.name);
      return [yield* renderCall(part)];
    case "tool-result":
      return yield* renderResult(part, names.get(part.callId));
    case "image":
    case "audio":
    case "reasoning":
      return [part];
    default:
      return part satisfies never;
  }
}

/** A call in the requested format; also used to show the model its own invalid call. */
export function* renderCall(call: Pick<ToolCallPart, "name" | "input">): Steps<TextPart> {
  const input = parseLenient(call.input);
  const args = input === undefined && call.input.trim() !== "" ? call.input : (input?.value ?? {});
  const body = JSON.stringify({ name: yield* escapeMarkup(call.name), arguments: yield* escapeValue(args) });
  return { type: "text", text: `<tool_call>\n${body}\n</tool_call>` };
}

function* renderResult(result: ToolResultPart, name: string | undefined): Steps<Part[]> {
  const tool = name === undefined ? "" : ` tool=${JSON.stringify(yield* escapeMarkup(name))}`;
  const head = `<tool_response${tool}${result.isError ? ' error="true"' : ""}>`;
  const texts = result.content.flatMap((part) => (part.type === "text" ? [part.text] : []));
  const media = result.content.filter((part) => part.type !== "text");
  const text = yield* escapeMarkup(texts.join("\n"));
  return [{ type: "text", text: `${head}\n${text}\n</tool_response>` }, ...media];
}
