/** Reads and checks the answer of a model whose prompt describes tools. */
import type { StopReason } from "../../turn/event.ts";
import type { Tool, TurnRequest } from "../../turn/request.ts";
import type { Asked as ToCheck, Checked } from "../schema-checker/checker.ts";
import { inTurns, type Steps } from "../../util/steps.ts";
import { unescapeValue } from "./escape.ts";
import { ToolNames } from "./name.ts";
import { readAnswer, type Piece } from "./read.ts";
import { typedTexts } from "./texts.ts";

export interface Call {
  readonly name: string;
  readonly input: object;
}

/** The result: the model's text, its calls, and what is wrong with them. */
export interface Reading {
  readonly text: string;
  readonly calls: readonly Call[];
  readonly problem: string | undefined;
}

/** Most calls in one answer. */
const MOST_CALLS = 1000;

type Asked = Pick<TurnRequest, "tools" | "toolChoice" | "parallelToolCalls">;

/** Checks values against their schemas, in order. */
export type CheckAll = (values: readonly ToCheck[]) => Promise<readonly Checked[]>;

export async function readTurn(
  answer: string,
  asked: Asked,
  stopReason: StopReason,
  checkAll: CheckAll,
): Promise<Reading> {
  const tools = new Map(asked.tools.map((tool) => [tool.name, tool]));
  const names = new ToolNames([...tools.keys()]);
  const pieces = await inTurns(readAnswer(answer, (name) => names.has(name)));
  const text = pieces.flatMap((piece) => (piece.type === "text" ? [piece.text] : [])).join("\n");
  const read = await inTurns(readCalls(pieces, asked, { tools, names }, stopReason));
  // What is wrong with a call comes before what is wrong with those after it.
  const { calls, problem = read.problem } = await fitting(read.calls, checkAll);
  if (problem !== undefined) return { text, calls: [], problem };
  if (read.cut) return { text, calls, problem: undefined };
  const { toolChoice, parallelToolCalls } = asked;
  if (
    calls.length === 0 &&
    (toolChoice.type === "required" || toolChoice.type === "tool") &&
    stopReason.unified !== "max-tokens"
  ) {
    const missing =
      toolChoice.type === "tool" ? `it must call the tool ${toolChoice.name}` : "it must call a tool";
    return { text, calls, problem: missing };
  }
  return { text, calls: parallelToolCalls ? calls : calls.slice(0, 1), problem: undefined };
}

interface Offered {
  readonly tools: ReadonlyMap<string, Tool>;
  readonly names: ToolNames;
}

/** A call whose arguments have not been checked. */
interface ReadCall {
  readonly tool: Tool;
  readonly input: object;
}

interface ReadCalls {
  readonly calls: readonly ReadCall[];
  /** The answer ended at its limit, inside a call. */
  readonly cut: boolean;
  /** A fault after these calls. */
  readonly problem: string | undefined;
}

function* readCalls(
  pieces: readonly Piece[],
  asked: Asked,
  offered: Offered,
  stopReason: StopReason,
): Steps<ReadCalls> {
  const calls: ReadCall[] = [];
  for (const piece of pieces) {
    if (piece.type === "text") continue;
    const read = yield* readCall(piece, asked, offered);
    yield;
    if (calls.length >= MOST_CALLS)
      return { calls, cut: false, problem: `it makes more than ${MOST_CALLS} calls` };
    if (typeof read !== "string") calls.push(read);
    // A call cut off at the token limit is not the model's mistake.
    else if (piece.type === "broken" && piece.open && stopReason.unified === "max-tokens")
      return { calls, cut: true, problem: undefined };
    else return { calls, cut: false, problem: read };
  }
  return { calls, cut: false, problem: undefined };
}

/** The call, or what is wrong with it. */
function* readCall(
  piece: Exclude<Piece, { type: "text" }>,
  { toolChoice }: Asked,
  { tools, names }: Offered,
): Steps<ReadCall | string> {
  if (piece.type === "broken") return "a tool call in it is not valid JSON of the form asked for";
  const tool = tools.get(names.match(piece.call.name) ?? "");
  if (tool === undefined)
    return `there is no tool named ${JSON.stringify(piece.call.name.slice(0, 100))}; the tools are ${[...tools.keys()].slice(0, 50).join(", ")}`;
  if (toolChoice.type === "tool" && toolChoice.name !== tool.name)
    return `it must call the tool ${toolChoice.name}`;
  const { texts, input: raw } = piece.call;
  const input = yield* unescapeValue(texts === true ? typedTexts(raw, tool.inputSchema) : raw);
  if (typeof input !== "object" || input === null || Array.isArray(input))
    return `the arguments of ${tool.name} must be a JSON object`;
  return { tool, input };
}

/** The valid calls, or what is wrong with the first invalid one. */
async function fitting(
  read: readonly ReadCall[],
  checkAll: CheckAll,
): Promise<{ readonly calls: readonly Call[]; readonly problem?: string }> {
  const checked = await checkAll(read.map(({ tool, input }) => ({ schema: tool.inputSchema, value: input })));
  const calls: Call[] = [];
  for (const [index, { tool, input }] of read.entries()) {
    const verdict = checked[index];
    if (verdict?.problems !== undefined)
      return { calls: [], problem: `the arguments of ${tool.name} are not valid: ${verdict.problems}` };
    calls.push({ name: tool.name, input: verdict === undefined ? input : (verdict.value as object) });
  }
  return { calls };
}
