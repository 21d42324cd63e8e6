/** Declarations of tools and choices among them, in the forms of OpenAI's and Anthropic's APIs: agents send either form to any path. */
import * as z from "zod";
import { BridgeError } from "../turn/error.ts";
import { addNotice, type Notice } from "../turn/notice.ts";
import type { Tool } from "../turn/request.ts";
import { toolSchema } from "./client-schema.ts";
import { agreed } from "./agreed.ts";
import { clientTool } from "./client-tools.ts";
import { customSchema } from "./custom-tool.ts";
import { MOST } from "./limits.ts";
import { jsonObject, list, name } from "./shapes.ts";
import type { StatedChoice } from "./tool-choice.ts";

const grammar = z.object({ syntax: name.nullish(), definition: z.string().nullish() });

/** The format of a custom tool: in chat completions the grammar is in a member, in Responses it is flat. */
const format = grammar.extend({ grammar: grammar.nullish() });

const described = { description: z.string().nullish() };

/** A tool in any form; its schema is `parameters` with OpenAI and `input_schema` with Anthropic. */
export const anyTool = z.object({
  type: name.nullish(),
  name: name.nullish(),
  ...described,
  parameters: z.unknown().optional(),
  input_schema: z.unknown().optional(),
  format: format.nullish(),
  function: z.object({ name, ...described, parameters: z.unknown().optional() }).nullish(),
  custom: z.object({ name, ...described, format: format.nullish() }).nullish(),
  defer_loading: z.boolean().nullish(),
  /** Settings of the members of a toolset. */
  configs: jsonObject.nullish(),
  display_width_px: z.number().nullish(),
  display_height_px: z.number().nullish(),
});

export type AnyTool = z.output<typeof anyTool>;

/** A tool as received, and its place in the request. */
export interface PlacedTool<Stated = AnyTool> {
  readonly tool: Stated;
  readonly at: string;
}

/** The tools of a request, including those in the older `functions`. */
export function placedTools<Stated>({
  tools,
  functions,
}: {
  readonly tools?: readonly Stated[] | null | undefined;
  readonly functions?: readonly Stated[] | null | undefined;
}): PlacedTool<Stated>[] {
  return [...placed(tools, "tools"), ...placed(functions, "functions")];
}

/** The tools of the list at `at`. */
export function placed<Stated>(
  tools: readonly Stated[] | null | undefined,
  at: string,
): PlacedTool<Stated>[] {
  return (tools ?? []).map((tool, index) => ({ tool, at: `${at}.${index}` }));
}

export interface ReadTool {
  readonly tool: Tool;
  /** Whether its calls are plain text. */
  readonly isText: boolean;
}

/** Types that the vendors' own servers run; a version or variant may follow, as in `web_search_20250305`. */
const VENDOR_RUN = [
  "advisor",
  "code_execution",
  "code_interpreter",
  "file_search",
  "image_generation",
  "mcp",
  "programmatic_tool_calling",
  "retrieval",
  "tool_search",
  "web_fetch",
  "web_search",
] as const;

function isVendorRun(kind: string): boolean {
  return VENDOR_RUN.some((known) => kind === known || kind.startsWith(`${known}_`));
}

/**
 * The tool in neutral form; `undefined`, and a notice, for one that the vendor's own servers would run.
 *
 * @throws BridgeError `invalid_request` for a tool without a name, or with an invalid schema; `unsupported_feature` for
 * an unknown type.
 */
export function readTool(stated: AnyTool, at: string, notices: Notice[]): ReadTool | undefined {
  const read = readDeclared(stated, at);
  if (read !== undefined) return read;
  if (!isVendorRun(stated.type ?? "")) {
    throw new BridgeError(
      "unsupported_feature",
      `${at}.type: unknown tool type ${JSON.stringify(stated.type?.slice(0, 50))}; declare the tool as a function.`,
      { param: `${at}.type` },
    );
  }
  addNotice(notices, VENDOR_RUNS);
  return undefined;
}

/** The notice for an omitted tool. */
export const VENDOR_RUNS: Notice = {
  code: "tool-kind-ignored",
  message: "Tools that the vendor runs itself are not available.",
};

