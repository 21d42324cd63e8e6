/**
 * Tools that Anthropic defines and the client runs: a request has only their type, because the vendor's models know the
 * rest. Other models get the published definition (Anthropic documentation, "Bash tool", "Text editor tool", "Memory
 * tool", "Computer use tool").
 */
import type { Tool } from "../turn/request.ts";

type Properties = Readonly<Record<string, object>>;

interface Published {
  /** The beginning of the type; a date follows. */
  readonly prefix: string;
  readonly name: string;
  readonly description: string;
  /** The properties in a version; versions are dates, as in 20250124. */
  readonly properties: (version: number) => Properties;
  readonly required: readonly string[];
}

const text = (description: string): object => ({ type: "string", description });
const whole = (description: string): object => ({ type: "integer", description });
const oneOf = (values: readonly string[], description: string): object => ({
  type: "string",
  enum: values,
  description,
});
const point = (description: string): object => ({
  type: "array",
  items: { type: "integer" },
  minItems: 2,
  maxItems: 2,
  description,
});

const EDITING: Properties = {
  path: text("The absolute path of the file or directory."),
  file_text: text("For create: the content of the file."),
  old_str: text("For str_replace: the text to replace, which must be in the file exactly once."),
  new_str: text("For str_replace: the new text."),
  insert_line: whole(
    "For insert: the line after which the text is inserted; 0 is the beginning of the file.",
  ),
  insert_text: text("For insert: the text to insert."),
  view_range: {
    type: "array",
    items: { type: "integer" },
    minItems: 2,
    maxItems: 2,
    description: "For view: the first and the last line to show, from 1; -1 is the last line of the file.",
  },
};

/** The last version of the text editor in which edits can be undone, and the text to insert is `new_str`. */
const UNDOING = 20_250_124;

function editing(version: number): Properties {
  const commands = ["view", "create", "str_replace", "insert"];
  if (version > UNDOING) return { command: oneOf(commands, "What to do."), ...EDITING };
  const { insert_text: _, ...others } = EDITING;
  return {
    command: oneOf([...commands, "undo_edit"], "What to do."),
    ...others,
    new_str: text("For str_replace and insert: the new text."),
  };
}

const ACTING: Properties = {
  coordinate: point("Where: x and y in pixels from the upper left corner."),
  start_coordinate: point("For left_click_drag: where it begins."),
  text: text(
    "For type: the text; for key and hold_key: the keys, as in ctrl+s; for clicks: keys held meanwhile.",
  ),
  scroll_direction: oneOf(["up", "down", "left", "right"], "For scroll: where to."),
  scroll_amount: whole("For scroll: how many steps."),
  duration: { type: "number", description: "For wait and hold_key: seconds." },
  region: {
    type: "array",
    items: { type: "integer" },
    minItems: 4,
    maxItems: 4,
    description: "For zoom: the corners x1, y1, x2, y2 of what to show at full size.",
  },
};

/** The actions of the computer tool, by the version that added them. */
const ACTIONS = {
  20_241_022: [
    "screenshot",
    "left_click",
    "right_click",
    "middle_click",
    "double_click",
    "left_click_drag",
    "mouse_move",
    "cursor_position",
    "type",
    "key",
  ],
  20_250_124: ["triple_click", "left_mouse_down", "left_mouse_up", "scroll", "hold_key", "wait"],
  20_251_124: ["zoom"],
} as const;

/** The properties that only these actions have. */
const OF_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  scroll_direction: ["scroll"],
  scroll_amount: ["scroll"],
  duration: ["wait", "hold_key"],
  region: ["zoom"],
};

function acting(version: number): Properties {
  const actions = Object.entries(ACTIONS).flatMap(([since, those]) =>
    Number(since) <= version ? those : [],
  );
  const known: ReadonlySet<string> = new Set(actions);
  const properties = Object.entries(ACTING).filter(
    ([property]) => OF_ACTIONS[property]?.some((action) => known.has(action)) ?? true,
  );
  return { action: oneOf(actions, "What to do."), ...Object.fromEntries(properties) };
}

const PUBLISHED: readonly Published[] = [
  {
    prefix: "bash_",
    name: "bash",
    description: "Runs a command in a bash session that lasts from one call to the next.",
    properties: () => ({
      command: text("The command to run."),
      restart: { type: "boolean", description: "True restarts the session; there is no command then." },
    }),
    required: [],
  },
  {
    prefix: "text_editor_",
    name: "str_replace_based_edit_tool",
    description: "Shows, makes and edits text files.",
    properties: editing,
    required: ["command", "path"],
  },
  {
    prefix: "memory_",
    name: "memory",
    description:
      "Files under /memories that last from one conversation to the next. Look there before a task, and keep there what later ones need.",
    properties: () => ({
      command: oneOf(["view", "create", "str_replace", "insert", "delete", "rename"], "What to do."),
      ...EDITING,
      old_path: text("For rename: the path it has."),
      new_path: text("For rename: the path it gets."),
    }),
    required: ["command"],
  },
  {
    prefix: "computer_",
    name: "computer",
    description: "Uses the mouse and the keyboard of a computer, and takes screenshots of it.",
    properties: acting,
    required: ["action"],
  },
];

/** Later than any version: an unknown version is treated as the newest known one. */
const NEWEST = 99_999_999;

/** The version after the name of a type, if there is one. */
function versionIn(rest: string): number | undefined {
  if (/^\d{8}$/.test(rest)) return Number(rest);
  return rest === "latest" || /^\d/.test(rest) ? NEWEST : undefined;
}

/** The members of such a tool beside its type. */
export interface ClientTool {
  readonly type?: string | null | undefined;
  readonly name?: string | null | undefined;
  readonly display_width_px?: number | null | undefined;
  readonly display_height_px?: number | null | undefined;
}

/** The tool in a form for any model; `undefined` for other types. */
export function clientTool(stated: ClientTool): Tool | undefined {
  const kind = stated.type ?? "";
  const published = PUBLISHED.find(({ prefix }) => kind.startsWith(prefix));
  const version = published && versionIn(kind.slice(published.prefix.length));
  if (published === undefined || version === undefined) return undefined;
  const { properties, required, description } = published;
  const { display_width_px: width, display_height_px: height } = stated;
  const screen =
    typeof width === "number" && typeof height === "number"
      ? ` The screen has ${width} x ${height} pixels.`
      : "";
  return {
    name: stated.name ?? published.name,
    description: description + screen,
    inputSchema: { type: "object", properties: properties(version), required },
  };
}
