/**
 * Classifies a host's JSON-RPC error. MCP reserves -1 for a refusal by the person (2025-11-25, Sampling, "Error
 * handling"), but real hosts send their own codes, and only the text says what happened.
 */
import { BridgeError } from "../../turn/error.ts";
import type { ErrorCode } from "../../turn/error-kinds.ts";
import { firstWords } from "../../util/first-words.ts";
import { kindOfWords, LIMITS, TOO_LONG, type FailureKind } from "../../turn/failure-words.ts";
import { FAILURE_CODES } from "./sampling-stream.ts";
import { safeLine } from "../../util/safe-line.ts";

/** Characters of a message that are kept. */
const MESSAGE_LENGTH = 8192;

/** An error response of the host; a long message is cut. */
export class JsonRpcFailure extends Error {
  readonly code: number;
  /** The method that failed. */
  readonly method: string;

  constructor(code: number, message: string, method: string) {
    super(message.slice(0, MESSAGE_LENGTH));
    this.name = "JsonRpcFailure";
    this.code = code;
    this.method = method;
  }
}

/** How errors of one host are described. */
export interface HostWords {
  readonly name: string;
  /** What the person should do after a refusal. */
  readonly refusalStep?: string | undefined;
}

const METHOD_NOT_FOUND = -32_601;
const INVALID_PARAMS = -32_602;
/** The message of version 1 of the Python SDK for any failure of its own. */
const ANY_FAILURE = "Invalid request parameters";
/** A refusal by the person. */
export const REJECTED_BY_USER = -1;

const NO_MODELS =
  /allow-?listed models|no (?:language )?models? (?:is |are )?(?:available|allowed|configured|selected)/i;
/** The meaning of a message whose first line matches all patterns of a row. */
const MEANINGS: readonly (readonly [patterns: readonly RegExp[], code: ErrorCode])[] = [
  // The operating system's message for a file that may not be read.
  [[/\b(?:EACCES|EPERM)\b/], "host_failed"],
  [[NO_MODELS], "consent_denied"],
  [
    [
      /\b(?:user|person|permission|consent|sampling)\b/i,
      /\b(?:denied|rejected|declined|refused|dismissed|disallowed)\b/i,
    ],
    "consent_denied",
  ],
  [[TOO_LONG], "context_too_long"],
  // The host's limit of requests in one session: neither waiting nor a retry helps.
  [
    [/\b(?:session|lifetime|per (?:connection|run|server))\b/i, /\b(?:limit|limited|cap|maximum|max)\b/i],
    "host_quota_exhausted",
  ],
  ...LIMITS.map(([pattern, code]) => [[pattern], code] as const),
];

/** The host's failure as an error for the client: classified, one line, without the host's paths. */
export function classify(failure: JsonRpcFailure, host: HostWords): BridgeError {
  const text = safeLine(failure.message);
  const { code, transient } = kindOf(failure);
  const detail = { cause: failure, transient };
  switch (code) {
    case "host_cannot_sample":
      return new BridgeError(code, `The MCP host (${host.name}) does not support sampling: ${text}`, detail);
    case "consent_denied":
      return new BridgeError(
        code,
        `The request was refused at the MCP host (${host.name}): ${text} ${nextStep(failure, host)}`,
        detail,
      );
    case "context_too_long":
      // Clients recognise this text and compact the conversation.
      return new BridgeError(code, `prompt is too long: ${text}`, detail);
    default:
      return new BridgeError(code, `The MCP host (${host.name}) failed: ${text}`, detail);
  }
}

function kindOf({ code, message, method }: JsonRpcFailure): FailureKind {
  if (code === METHOD_NOT_FOUND) {
    return lasting(method === "sampling/createMessage" ? "host_cannot_sample" : "host_failed");
  }
  if (code === REJECTED_BY_USER) return lasting("consent_denied");
  const told = TOLD.get(code);
  if (told !== undefined && told !== "host_failed") return lasting(told);
  const line = firstWords(message);
  if (told === "host_failed") return kindOfWords(line);
  const known = MEANINGS.find(([patterns]) => patterns.every((pattern) => pattern.test(line)))?.[1];
  if (known !== undefined) return lasting(known);
  if (code !== INVALID_PARAMS) return kindOfWords(line);
  return lasting(line === ANY_FAILURE ? "host_failed" : "invalid_request");
}

/** The kind that a host with our extension sends itself. */
const TOLD: ReadonlyMap<number, ErrorCode> = new Map(
  (Object.entries(FAILURE_CODES) as [ErrorCode, number][]).map(([kind, told]) => [told, kind]),
);

const lasting = (code: ErrorCode): FailureKind => ({ code, transient: false });

function nextStep(failure: JsonRpcFailure, host: HostWords): string {
  if (NO_MODELS.test(failure.message))
    return "Tick at least one model for this server in the host, then send a new message.";
  return host.refusalStep ?? "Allow sampling for this server there, then send a new message.";
}
