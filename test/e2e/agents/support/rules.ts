/** What a strict host refuses (MCP 2025-11-25, Sampling, "Message content constraints" and "Tool use and result balance"). */
import type { Block, SamplingParams } from "./conversation.ts";

/** The first rule that the request breaks; undefined when it keeps them. */
export function brokenRule(params: SamplingParams, declaresTools: boolean): string | undefined {
  if (!declaresTools && params.tools !== undefined) return "tools to a host that declares none";
  let open: string[] = [];
  for (const { content } of params.messages) {
    const blocks: readonly Block[] = [content].flat();
    const uses = ids(blocks, "tool_use");
    const results = ids(blocks, "tool_result");
    if (!declaresTools && uses.length + results.length > 0) return "tool blocks to a host that declares none";
    if (results.length > 0 && results.length < blocks.length) return "results mixed with other content";
    if (results.join() !== open.join()) return `calls ${open.join()} answered by ${results.join()}`;
    open = uses;
  }
  return open.length > 0 ? `calls ${open.join()} without results` : undefined;
}

function ids(blocks: readonly Block[], type: "tool_use" | "tool_result"): string[] {
  return blocks
    .filter((block) => block.type === type)
    .map(({ id, toolUseId }) => (type === "tool_use" ? id : toolUseId) ?? "");
}
