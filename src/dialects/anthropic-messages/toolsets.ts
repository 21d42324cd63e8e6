/**
 * Toolsets: one entry of `tools` stands for many tools that the client runs, each call of which names its toolset (Anthropic API
 * reference, "Computer use tool" and "Browser use tool", 2026-08-01). Models that do not know them get each member with its published schema.
 */
import * as z from "zod";
import type { Tool } from "../../turn/request.ts";
import { flatName } from "../any-tool.ts";
import { validate } from "../validate.ts";
import type { WireTool } from "./schema.ts";

type Properties = Readonly<Record<string, object>>;

/** A member's description, its properties, and the required ones. */
type Member = readonly [description: string, properties: Properties, ...required: string[]];

const TEXT = { type: "string" };
const NUMBER = { type: "number" };
const WHOLE = { type: "integer" };
const POINT = { type: "array", items: WHOLE, minItems: 2, maxItems: 2, description: "x and y in pixels." };
const REGION = {
  type: "array",
  items: WHOLE,
  minItems: 4,
  maxItems: 4,
  description: "The corners x0, y0, x1, y1 in pixels of a whole screenshot.",
};
const DIRECTION = { type: "string", enum: ["up", "down", "left", "right"] };
const KEYS = { type: "string", description: "A key, or several joined by +, as in ctrl+s." };
const HELD = { type: "string", description: "Keys held meanwhile, joined by +." };
const SECONDS = { type: "number", description: "Seconds." };

const click = (what: string): Member => [
  `${what} at a point, or where the cursor is.`,
  { coordinate: POINT, text: HELD },
];

const COMPUTER: Readonly<Record<string, Member>> = {
  key: ["Presses a key or keys together.", { text: KEYS, repeat: WHOLE }, "text"],
  hold_key: ["Holds keys down for a while.", { text: KEYS, duration: SECONDS }, "text", "duration"],
  type: ["Types a text.", { text: TEXT }, "text"],
  cursor_position: ["Says where the cursor is.", {}],
  mouse_move: ["Moves the cursor without a click.", { coordinate: POINT }, "coordinate"],
  left_mouse_down: ["Presses the left mouse button and holds it.", {}],
  left_mouse_up: ["Lets the left mouse button go.", {}],
  left_click: click("Clicks"),
  left_click_drag: [
    "Drags from one point to another.",
    { start_coordinate: POINT, coordinate: POINT, text: HELD },
    "start_coordinate",
    "coordinate",
  ],
  right_click: click("Clicks the right button"),
  middle_click: click("Clicks the middle button"),
  double_click: click("Clicks twice"),
  triple_click: click("Clicks three times"),
  scroll: [
    "Scrolls at a point, or where the cursor is.",
    { scroll_direction: DIRECTION, scroll_amount: WHOLE, coordinate: POINT, text: HELD },
    "scroll_direction",
    "scroll_amount",
  ],
  wait: ["Waits.", { duration: SECONDS }, "duration"],
  screenshot: ["Takes a screenshot.", {}],
  zoom: ["Takes a screenshot of a part of the screen, at full size.", { region: REGION }, "region"],
};

const AT_POINT = {
  type: "object",
  properties: { type: { const: "coordinate" }, x: NUMBER, y: NUMBER },
  required: ["type", "x", "y"],
};
const AT_ELEMENT = {
  type: "object",
  properties: {
    type: { const: "ref" },
    ref: { type: "string", description: "As read_page or find named it." },
  },
  required: ["type", "ref"],
};
const EITHER = { anyOf: [AT_POINT, AT_ELEMENT] };
const TAB = { type: "string", description: "Without it, the active tab." };

const inTab = (description: string, properties: Properties, ...required: string[]): Member => [
  description,
  { ...properties, tab_id: TAB },
  ...required,
];
const clickOn = (what: string): Member =>
  inTab(`${what} at a point or on an element.`, { target: EITHER, modifiers: HELD }, "target");

