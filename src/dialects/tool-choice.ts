/** Applies a client's tool choice to the tools that the bridge can offer: one rule for all APIs. */
import { BridgeError } from "../turn/error.ts";
import type { Tool, ToolChoice, TurnRequest } from "../turn/request.ts";

/** A choice in neutral form. `allowed` keeps only some of the tools; `other` requires a type of tool that the bridge cannot offer. */
export type StatedChoice =
  | ToolChoice
  | { readonly type: "allowed"; readonly mode: "auto" | "required"; readonly names: readonly string[] }
  | { readonly type: "other"; readonly kind: string };

/**
 * The tools that the model may call, and whether it must. A required call must be possible: the named tool, or at least
 * one tool, must be available. `at` is the member of the request with the choice.
 *
 * @throws BridgeError `unsupported_feature` when it is not.
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
      if (tools.length === 0) throw refusal(at, "requires a call, but there is no tool that can be offered");
      return { tools, toolChoice: choice };
    case "tool":
      if (!tools.some(({ name }) => name === choice.name))
        throw refusal(at, "names a tool that cannot be offered");
      return { tools, toolChoice: choice };
    case "allowed": {
      const names = new Set(choice.names);
      const allowed = tools.filter(({ name }) => names.has(name));
      return offered(allowed, { type: choice.mode }, at);
    }
    case "other":
      throw refusal(at, `requires a tool of the type ${choice.kind.slice(0, 50)}`);
    default:
      return choice satisfies never;
  }
}

/** When a tool is declared more than once, the last declaration counts, as with the vendors. */
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
    `${param}: it ${problem}; the bridge offers only tools that the client runs, not those of the vendor.`,
    { param },
  );
}
