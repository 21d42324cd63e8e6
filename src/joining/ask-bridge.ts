/** Requests of the command line to a running bridge, or to a program that may be one. */
import { oneLine } from "../util/terminal-text.ts";

const ANSWER_WITHIN_MS = 5000;
/** Maximum bytes of a response: another program may listen there and send without end. */
const LONGEST_ANSWER = 4_194_304;

export interface BridgeAddress {
  readonly url: string;
  readonly key: string | undefined;
}

export interface AskOptions {
  readonly method?: "GET" | "POST";
  /** Sent as JSON. */
  readonly body?: object;
  /** Time limit for the complete response, in milliseconds. */
  readonly withinMs?: number;
}

/** The bridge's response, parsed where it is JSON, or why there is none. */
export type Reply = { readonly status: number; readonly body: unknown } | { readonly error: string };

export async function askBridge(
  { url, key }: BridgeAddress,
  path: string,
  { method = "GET", body, withinMs = ANSWER_WITHIN_MS }: AskOptions = {},
): Promise<Reply> {
  try {
    const response = await fetch(url + path, {
      method,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(withinMs),
      redirect: "manual",
    });
    return { status: response.status, body: parsed(await beginning(response)) };
  } catch (error) {
    return { error: reasonOf(error) };
  }
}

/** The body up to the maximum. */
export async function beginning({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= LONGEST_ANSWER) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Node's fetch hides the system's error code in the cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return oneLine(String(error));
  const { cause } = error;
  if (cause instanceof Error && "code" in cause) return String(cause.code);
  return error.name === "TimeoutError" ? "no response in time" : oneLine(error.message);
}
