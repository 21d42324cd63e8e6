/**
 * The tool `hook`. In the legacy era it only stays open, for hosts that treat sampling during a call as part of the chat; in
 * the modern era sampling requests reach the host through it.
 */
import {
  inputRequired,
  type CallToolResult,
  type CreateMessageRequestParams,
  type InputRequiredResult,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { HookRounds, HookState } from "./hook-rounds.ts";
import type { ToolContext } from "./tools.ts";

/** Clients give up a call after 60 s without progress. */
const HOLD_MS = 45_000;
const HOLD_WITH_PROGRESS_MS = 3_600_000;

/** Holds the call open until the host cancels it or the bridge stops. */
export async function holdHook(context: ServerContext, tools: ToolContext): Promise<CallToolResult> {
  return withProgress(context, tools, async () => {
    await either(context.mcpReq.signal, tools.stopping);
    return said("The hook has ended.");
  });
}

/** One round of the modern era: takes the answer that the call brings and waits for the next request. */
export async function pullHook(
  context: ServerContext,
  tools: ToolContext,
  rounds: HookRounds,
): Promise<CallToolResult | InputRequiredResult> {
  const { signal, _meta: meta, inputResponses = {} } = context.mcpReq;
  return withProgress(context, tools, async () => {
    const reply = await rounds.serve({
      state: context.mcpReq.requestState<HookState>(),
      responses: inputResponses,
      holdMs: meta?.progressToken === undefined ? HOLD_MS : HOLD_WITH_PROGRESS_MS,
      signal,
    });
    if ("text" in reply) return said(reply.text);
    // The params are ours, and their type is looser than that of the SDK.
    const params = reply.params as unknown as CreateMessageRequestParams;
    return inputRequired({
      inputRequests: { [reply.key]: inputRequired.createMessage(params) },
      requestState: reply.requestState,
    });
  });
}

/** Reports progress while `run` runs, so that the host does not give up the call. */
async function withProgress<Result>(
  context: ServerContext,
  tools: ToolContext,
  run: () => Promise<Result>,
): Promise<Result> {
  const progressToken = context.mcpReq._meta?.progressToken;
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
    return await run();
  } finally {
    clearInterval(timer);
  }
}

function said(text: string): CallToolResult {
  return { content: [{ type: "text", text }] };
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
