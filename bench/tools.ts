import type * as Prompt from "../src/polyfill/tools/prompt.ts";
import type * as Reading from "../src/polyfill/tools/reading.ts";
import { importBuilt } from "./as-built.ts";
import { atOnce } from "../src/util/steps.ts";
import { TokenEstimator } from "../src/polyfill/tokens.ts";
import type { Tool } from "../src/turn/request.ts";
import { type Figure, figure } from "./rounds.ts";
import { prose } from "./text.ts";

/** What tools cost a host that has none: their description, and the reading of answers, in this process. */
export interface ToolsRow {
  readonly what: string;
  /** Milliseconds. */
  readonly time: Figure;
  /** Tokens that one tool adds to a prompt. */
  readonly tokensPerTool?: number;
}

const TIMES = 15;

/** The check against schemas is made in another thread. */
const unchecked: Reading.CheckAll = async (values) => values.map(({ value }) => ({ value, unchecked: true }));

/** Tools of the size of a coding agent's: a paragraph of description, six parameters with a sentence each. */
export function agentTools(count: number): Tool[] {
  return Array.from({ length: count }, (_, tool) => ({
    name: `tool_${tool}`,
    description: prose(600, tool + 1),
    inputSchema: {
      type: "object",
      properties: Object.fromEntries(
        Array.from({ length: 6 }, (__, at) => [
          `parameter_${at}`,
          { type: "string", description: prose(80, tool + at + 1) },
        ]),
      ),
      required: ["parameter_0"],
    },
  }));
}

const call = `<tool_call>\n${JSON.stringify({ name: "tool_1", arguments: { parameter_0: "a/b.ts" } })}\n</tool_call>\n`;
const long = (bytes: number): string =>
  `<tool_call>\n${JSON.stringify({ name: "tool_1", arguments: { parameter_0: prose(bytes) } })}\n</tool_call>`;

const ANSWERS: readonly (readonly [string, (bytes: number) => string])[] = [
  ["text", (bytes) => prose(bytes)],
  ["one long call", long],
  ["many calls", (bytes) => call.repeat(Math.ceil(bytes / call.length))],
  ["one call cut off", (bytes) => long(bytes).slice(0, bytes)],
  ["code blocks", (bytes) => "```ts\nconst a = `x`;\n```\n".repeat(Math.ceil(bytes / 25))],
  ["opening tags alone", (bytes) => "<tool_call>".repeat(Math.ceil(bytes / 11))],
  ["broken calls", (bytes) => '<tool_call>{"a</tool_call>'.repeat(Math.ceil(bytes / 26))],
  ["brackets", (bytes) => `<tool_call>${"[".repeat(bytes)}`],
];

export async function measureTools(): Promise<ToolsRow[]> {
  const { readTurn } = await importBuilt<typeof Reading>("src/polyfill/tools/reading.ts");
  const { toolPrompt } = await importBuilt<typeof Prompt>("src/polyfill/tools/prompt.ts");
  const rows: ToolsRow[] = [];
  const tools = agentTools(30);
  const describe = (some: typeof tools): string =>
    atOnce(toolPrompt({ tools: some, choice: { type: "auto" }, parallel: true }));
  const tokens = new TokenEstimator();
  const [all, none] = [await tokens.text(describe(tools)), await tokens.text(describe(tools.slice(0, 1)))];
  rows.push({
    what: "describing 30 tools",
    time: await timed(() => describe(tools)),
    tokensPerTool: (all - none) / 29,
  });
  const asked = { tools, toolChoice: { type: "auto" }, parallelToolCalls: true } as const;
  for (const [what, make] of ANSWERS) {
    for (const bytes of [100_000, 1_000_000]) {
      const answer = make(bytes);
      rows.push({
        what: `reading ${bytes / 1000} kB: ${what}`,
        time: await timed(() => readTurn(answer, asked, { unified: "end" }, unchecked)),
      });
    }
  }
  return rows;
}

async function timed(work: () => unknown): Promise<Figure> {
  const samples: number[] = [];
  for (let time = 0; time < TIMES + 3; time += 1) {
    const began = performance.now();
    await work();
    samples.push(performance.now() - began);
  }
  return figure(samples.slice(3));
}
