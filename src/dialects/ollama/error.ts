/** Errors in Ollama's form: a sentence; its packages read nothing else, others may read our code. */
import type { BridgeError } from "../../turn/error.ts";
import type { ErrorReply } from "../dialect.ts";

export function error(error: BridgeError): ErrorReply {
  return { status: error.kind.status, body: errorBody(error) };
}

/** The error object, also the last line of a stream that failed. */
export function errorBody({ message, code }: BridgeError): { readonly error: string; readonly code: string } {
  return { error: message, code };
}