function readDeclared(stated: AnyTool, at: string): ReadTool | undefined {
  const { type, function: called, custom } = stated;
  if (called !== null && called !== undefined) {
    const schema = toolSchema(called.parameters, `${at}.function.parameters`, called.name);
    return functionTool(called.name, called, schema);
  }
  if (custom !== null && custom !== undefined) return textTool(custom.name, custom);
  const published = clientTool(stated);
  if (published !== undefined) return { tool: published, isText: false };
  const schema = stated.input_schema ?? stated.parameters;
  const isOwn = type === null || type === undefined || type === "function" || type === "custom";
  if (!isOwn && schema === undefined) return undefined;
  if (typeof stated.name !== "string") {
    throw new BridgeError("invalid_request", `${at}: a tool needs a name.`, { param: at });
  }
  const isText = type === "custom" && (schema === null || schema === undefined);
  if (isText) return textTool(stated.name, stated);
  const member = schema === stated.input_schema ? "input_schema" : "parameters";
  return functionTool(stated.name, stated, toolSchema(schema, `${at}.${member}`, stated.name));
}

interface Described {
  readonly description?: string | null | undefined;
}

function functionTool(name: string, { description }: Described, inputSchema: Tool["inputSchema"]): ReadTool {
  return {
    tool: { name, inputSchema, ...(typeof description === "string" && { description }) },
    isText: false,
  };
}

function textTool(name: string, stated: Described & Pick<AnyTool, "format">): ReadTool {
  const { description, format: given } = stated;
  const { syntax, definition } = given?.grammar ?? given ?? {};
  const inputSchema = customSchema(syntax, definition);
  return {
    tool: { name, inputSchema, ...(typeof description === "string" && { description }) },
    isText: true,
  };
}

const named = z.object({ name }).nullish();

/** A tool in a choice; in the older `function_call` form only its name. */
const namedTool = z
  .object({ type: name.nullish(), name: name.nullish(), function: named, custom: named })
  .refine(
    ({ type, name: flat }) => typeof (type ?? flat) === "string",
    "has neither a type nor the name of a tool",
  );

const allowed = z.object({
  mode: z.enum(["auto", "required"]).nullish(),
  tools: list(namedTool, MOST.tools).nullish(),
});

/** A choice in any form: a string, or an object that names one tool, several, or none. */
export const anyChoice = z
  .union([
    z.enum(["none", "auto", "required", "any"]),
    namedTool.safeExtend({
      ...allowed.shape,
      /** In chat completions the allowed tools are one level deeper. */
      allowed_tools: allowed.nullish(),
      disable_parallel_tool_use: z.boolean().nullish(),
    }),
  ])
  .nullish();

export type AnyChoice = z.output<typeof anyChoice>;

/** The choice in neutral form, if there is one. */
export function readChoice(choice: AnyChoice): StatedChoice | undefined {
  if (choice === null || choice === undefined) return undefined;
  if (typeof choice === "string") return { type: choice === "any" ? "required" : choice };
  const { type } = choice;
  const { mode, tools } = choice.allowed_tools ?? choice;
  if (type === "allowed_tools" && tools !== null && tools !== undefined) {
    return { type: "allowed", mode: mode ?? "auto", names: tools.flatMap((tool) => nameIn(tool) ?? []) };
  }
  const chosen = nameIn(choice);
  if (chosen !== undefined) return { type: "tool", name: chosen };
  if (type === "auto" || type === "none" || type === "required") return { type };
  return type === "any" || type === "tool" ? { type: "required" } : { type: "other", kind: type ?? "" };
}

/** The choice of a request, also in the older `function_call`. @throws BridgeError `invalid_request` when the two contradict each other. */
export function statedChoice({
  tool_choice,
  function_call,
}: {
  readonly tool_choice?: AnyChoice;
  readonly function_call?: AnyChoice;
}): StatedChoice {
  const choices = { tool_choice: readChoice(tool_choice), function_call: readChoice(function_call) };
  const same = (one: StatedChoice, other: StatedChoice): boolean =>
    JSON.stringify(one) === JSON.stringify(other);
  return agreed(choices, same)?.value ?? { type: "auto" };
}

function nameIn({ name: flat, function: called, custom }: z.output<typeof namedTool>): string | undefined {
  return (called ?? custom)?.name ?? flat ?? undefined;
}

/** The name at the host of a tool in a namespace. */
export function flatName(name: string, namespace: string | null | undefined): string {
  return namespace === null || namespace === undefined ? name : `${namespace}__${name}`;
}
