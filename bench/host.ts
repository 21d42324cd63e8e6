import type { Readable, Writable } from "node:stream";

import type { Model } from "./model.ts";

const NEWLINE = "\n".charCodeAt(0);
/** Declared by hosts that send the pieces of an answer as progress. */
const STREAM_EXTENSION = "mcp-token-bridge/sampling-stream";

/** Where a prompt says which of the driver's callers it comes from. */
export const slotMark = (slot: number): string => `slot=${String(slot).padStart(5, "0")} `;

export interface HostOptions {
  /** Sends each word of its answer before the answer. */
  readonly streams?: boolean;
  /** Takes tools itself. */
  readonly native?: boolean;
}

/**
 * A raw MCP host without SDK: JSON lines over the pipes of a server it started. Requests are found by their
 * bytes and not parsed, so that the host takes as little as possible of the time that is measured.
 */
export async function attachHost(
  from: Readable,
  to: Writable,
  model: Model,
  { streams = false, native = false }: HostOptions = {},
): Promise<void> {
  const send = (json: string): void => void to.write(`${json}\n`);
  let initialized: () => void;
  const ready = new Promise<void>((resolve) => {
    initialized = resolve;
  });

  const onLine = (line: Buffer): void => {
    const id = /^"id":("[^"]*"|\d+)/.exec(textAt(line, '"id":', 64))?.[1];
    if (line.includes('"method":"sampling/createMessage"')) {
      const token = /^"progressToken":("[^"]*"|\d+)/.exec(textAt(line, '"progressToken":', 80))?.[1];
      const slot = Number(textAt(line, "slot=", 10).slice(5));
      model.ask(slot, (text) => {
        if (streams) for (const delta of deltasOf(text)) send(progress(token ?? "", delta));
        const content = { type: "text", text };
        const result = { role: "assistant", content, model: "bench-model", stopReason: "endTurn" };
        send(`{"jsonrpc":"2.0","id":${id},"result":${JSON.stringify(result)}}`);
      });
    } else if (id === '"initialize"') {
      send('{"jsonrpc":"2.0","method":"notifications/initialized"}');
      initialized();
    } else if (id !== undefined) {
      const error = { code: -32601, message: "Method not found" };
      send(`{"jsonrpc":"2.0","id":${id},"error":${JSON.stringify(error)}}`);
    }
  };

  const params = {
    protocolVersion: "2025-11-25",
    capabilities: {
      sampling: native ? { tools: {} } : {},
      ...(streams && { experimental: { [STREAM_EXTENSION]: {} } }),
    },
    clientInfo: { name: "bench-host", version: "0" },
  };
  eachLine(from, (line) => onLine(line), to);
  send(JSON.stringify({ jsonrpc: "2.0", id: "initialize", method: "initialize", params }));
  await ready;
}

/** One word of an answer, as a host with the bridge's extension sends it. */
const progress = (token: string, message: string): string =>
  `{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":${token},"progress":1,"message":${JSON.stringify(message)}}}`;

const deltasOf = (text: string): readonly string[] => text.match(/\s*\S+|\s+$/g) ?? [];

/** `length` bytes from where `mark` first occurs; empty where it does not. */
function textAt(line: Buffer, mark: string, length: number): string {
  const start = line.indexOf(mark);
  return start < 0 ? "" : line.toString("latin1", start, start + length);
}

/** Calls `onLine` for every line; what is written meanwhile to `to` leaves in one piece for each chunk read. */
function eachLine(from: Readable, onLine: (line: Buffer) => void, to: Writable): void {
  let partial: Buffer[] = [];
  from.on("data", (chunk: Buffer) => {
    to.cork();
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      onLine(Buffer.concat([...partial, chunk.subarray(start, end)]));
      partial = [];
      start = end + 1;
    }
    if (start < chunk.length) partial.push(chunk.subarray(start));
    to.uncork();
  });
}
