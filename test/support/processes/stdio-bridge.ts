import type { Readable } from "node:stream";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { eachLine } from "../streams/json-lines.ts";
import { MAIN } from "./spawned-bridge.ts";

export interface StdioBridge {
  /** Starts the real program when a client connects to it. */
  readonly transport: StdioClientTransport;
  /** Where it listens, once it does. */
  readonly url: Promise<string>;
  /** What it has logged so far. */
  readonly log: readonly string[];
}

/** The real program as a host starts it, on a port of its own. */
export function stdioBridge(flags: readonly string[] = []): StdioBridge {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [MAIN, "--port", "0", "--log-format", "json", ...flags],
    stderr: "pipe",
  });
  const { stderr } = transport;
  if (stderr === null) throw new Error("The bridge's log cannot be read.");
  const log: string[] = [];
  const url = new Promise<string>((resolve) => {
    eachLine(stderr as Readable, (line) => {
      log.push(line);
      if (line.includes('"msg":"listening"')) resolve((JSON.parse(line) as { url: string }).url);
    });
  });
  return { transport, url, log };
}
