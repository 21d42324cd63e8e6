/** What a model is asked in a sampling request, on either kind of host: the last thing said and what there is to answer it with. */
import { textOf, type Block, type SamplingParams } from "./conversation.ts";

export interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
}

export interface Question {
  /** The user's last message that is more than tool results. */
  readonly said: string;
  readonly tools: readonly { readonly name: string; readonly schema: Schema }[];
  /** Whether the answer must be a tool call. */
  readonly mustCall: boolean;
  /** The texts of the tool results that came after what was said. */
  readonly results: readonly string[];
  /** The images and sounds that came with it or after it. */
  readonly media: readonly { readonly mimeType: string; readonly data: string }[];
  /** What the answer must be as JSON; undefined for an answer in words. */
  readonly json: Schema | undefined;
}

const RESPONSE = /<tool_response[^>]*>\n([^]*?)\n<\/tool_response>/g;

export function readQuestion(params: SamplingParams, { native }: { readonly native: boolean }): Question {
  const system = params.systemPrompt ?? "";
  const asked: Pick<Question, "tools" | "mustCall"> = native ? nativeTools(params) : describedTools(system);
  const results: string[] = [];
  const media: Question["media"][number][] = [];
  let said = "";
  for (const { role, content } of params.messages.toReversed()) {
    if (role === "assistant" && said !== "") break;
    if (role === "assistant") continue;
    const blocks = [content].flat().flatMap((block) => [block, ...(block.content ?? [])]);
    for (const { mimeType, data } of blocks)
      if (mimeType !== undefined && data !== undefined) media.push({ mimeType, data });
    const text = textOf([content].flat());
    results.unshift(...(native ? nativeResults([content].flat()) : describedResults(text)));
    said = `${native ? text : text.replaceAll(RESPONSE, "")}\n${said}`.trim();
  }
  return { said, ...asked, results, media, json: wantedJson(system) };
}

function nativeTools(params: SamplingParams): Pick<Question, "tools" | "mustCall"> {
  const tools = (params.tools ?? []).map(({ name, inputSchema }) => ({
    name,
    schema: inputSchema as Schema,
  }));
  return { tools, mustCall: params.toolChoice?.mode === "required" };
}

function describedTools(system: string): Pick<Question, "tools" | "mustCall"> {
  const [, list = ""] = /^[^]*\n<tools>\n([^]*)\n<\/tools>/.exec(system) ?? [];
  const lines = list.split("\n").filter((line) => line !== "");
  return {
    tools: lines.map((line) => {
      const { name, parameters } = JSON.parse(line) as { name: string; parameters: Schema };
      return { name, schema: parameters };
    }),
    mustCall: lines.length > 0 && /\nIn your next answer you must call /.test(system),
  };
}

function nativeResults(blocks: readonly Block[]): string[] {
  return blocks.filter(({ type }) => type === "tool_result").map(({ content = [] }) => textOf(content));
}

function describedResults(text: string): string[] {
  return [...text.matchAll(RESPONSE)].map(([, body = ""]) => body);
}

function wantedJson(system: string): Schema | undefined {
  const [, rest] = /Write your answer to the user as JSON and nothing else[^\n]*([^]*)/.exec(system) ?? [];
  if (rest === undefined) return undefined;
  const [schema = ""] = rest.split("\n").filter((line) => line.startsWith("{"));
  return schema === "" ? {} : (JSON.parse(schema) as Schema);
}
