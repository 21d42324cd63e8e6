/** What an error of the editor's language model API means for the client that asked. */
import { BridgeError, type ErrorCode } from "../../src/index.ts";
import { kindOfWords, LIMITS, TOO_LONG, type FailureKind } from "../../src/turn/failure-words.ts";
import { firstWords } from "../../src/util/first-words.ts";
import { safeLine } from "../../src/util/safe-line.ts";

/** Copilot says by the name alone what the stable API has no code for. */
const BY_NAME: Readonly<Record<string, ErrorCode>> = {
  ChatQuotaExceeded: "host_quota_exhausted",
  ChatRateLimited: "host_rate_limited",
};

/** `LanguageModelError.code`, as the API documents it; a provider is rate limited as `Blocked`. */
const BY_CODE: Readonly<Record<string, ErrorCode>> = {
  NoPermissions: "consent_denied",
  NotFound: "model_not_found",
  Blocked: "host_rate_limited",
};

const WORDS: readonly (readonly [RegExp, ErrorCode])[] = [[TOO_LONG, "context_too_long"], ...LIMITS];

/** Characters of a message that are looked at. */
const MESSAGE_LENGTH = 8192;

const UNREADABLE = "VS Code could not read an image: it is damaged. Send it again, or leave it out.";

/** The next step after a refusal. */
export const ALLOW_STEP =
  'Run the command "MCP Token Bridge: Allow Access to the Models" in VS Code, then send a new message.';

export function failureOf(thrown: unknown): BridgeError {
  if (thrown instanceof BridgeError) return thrown;
  if (isEvent(thrown)) return new BridgeError("invalid_request", UNREADABLE, { param: "messages" });
  const { name, code, message } = (thrown ?? {}) as { name?: unknown; code?: unknown; message?: unknown };
  const text = typeof message === "string" ? message.slice(0, MESSAGE_LENGTH) : "";
  const told = own(BY_NAME, name) ?? own(BY_CODE, code);
  const kind = told === undefined ? kindOf(firstWords(text)) : { code: told, transient: false };
  return new BridgeError(kind.code, wordsFor(kind.code, safeLine(text)), {
    cause: thrown,
    transient: kind.transient,
  });
}

/** The browser's, which the editor throws as it is where a picture cannot be decoded. */
function isEvent(thrown: unknown): boolean {
  return typeof thrown === "object" && thrown !== null && "isTrusted" in thrown;
}

function kindOf(line: string): FailureKind {
  const known = WORDS.find(([pattern]) => pattern.test(line))?.[1];
  return known === undefined ? kindOfWords(line) : { code: known, transient: false };
}

function own(table: Readonly<Record<string, ErrorCode>>, key: unknown): ErrorCode | undefined {
  return typeof key === "string" && Object.hasOwn(table, key) ? table[key] : undefined;
}

function wordsFor(kind: ErrorCode, text: string): string {
  // Clients recognise these words and compact the conversation.
  if (kind === "context_too_long") return `prompt is too long: ${text}`;
  if (kind === "consent_denied") return `VS Code's models were not lent: ${text} ${ALLOW_STEP}`;
  return `The model in VS Code failed: ${text}`;
}
