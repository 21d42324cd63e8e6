/** What a model finds in a sampling request: the tools on offer and the results so far, on either kind of host. */

export interface OfferedTool {
  readonly name: string;
  readonly parameters: ReadonlySet<string>;
}

export interface Conversation {
  readonly tools: readonly OfferedTool[];
  /** The texts of the tool results, in order. */
  readonly results: readonly { readonly text: string; readonly failed: boolean }[];
  /** All that the user's messages say, tool results aside. */
  readonly said: string;
}

export interface Block {
  readonly type: string;
  readonly text?: string;
  readonly id?: string;
  readonly toolUseId?: string;
  readonly isError?: boolean;
  readonly content?: readonly Block[];
  readonly mimeType?: string;
  readonly data?: string;
}

export interface SamplingParams {
  readonly systemPrompt?: string;
  readonly messages: readonly {
    readonly role: "user" | "assistant";
    readonly content: Block | readonly Block[];
  }[];
  readonly tools?: readonly { readonly name: string; readonly inputSchema: unknown }[];
  readonly toolChoice?: { readonly mode?: string };
  readonly modelPreferences?: { readonly hints?: readonly { readonly name?: string }[] };
}

/** A request to a host with `sampling.tools`. */
export function readNative(params: SamplingParams): Conversation {
  const blocks = userBlocks(params);
  const results = blocks
    .filter(({ type }) => type === "tool_result")
    .map(({ content = [], isError = false }) => ({ text: textOf(content), failed: isError }));
  return {
    tools: (params.tools ?? []).map(({ name, inputSchema }) => offered(name, inputSchema)),
    results: [...results, ...observations(blocks)],
    said: textOf(blocks),
  };
}

const RESPONSE = /<tool_response([^>]*)>\n([^]*?)\n<\/tool_response>/g;

/** A request to a host without: the tools are in the system prompt, the results in the texts. */
export function readText(params: SamplingParams): Conversation {
  const blocks = userBlocks(params);
  const text = textOf(blocks);
  // The last list: agents write about tools too.
  const [, list = ""] = /^[^]*\n<tools>\n([^]*)\n<\/tools>/.exec(params.systemPrompt ?? "") ?? [];
  const lines = list.split("\n").filter((line) => line !== "");
  const results = [...text.matchAll(RESPONSE)].map(([, head = "", body = ""]) => ({
    text: body,
    failed: head.includes('error="true"'),
  }));
  return {
    tools: lines.map((line) => {
      const { name, parameters } = JSON.parse(line) as { name: string; parameters: unknown };
      return offered(name, parameters);
    }),
    results: [...results, ...observations(blocks)],
    said: text.replaceAll(RESPONSE, ""),
  };
}

/** The results that smolagents hands back as what the user says. */
function observations(blocks: readonly Block[]): Conversation["results"] {
  const [, ...rest] = textOf(blocks).split(/^Observation:\n/m);
  return rest.map((text) => ({ text, failed: false }));
}

function offered(name: string, schema: unknown): OfferedTool {
  const { properties = {} } = schema as { properties?: object };
  return { name, parameters: new Set(Object.keys(properties)) };
}

function userBlocks({ messages }: SamplingParams): Block[] {
  return messages.filter(({ role }) => role === "user").flatMap(({ content }) => content);
}

export function textOf(blocks: readonly Block[]): string {
  return blocks.map(({ type, text = "" }) => (type === "text" ? text : "")).join("\n");
}