const BROWSER: Readonly<Record<string, Member>> = {
  navigate: inTab("Goes to an address, or back, forward or reload.", { url: TEXT }, "url"),
  list_tabs: ["Lists the open tabs.", {}],
  new_tab: ["Opens an empty tab.", {}],
  switch_tab: ["Makes a tab the active one.", { tab_id: TEXT }, "tab_id"],
  close_tab: ["Closes a tab.", { tab_id: TEXT }, "tab_id"],
  read_page: inTab(
    "Shows the page, or what is inside an element, as a tree with references to its elements.",
    {
      depth: WHOLE,
      filter: TEXT,
      ref: TEXT,
    },
  ),
  get_page_text: inTab("Shows the text of the page.", {}),
  read_console: inTab("Shows what the console has said since it was last read.", {}),
  read_network: inTab("Shows the network requests since they were last read.", {}),
  find: inTab("Finds elements by a description in words.", { query: TEXT }, "query"),
  form_input: inTab(
    "Sets the value of a form's element.",
    { target: AT_ELEMENT, value: { type: ["string", "number", "boolean"] } },
    "target",
    "value",
  ),
  file_upload: inTab(
    "Gives files to an element that takes them.",
    {
      target: AT_ELEMENT,
      paths: { type: "array", items: TEXT },
      document_ids: { type: "array", items: TEXT },
    },
    "target",
  ),
  scroll_to: inTab("Scrolls an element into view.", { target: AT_ELEMENT }, "target"),
  screenshot: inTab("Takes a screenshot of what is in view.", {}),
  zoom: inTab("Takes a screenshot of a part of the view, at full size.", { region: REGION }, "region"),
  left_click: clickOn("Clicks"),
  right_click: clickOn("Clicks the right button"),
  middle_click: clickOn("Clicks the middle button"),
  double_click: clickOn("Clicks twice"),
  triple_click: clickOn("Clicks three times"),
  hover: inTab("Moves the cursor to a point or an element without a click.", { target: EITHER }, "target"),
  left_click_drag: inTab(
    "Drags from one point to another.",
    { from: AT_POINT, target: AT_POINT },
    "from",
    "target",
  ),
  left_mouse_down: inTab("Presses the left mouse button at a point.", { target: AT_POINT }, "target"),
  left_mouse_up: inTab("Lets the left mouse button go at a point.", { target: AT_POINT }, "target"),
  mouse_move: inTab("Moves the cursor to a point.", { target: AT_POINT }, "target"),
  scroll: inTab(
    "Scrolls at a point.",
    { target: AT_POINT, scroll_direction: DIRECTION, scroll_amount: WHOLE },
    "target",
    "scroll_direction",
  ),
  type: inTab("Types a text.", { text: TEXT }, "text"),
  key: inTab("Presses a key or keys together.", { text: KEYS, repeat: WHOLE }, "text"),
  hold_key: inTab("Holds keys down for a while.", { text: KEYS, duration: SECONDS }, "text", "duration"),
  wait: inTab("Waits.", { duration: SECONDS }, "duration"),
  javascript_exec: inTab("Runs JavaScript in the page and gives its last value.", { text: TEXT }, "text"),
};

const TOOLSETS = { computer: COMPUTER, browser: BROWSER } as const;

export type Toolset = keyof typeof TOOLSETS;

export const NO_TOOLSETS: ReadonlySet<Toolset> = new Set();

const configs = z.record(z.string(), z.object({ enabled: z.boolean().nullish() }).nullish()).nullish();

/** Which toolset an entry of `tools` stands for, of any version. */
export function toolsetOf({ type }: WireTool): Toolset | undefined {
  const toolsets = Object.keys(TOOLSETS) as Toolset[];
  return toolsets.find((name) => type?.startsWith(`${name}_toolset`) === true);
}

/** The toolsets among tools. */
export function toolsetsOf(tools: readonly WireTool[]): ReadonlySet<Toolset> {
  return new Set(tools.flatMap((tool) => toolsetOf(tool) ?? []));
}

/** The enabled members of a toolset, by their names at the host. */
export function toolsetTools(toolset: Toolset, stated: WireTool, at: string): Tool[] {
  const given = validate(configs, stated.configs, `${at}.configs`) ?? {};
  return Object.entries(TOOLSETS[toolset])
    .filter(([name]) => !Object.hasOwn(given, name) || given[name]?.enabled !== false)
    .map(([name, [description, properties, ...required]]) => ({
      name: flatName(name, toolset),
      description,
      inputSchema: { type: "object", properties, required },
    }));
}

/** The name of a tool in a call of this API: a member of a toolset has its own name and that of the toolset. */
export function calledName(name: string, toolsets: ReadonlySet<Toolset>): object {
  const toolset = [...toolsets].find((each) => name.startsWith(flatName("", each)));
  if (toolset === undefined) return { name };
  const member = name.slice(flatName("", toolset).length);
  return Object.hasOwn(TOOLSETS[toolset], member) ? { name: member, toolset_name: toolset } : { name };
}
