/** An answer of a model that was told of tools, read and checked. */
import type { StopReason } from "../../turn/event.ts";
import type { Tool, TurnRequest } from "../../turn/request.ts";
import type { SchemaChecker } from "./check.ts";
import { unescapeValue } from "./escape.ts";
import { ToolNames } from "./name.ts";
import { readAnswer, type Piece } from "./read.ts";
import { typedTexts } from "./texts.ts";

export interface Call {
  readonly name: string;
  readonly input: object;
}

/** An answer, read: its text as the model wrote it, its calls, and what is wrong with it. */
export interface Reading {
  readonly text: string;
  readonly calls: readonly Call[];
  readonly problem: string | undefined;
}

type Asked = Pick<TurnRequest, "tools" | "toolChoice" | "parallelToolCalls">;

export function readTurn(
  answer: string,
  asked: Asked,
  stopReason: StopReason,
  checker: SchemaChecker,
): Reading {
  const tools = new Map(asked.tools.map((tool) => [tool.name, tool]));
  const names = new ToolNames([...tools.keys()]);
  const pieces = readAnswer(answer, (name) => names.has(name));
  const text = pieces.flatMap((piece) => (piece.type === "text" ? [piece.text] : [])).join("\n");
  const calls: Call[] = [];
  for (const piece of pieces) {
    if (piece.type === "text") continue;
    const checked = check(piece, asked, { tools, names }, checker);
    if (typeof checked !== "string") calls.push(checked);
    // A call cut off at the limit is no mistake of the model's.
    else if (piece.type === "broken" && piece.open && stopReason.unified === "max-tokens")
      return { text, calls, problem: undefined };
    else return { text, calls: [], problem: checked };
  }
  const { toolChoice, parallelToolCalls } = asked;
  if (
    calls.length === 0 &&
    (toolChoice.type === "required" || toolChoice.type === "tool") &&
    stopReason.unified !== "max-tokens"
  ) {
    const problem =
      toolChoice.type === "tool" ? `it must call the tool ${toolChoice.name}` : "it must call a tool";
    return { text, calls, problem };
  }
  return { text, calls: parallelToolCalls ? calls : calls.slice(0, 1), problem: undefined };
}

interface Offered {
  readonly tools: ReadonlyMap<string, Tool>;
  readonly names: ToolNames;
}

/** The call, or what is wrong with it. */
function check(
  piece: Exclude<Piece, { type: "text" }>,
  { toolChoice }: Asked,
  { tools, names }: Offered,
  checker: SchemaChecker,
): Call | string {
  if (piece.type === "broken") return "a tool call in it is not valid JSON of the form asked for";
  const tool = tools.get(names.match(piece.call.name) ?? "");
  if (tool === undefined)
    return `there is no tool named ${JSON.stringify(piece.call.name.slice(0, 100))}; the tools are ${[...tools.keys()].slice(0, 50).join(", ")}`;
  if (toolChoice.type === "tool" && toolChoice.name !== tool.name)
    return `it must call the tool ${toolChoice.name}`;
  const { texts, input: raw } = piece.call;
  const input = unescapeValue(texts === true ? typedTexts(raw, tool.inputSchema) : raw);
  if (typeof input !== "object" || input === null || Array.isArray(input))
    return `the arguments of ${tool.name} must be a JSON object`;
  const { problems } = checker.check(tool.inputSchema, input);
  return problems === undefined
    ? { name: tool.name, input }
    : `the arguments of ${tool.name} are not valid: ${problems}`;
}
