/** Errors as JSON: the form in which one of our processes sends an error to another. */
import * as z from "zod";
import { safeLine } from "../util/safe-line.ts";
import { cut, shown, type Immutable } from "../util/shape.ts";
import { BridgeError } from "./error.ts";
import { ERROR_KINDS, type ErrorCode } from "./error-kinds.ts";

/** The codes that a turn at a host may fail with; any other code from the other side becomes `host_failed`. */
const HOST_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "invalid_request",
  "unsupported_feature",
  "context_too_long",
  "consent_denied",
  "model_not_found",
  "payload_too_large",
  "queue_full",
  "queue_timeout",
  "host_rate_limited",
  "host_quota_exhausted",
  "host_failed",
  "host_gone",
  "host_cannot_sample",
  "host_timeout",
  "shutting_down",
  "stopped",
]);
const LONGEST_MESSAGE = 1000;

const errorCode = z
  .enum(Object.keys(ERROR_KINDS) as [ErrorCode, ...ErrorCode[]])
  .catch("host_failed")
  .transform((code) => (HOST_CODES.has(code) ? code : "host_failed"));

/** The part of an error that crosses to another process: only what a client may see. */
export const failure = z.object({
  code: errorCode,
  message: z.string().transform((text) => safeLine(text, LONGEST_MESSAGE)),
  param: shown(200).exactOptional(),
  transient: z.boolean().exactOptional(),
  unheard: z.boolean().exactOptional(),
});
export type Failure = Immutable<z.output<typeof failure>>;

export function failureOf({ code, message, param, transient, unheard }: BridgeError): Failure {
  return {
    code,
    message: cut(message, LONGEST_MESSAGE),
    ...(param !== undefined && { param }),
    ...(transient && { transient }),
    ...(unheard && { unheard }),
  };
}

export function errorOf({ code, message, ...detail }: Failure): BridgeError {
  return new BridgeError(code, message, detail);
}
