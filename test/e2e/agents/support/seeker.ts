/** A scripted model that finds a tool with a search, calls it, and hands its result over in the form that was asked for. */
import type { Conversation } from "./conversation.ts";
import type { Step } from "./model.ts";

/** The tool that the agent keeps back until it was searched for. */
export const KEPT_BACK = "mcp__fruit__ripen";

export function seek({ said, tools, results }: Conversation): Step {
  const call = (name: string, args: Readonly<Record<string, unknown>>): Step =>
    tools.some((tool) => tool.name === name)
      ? { text: "", calls: [{ name, arguments: args }] }
      : { text: `There is no ${name}.`, calls: [] };
  const failed = results.find((result) => result.failed);
  if (failed !== undefined) return { text: `A tool failed: ${failed.text}`, calls: [] };
  const [, fruit] = /Ripen the fruit (\w+)/.exec(said) ?? [];
  switch (results.length) {
    case 0:
      return call("ToolSearch", { query: `select:${KEPT_BACK}`, max_results: 5 });
    case 1:
      return call(KEPT_BACK, { fruit });
    case 2:
      return call("StructuredOutput", { fruit: results[1]?.text });
    default:
      return { text: "The fruit is ripe.", calls: [] };
  }
}
