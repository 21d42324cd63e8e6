/**
 * Tools described in the prompt, for hosts whose sampling does not support them. The format of a call is the one that
 * most open models are trained on. The text depends only on the tools and the choice, so that a host's prompt cache
 * works.
 */
import type { Tool, ToolChoice } from "../../turn/request.ts";
import type { Steps } from "../../util/steps.ts";
import { escapeValue } from "./escape.ts";

export interface ToolPrompt {
  readonly tools: readonly Tool[];
  readonly choice: ToolChoice;
  readonly parallel: boolean;
}

/** The text for the end of the system prompt; empty when no tool may be called. */
export function* toolPrompt({ tools, choice, parallel }: ToolPrompt): Steps<string> {
  const offered = choice.type === "tool" ? tools.filter((tool) => tool.name === choice.name) : tools;
  if (offered.length === 0 || choice.type === "none") return "";
  const described: string[] = [];
  for (const tool of offered) described.push(yield* renderTool(tool));
  return [
    "# Tools",
    "You can call the tools listed below. A call is written exactly like this:",
    '<tool_call>\n{"name": "the tool\'s name", "arguments": {"the": "arguments"}}\n</tool_call>',
    parallel
      ? "To make several calls at once, write several such blocks one after the other."
      : "Make at most one call in an answer.",
    "Write calls at the end of your answer, outside code blocks, after any text for the user, and stop after the last one. " +
      "The results come in the next message inside <tool_response> tags; never write those yourself. " +
      "The arguments are one JSON object that fits the tool's JSON Schema.",
    ...demand(choice),
    `<tools>\n${described.join("\n")}\n</tools>`,
  ].join("\n\n");
}

function demand(choice: ToolChoice): string[] {
  if (choice.type === "required") return ["In your next answer you must call at least one tool."];
  if (choice.type === "tool") return [`In your next answer you must call the tool ${choice.name}.`];
  return [];
}

function* renderTool(tool: Tool): Steps<string> {
  const { $schema: _, ...parameters } = tool.inputSchema;
  const { description } = tool;
  const words = yield* escapeValue({ ...(description !== undefined && { description }), parameters });
  return JSON.stringify({ name: tool.name, ...(words as object) });
}
