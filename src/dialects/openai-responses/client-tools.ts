/**
 * Tools that the vendor defines and the client runs (OpenAI API reference, "Create a model response", `tools`): their
 * schemas as functions, and their calls and outputs as items, in both directions.
 */
import { parseObject } from "../../turn/json-object.ts";
import type { MediaPart, TextPart, ToolCallPart, ToolResultPart } from "../../turn/message.ts";
import type { Tool } from "../../turn/request.ts";
import { toolSchema } from "../client-schema.ts";
import { mediaFromUrl } from "../media.ts";
import type { JsonObject } from "../shapes.ts";
import { validate } from "../validate.ts";
import { clientItems, type Item, type WireTool } from "./schema.ts";

type Plain = TextPart | MediaPart;

/** The result of a call that a client has run. */
interface Outcome {
  readonly content: readonly Plain[];
  readonly isError: boolean;
}

interface ClientTool {
  /** The prefix of the ids of its call items. */
  readonly prefix: string;
  /** The types of its items. */
  readonly call: string;
  readonly output: string;
  /** `at` is its place in the request. */
  readonly tool: (wire: WireTool, at: string) => Tool;
  /** The members of a call item with its arguments. */
  readonly members: (input: JsonObject) => object;
  /** The arguments in a call item of the history. */
  readonly input: (item: Item, at: string) => object;
  readonly outcome: (item: Item, at: string) => Outcome;
}

const text = (value: string): TextPart[] => (value === "" ? [] : [{ type: "text", text: value }]);
const said = (value: string, isError = false): Outcome => ({ content: text(value), isError });

const STRING = { type: "string" } as const;
const INTEGER = { type: "integer" } as const;
const object = (properties: object, required: readonly string[]): Tool["inputSchema"] => ({
  type: "object",
  properties,
  required,
  additionalProperties: false,
});

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : typeof value === "string" ? [value] : [];
const integer = (value: unknown): number | null => (Number.isInteger(value) ? (value as number) : null);
const string = (value: unknown): string | null => (typeof value === "string" ? value : null);

const localShell: ClientTool = {
  prefix: "lsh",
  call: "local_shell_call",
  output: "local_shell_call_output",
  tool: () => ({
    name: "local_shell",
    description: "Runs a command on the user's machine.",
    inputSchema: object(
      {
        command: { type: "array", items: STRING, description: "The program and its arguments." },
        working_directory: STRING,
        timeout_ms: INTEGER,
        env: { type: "object", additionalProperties: STRING },
        user: STRING,
      },
      ["command"],
    ),
  }),
  members: ({ command, env, timeout_ms, working_directory, user }) => ({
    action: {
      type: "exec",
      command: typeof command === "string" ? ["bash", "-lc", command] : strings(command),
      env: typeof env === "object" && env !== null ? env : {},
      timeout_ms: integer(timeout_ms),
      working_directory: string(working_directory),
      user: string(user),
    },
  }),
  input(item, at) {
    const { type: _, ...action } = validate(clientItems.action, item, at).action;
    return withoutNulls(action);
  },
  outcome: (item, at) => said(validate(clientItems.textOutput, item, at).output ?? ""),
};

const shell: ClientTool = {
  prefix: "sh",
  call: "shell_call",
  output: "shell_call_output",
  tool: () => ({
    name: "shell",
    description: "Runs shell commands on the user's machine, one after the other or side by side.",
    inputSchema: object(
      {
        commands: { type: "array", items: STRING, description: "Each a command line of the shell." },
        timeout_ms: INTEGER,
        max_output_length: INTEGER,
      },
      ["commands"],
    ),
  }),
  members: ({ commands, timeout_ms, max_output_length }) => ({
    action: {
      commands: strings(commands),
      timeout_ms: integer(timeout_ms),
      max_output_length: integer(max_output_length),
    },
    environment: { type: "local" },
  }),
  input: (item, at) => withoutNulls(validate(clientItems.action, item, at).action),
  outcome(item, at) {
    const outputs = validate(clientItems.shellOutput, item, at).output;
    const texts = outputs.map(({ stdout, stderr, outcome }) =>
      JSON.stringify({
        stdout,
        stderr,
        ...(outcome.type === "exit" ? { exit_code: outcome.exit_code } : { timed_out: true }),
      }),
    );
    return said(texts.join("\n"));
  },
};

const applyPatch: ClientTool = {
  prefix: "apc",
  call: "apply_patch_call",
  output: "apply_patch_call_output",
  tool: () => ({
    name: "apply_patch",
    description:
      "Creates, changes or deletes one file. A diff has the V4A form: lines begin with a blank, + or -, " +
      "and @@ names the class or function around a change.",
    inputSchema: object(
      {
        type: { enum: ["create_file", "update_file", "delete_file"] },
        path: { type: "string", description: "From the workspace's folder." },
        diff: { type: "string", description: "Not for delete_file." },
      },
      ["type", "path"],
    ),
  }),
  members: ({ type, path, diff }) => ({
    operation: { type, path, ...(type !== "delete_file" && { diff: string(diff) ?? "" }) },
  }),
  input: (item, at) => validate(clientItems.operation, item, at).operation,
  outcome(item, at) {
    const { output, status } = validate(clientItems.textOutput, item, at);
    return said(output ?? status ?? "", status === "failed");
  },
};

