import {
  Client,
  type CreateMessageRequestParams,
  type CreateMessageResult,
} from "@modelcontextprotocol/client";
import { stdioBridge } from "../processes/stdio-bridge.ts";

export interface HostCall {
  readonly params: CreateMessageRequestParams;
  /** Aborts when the bridge cancels the call. */
  readonly signal: AbortSignal;
}

export type HostModel = (call: HostCall) => CreateMessageResult | Promise<CreateMessageResult>;

export interface ClientHost {
  /** Where the bridge listens. */
  readonly url: string;
  /** Every sampling request so far. */
  readonly calls: HostCall[];
  /** What answers the next ones. */
  model: HostModel;
  close(): Promise<void>;
}

/** The official MCP client as a host: it starts the real program over stdio and lends it a model. */
export async function startClientHost(flags: readonly string[] = []): Promise<ClientHost> {
  const client = new Client({ name: "test-host", version: "1.0.0" }, { capabilities: { sampling: {} } });
  const calls: HostCall[] = [];
  const lent: { model: HostModel } = { model: () => answer("Hello from the host.") };
  client.setRequestHandler("sampling/createMessage", (request, context) => {
    const call = { params: request.params, signal: context.mcpReq.signal };
    calls.push(call);
    return lent.model(call);
  });
  const { transport, url, log } = stdioBridge(flags);
  await client.connect(transport).catch((error: unknown) => {
    throw new Error(`The bridge did not start:\n${log.join("\n")}`, { cause: error });
  });
  return Object.assign(lent, { url: await url, calls, close: () => client.close() });
}

export function answer(text: string, stopReason = "endTurn"): CreateMessageResult {
  return { role: "assistant", model: "test/model", stopReason, content: { type: "text", text } };
}

/** The text of the last message of a call. */
export function lastText(call: HostCall): string {
  const content = [call.params.messages.at(-1)?.content ?? []].flat();
  return content.map((block) => (block.type === "text" ? block.text : "")).join("");
}
