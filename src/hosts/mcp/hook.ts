import type { CallToolResult, ServerContext } from "@modelcontextprotocol/server";
import type { ToolContext } from "./tools.ts";

/**
 * Holds a tool call open until the host cancels it or the bridge stops, and reports progress so that the host does not
 * think it hangs. On the legacy era sampling needs no open call; hosts treat sampling during one as part of the chat.
 */
export async function hook(context: ServerContext, tools: ToolContext): Promise<CallToolResult> {
  const { signal, _meta: meta } = context.mcpReq;
  const progressToken = meta?.progressToken;
  let progress = 0;
  const report = (): void => {
    if (progressToken === undefined) return;
    progress += 1;
    context.mcpReq
      .notify({
        method: "notifications/progress",
        params: { progressToken, progress, message: tools.summary() },
      })
      .catch(() => undefined);
  };
  report();
  const timer = setInterval(report, tools.hookProgressMs);
  try {
    await either(signal, tools.stopping);
  } finally {
    clearInterval(timer);
  }
  return { content: [{ type: "text", text: "The hook has ended." }] };
}

async function either(...signals: readonly AbortSignal[]): Promise<void> {
  const over = new AbortController();
  await new Promise<void>((resolve) => {
    for (const signal of signals) {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { once: true, signal: over.signal });
    }
  });
  over.abort();
}