const toolSearch: ClientTool = {
  prefix: "tsc",
  call: "tool_search_call",
  output: "tool_search_output",
  tool: ({ description, parameters }, at) => ({
    name: "tool_search",
    description: description ?? "Searches for tools; those that it finds can be called from then on.",
    inputSchema:
      parameters === undefined || parameters === null
        ? object({ query: STRING, limit: INTEGER }, ["query"])
        : toolSchema(parameters, `${at}.parameters`, "tool_search"),
  }),
  members: (input) => ({ execution: "client", arguments: input }),
  input: (item, at) => validate(clientItems.search, item, at).arguments ?? {},
  outcome(item, at) {
    const { tools } = validate(clientItems.found, item, at);
    const found = (tools ?? []).map(({ name, description }) => ({ name, description }));
    return said(JSON.stringify({ tools: found }));
  },
};

const ACTION = object(
  {
    type: {
      enum: ["click", "double_click", "drag", "keypress", "move", "screenshot", "scroll", "type", "wait"],
    },
    x: INTEGER,
    y: INTEGER,
    button: { enum: ["left", "right", "wheel", "back", "forward"] },
    keys: { type: "array", items: STRING },
    path: { type: "array", items: object({ x: INTEGER, y: INTEGER }, ["x", "y"]) },
    scroll_x: INTEGER,
    scroll_y: INTEGER,
    text: STRING,
  },
  ["type"],
);

const screenshot = (item: Item, at: string): Outcome => {
  const { output } = validate(clientItems.screenshot, item, at);
  return { content: [mediaFromUrl(output.image_url ?? "", `${at}.output.image_url`)], isError: false };
};

const computer: ClientTool = {
  prefix: "cu",
  call: "computer_call",
  output: "computer_call_output",
  tool: () => ({
    name: "computer",
    description: "Acts on the user's screen and answers with a screenshot of it.",
    inputSchema: object({ actions: { type: "array", items: ACTION } }, ["actions"]),
  }),
  members: ({ actions }) => ({ actions: Array.isArray(actions) ? actions : [], pending_safety_checks: [] }),
  input(item, at) {
    const { action, actions } = validate(clientItems.computer, item, at);
    return { actions: actions ?? (action ? [action] : []) };
  },
  outcome: screenshot,
};

const computerPreview: ClientTool = {
  ...computer,
  tool: ({ display_width: width, display_height: height }) => ({
    name: "computer",
    description: `Acts on the user's screen (${width ?? "?"} by ${height ?? "?"} pixels) and answers with a screenshot of it.`,
    inputSchema: ACTION,
  }),
  members: (input) => ({ action: input, pending_safety_checks: [] }),
};

/** By the type of the tool. */
const CLIENT_TOOLS = {
  local_shell: localShell,
  shell,
  apply_patch: applyPatch,
  tool_search: toolSearch,
  computer,
  computer_use_preview: computerPreview,
} as const satisfies Readonly<Record<string, ClientTool>>;

export type ClientToolType = keyof typeof CLIENT_TOOLS;

export function isClientToolKind(kind: string): kind is ClientToolType {
  return Object.hasOwn(CLIENT_TOOLS, kind);
}

/** Whether the client runs a tool of a vendor's type: some types can be run by either. */
export function isClientTool(wire: WireTool): wire is WireTool & { readonly type: ClientToolType } {
  if (typeof wire.type !== "string" || !isClientToolKind(wire.type)) return false;
  if (wire.type === "tool_search") return wire.execution === "client";
  if (wire.type !== "shell") return true;
  const { environment } = wire;
  return typeof environment !== "object" || (environment?.type ?? "local") === "local";
}

/**
 * The tool at `at` in the request, in neutral form.
 *
 * @throws BridgeError `invalid_request` for an invalid schema.
 */
export function clientTool(wire: WireTool & { readonly type: ClientToolType }, at: string): Tool {
  return CLIENT_TOOLS[wire.type].tool(wire, at);
}

/** The name at the host of a type of tool, for a choice that names it. */
export function clientToolName(type: string): string | undefined {
  return isClientToolKind(type) ? CLIENT_TOOLS[type].tool({ type }, "").name : undefined;
}

/** A call of the host's model as the item of its type; `id` without its prefix. */
export function clientCallItem(
  type: ClientToolType,
  { id, callId, input, status }: { id: string; callId: string; input: string; status: string },
): Item {
  const { prefix, call, members } = CLIENT_TOOLS[type];
  return {
    id: `${prefix}_${id}`,
    type: call,
    status,
    call_id: callId,
    ...members(parseObject(input) ?? {}),
  };
}

/** An item of the history as the call or the result that it is; `undefined` for items of other types. */
export function readClientItem(item: Item, at: string): ToolCallPart | ToolResultPart | undefined {
  const { type } = item;
  if (item["execution"] === "server") return undefined;
  const tool = Object.values<ClientTool>(CLIENT_TOOLS).find(
    ({ call, output }) => call === type || output === type,
  );
  if (tool === undefined) return undefined;
  const id = validate(clientItems.callId, { call_id: item["call_id"] ?? item.id }, at).call_id;
  if (type === tool.output) return { type: "tool-result", callId: id, ...tool.outcome(item, at) };
  const { name } = tool.tool({ type: "" }, "");
  return { type: "tool-call", id, name, input: JSON.stringify(tool.input(item, at)) };
}

function withoutNulls(members: JsonObject): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null));
}
