/** Tool calls and results of a history as text, in the form that `prompt.ts` announces. */
import type { Message, Part, TextPart, ToolCallPart, ToolResultPart } from "../../turn/message.ts";
import { escapeMarkup, escapeTogether, escapeValue } from "./escape.ts";
import { parseLenient } from "./lenient-json.ts";
import { resultOrder } from "./result-order.ts";

/** The messages without tool blocks, results in the order of their calls. Everything but the model's own calls is escaped. */
export function renderHistory(messages: readonly Message[]): Message[] {
  const names = new Map<string, string>();
  const order = resultOrder(messages);
  return messages.map(({ parts, ...message }) => {
    const texts = escapeTogether(parts.flatMap((part) => (part.type === "text" ? [part.text] : [])));
    let next = 0;
    const rendered = parts.flatMap((part): Part[] => {
      if (part.type === "text") {
        next += 1;
        return [{ ...part, text: texts[next - 1] ?? "" }];
      }
      return renderPart(part.type === "tool-result" ? (order.get(part) ?? part) : part, names);
    });
    return { ...message, parts: rendered };
  });
}

function renderPart(part: Exclude<Part, TextPart>, names: Map<string, string>): Part[] {
  switch (part.type) {
    case "tool-call":
      names.set(part.id, part.name);
      return [renderCall(part)];
    case "tool-result":
      return renderResult(part, names.get(part.callId));
    case "image":
    case "audio":
    case "reasoning":
      return [part];
    default:
      return part satisfies never;
  }
}

/** A call as the model should have written it; also used to show it its own invalid call. */
export function renderCall(call: Pick<ToolCallPart, "name" | "input">): TextPart {
  const input = parseLenient(call.input);
  const args = input === undefined && call.input.trim() !== "" ? call.input : (input?.value ?? {});
  const body = JSON.stringify({ name: escapeMarkup(call.name), arguments: escapeValue(args) });
  return { type: "text", text: `<tool_call>\n${body}\n</tool_call>` };
}

function renderResult(result: ToolResultPart, name: string | undefined): Part[] {
  const head = `<tool_response${name === undefined ? "" : ` tool=${JSON.stringify(escapeMarkup(name))}`}${result.isError ? ' error="true"' : ""}>`;
  const texts = result.content.flatMap((part) => (part.type === "text" ? [part.text] : []));
  const media = result.content.filter((part) => part.type !== "text");
  return [{ type: "text", text: `${head}\n${escapeMarkup(texts.join("\n"))}\n</tool_response>` }, ...media];
}
