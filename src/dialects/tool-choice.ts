/** The choice among tools, as clients state it, applied to the tools that the bridge can offer: one rule for all APIs. */
import { BridgeError } from "../turn/error.ts";
import type { Tool, ToolChoice, TurnRequest } from "../turn/request.ts";

/** A choice in our names. `allowed` leaves only some of the tools; `other` demands a kind of tool that is not ours to run. */
export type StatedChoice =
  | ToolChoice
  | { readonly type: "allowed"; readonly mode: "auto" | "required"; readonly names: readonly string[] }
  | { readonly type: "other"; readonly kind: string };

/**
 * What the model may call, and whether it must. A call that is demanded must be possible: the tool that is named, or any at
 * all, must be among those that can be offered. `at` is the member of the request that states the choice.
 *
 * @throws BridgeError `unsupported_feature` where it is not.
 */
export function offered(
  declared: readonly Tool[],
  choice: StatedChoice,
  at = "tool_choice",
): Pick<TurnRequest, "tools" | "toolChoice"> {
  const tools = lastOfEach(declared);
  switch (choice.type) {
    case "auto":
    case "none":
      return { tools, toolChoice: choice };
    case "required":
      if (tools.length === 0) throw refusal(at, "demands a call, and there is no tool that can be offered");
      return { tools, toolChoice: choice };
    case "tool":
      if (!tools.some(({ name }) => name === choice.name))
        throw refusal(at, "names a tool that is not among those that can be offered");
      return { tools, toolChoice: choice };
    case "allowed": {
      const names = new Set(choice.names);
      const allowed = tools.filter(({ name }) => names.has(name));
      return offered(allowed, { type: choice.mode }, at);
    }
    case "other":
      throw refusal(at, `demands a tool of the kind ${choice.kind.slice(0, 50)}`);
    default:
      return choice satisfies never;
  }
}

/** Of a tool that is declared more than once the last declaration holds, as vendors do it. */
function lastOfEach(declared: readonly Tool[]): readonly Tool[] {
  const byName = new Map<string, Tool>();
  for (const tool of declared) {
    byName.delete(tool.name);
    byName.set(tool.name, tool);
  }
  return byName.size === declared.length ? declared : [...byName.values()];
}

function refusal(param: string, problem: string): BridgeError {
  return new BridgeError(
    "unsupported_feature",
    `${param}: it ${problem}; the bridge offers the tools that the client itself runs, and none that the vendor runs.`,
    { param },
  );
}
