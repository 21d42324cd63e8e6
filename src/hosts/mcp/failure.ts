/**
 * What a host's JSON-RPC error means. MCP reserves -1 for a refusal by the person (sampling, "Error handling"),
 * but hosts in use send their own codes and put what happened into the text.
 */
import { BridgeError, type ErrorCode } from "../../turn/error.ts";

/** An error answer of the host, as it came. */
export class JsonRpcFailure extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.name = "JsonRpcFailure";
    this.code = code;
  }
}

const METHOD_NOT_FOUND = -32_601;
const REJECTED_BY_USER = -1;

const PATTERNS: readonly (readonly [RegExp, ErrorCode])[] = [
  [
    /denied permission|permission denied|user (?:has )?(?:denied|rejected|declined)|rejected by (?:the )?user/i,
    "consent_denied",
  ],
  [/rate.?limit|too many requests/i, "host_rate_limited"],
  [/quota|premium requests|insufficient credit/i, "host_quota_exhausted"],
  [/token limit|context.?(?:length|window)|prompt is too long|maximum context/i, "context_too_long"],
];

/** The host's failure as an error for the client: classified, one line, without the host's paths. */
export function classify(failure: JsonRpcFailure, hostName: string): BridgeError {
  const text = safeLine(failure.message);
  const detail = { cause: failure };
  if (failure.code === METHOD_NOT_FOUND) {
    return new BridgeError("host_cannot_sample", `${hostName} does not offer sampling: ${text}`, detail);
  }
  const code =
    failure.code === REJECTED_BY_USER
      ? "consent_denied"
      : (PATTERNS.find(([pattern]) => pattern.test(failure.message))?.[1] ?? "host_failed");
  if (code === "consent_denied") {
    return new BridgeError(
      code,
      `The request was refused at the MCP host (${hostName}): ${text} ` +
        "Allow sampling for this server there, then send a new message.",
      detail,
    );
  }
  // Clients recognise these words and compact the conversation.
  if (code === "context_too_long") return new BridgeError(code, `prompt is too long: ${text}`, detail);
  return new BridgeError(code, `The MCP host (${hostName}) failed: ${text}`, detail);
}

/** The first line, shortened, without the wrapper some hosts add and without local paths or URLs. */
export function safeLine(message: string): string {
  const [first = ""] = message.split(/\r?\n/, 1);
  const line = first
    .replace(/^Unknown error: (?:Error: )?/, "")
    .replaceAll(/\b(?:file|https?|vscode-[\w-]+):\/\/\S+/g, "(address)")
    .replaceAll(/(?:\/[\w.@-]+){3,}|[A-Z]:\\\S+/g, "(path)")
    .trim()
    .slice(0, 300);
  return line === "" ? "no reason given." : /[.!?]$/.test(line) ? line : `${line}.`;
}
