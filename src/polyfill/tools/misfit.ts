/** Checks whether the calls of an answer fit the tools of the request. */
import type { TurnEvent } from "../../turn/event.ts";
import { parseObject } from "../../turn/json-object.ts";
import type { Notice } from "../../turn/notice.ts";
import type { Tool } from "../../turn/request.ts";
import { within } from "../../util/async.ts";
import type { Asked, CheckValues } from "../schema-checker/checker.ts";

/** Notices for calls that were passed on as they are. */
const MISFITS = {
  "unknown-tool": {
    code: "unknown-tool-called",
    message: "The model called a tool that is not in the request; the call was passed on.",
  },
  arguments: {
    code: "arguments-unfit",
    message: "The arguments of a call do not fit the schema of its tool; the call was passed on.",
  },
} satisfies Record<string, Notice>;

/** Characters of arguments that are checked, for all calls of an answer together: they are parsed in this thread. */
const LOOKED_AT = 262_144;
/** Milliseconds that the end of an answer waits for the check. */
const WAIT_MS = 250;

/** Observes the events of one answer. */
export class CallInspector {
  readonly #tools: ReadonlyMap<string, Tool>;
  readonly #check: CheckValues;
  readonly #asked: Asked[] = [];
  #misfit: keyof typeof MISFITS | undefined;
  #tool: Tool | undefined;
  #json = "";
  #left = LOOKED_AT;

  constructor(tools: readonly Tool[], check: CheckValues) {
    this.#tools = new Map(tools.map((tool) => [tool.name, tool]));
    this.#check = check;
  }

  see(event: TurnEvent): void {
    if (event.type === "tool-call-start") {
      this.#tool = this.#tools.get(event.name);
      this.#json = "";
      if (this.#tool === undefined) this.#misfit ??= "unknown-tool";
    } else if (event.type === "tool-call-delta") {
      this.#left -= event.json.length;
      if (this.#left >= 0) this.#json += event.json;
    } else if (event.type === "tool-call-end") this.#keep();
  }

  #keep(): void {
    const tool = this.#tool;
    if (tool === undefined || this.#left < 0) return;
    const value = parseObject(this.#json === "" ? "{}" : this.#json);
    if (value === undefined) this.#misfit ??= "arguments";
    else this.#asked.push({ schema: tool.inputSchema, value });
  }

  /** The misfits found in time. Rejects with the signal's reason. */
  async misfit(signal: AbortSignal): Promise<Notice | undefined> {
    if (this.#misfit !== undefined) return MISFITS[this.#misfit];
    if (this.#asked.length === 0) return undefined;
    const late = new AbortController();
    const checking = this.#check(this.#asked, AbortSignal.any([signal, late.signal]));
    const checked = await within(checking, WAIT_MS);
    // A later result has no use.
    checking.catch(() => undefined);
    late.abort();
    return checked?.some(({ problems }) => problems !== undefined) === true ? MISFITS.arguments : undefined;
  }
}
