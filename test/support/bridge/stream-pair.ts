import { PassThrough } from "node:stream";
import { Peer } from "../../../src/hosts/mcp/peer.ts";
import { StdioTransport, type StdioLimits } from "../../../src/hosts/mcp/stdio.ts";
import { ScriptedHost, type ScriptedHostOptions } from "../hosts/scripted-host.ts";

export interface StreamPair {
  readonly transport: StdioTransport;
  readonly host: ScriptedHost;
}

/** Our stdio transport with a scripted host at the other end of its streams. */
export function streamPair(options: ScriptedHostOptions = {}, limits: Partial<StdioLimits> = {}): StreamPair {
  const toBridge = new PassThrough();
  const toHost = new PassThrough();
  const host = new ScriptedHost(toHost, toBridge, options);
  return { transport: new StdioTransport(toBridge, toHost, limits), host };
}

/** A started peer before a scripted host, without a handshake. */
export async function connectedPeer(
  options: ScriptedHostOptions = {},
  limits: Partial<StdioLimits> = {},
): Promise<{ readonly peer: Peer; readonly host: ScriptedHost }> {
  const { transport, host } = streamPair(options, limits);
  const peer = new Peer(transport);
  await peer.start();
  return { peer, host };
}
