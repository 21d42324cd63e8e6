import { BridgeError } from "../turn/error.ts";

/**
 * Reads a JSON body of at most `limit` bytes.
 *
 * @throws BridgeError `unsupported_media_type`, `payload_too_large` or `invalid_request`.
 */
export async function readJson(request: Request, limit: number): Promise<unknown> {
  const encoding = request.headers.get("content-encoding");
  if (encoding !== null && encoding.toLowerCase() !== "identity") {
    throw new BridgeError(
      "unsupported_media_type",
      "Compressed request bodies are not accepted. Send plain JSON.",
    );
  }
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > limit) throw tooLarge(limit);
  return parseJson(await readText(request, limit));
}

/** @throws BridgeError `invalid_request` when `text` is not JSON. */
export function parseJson(text: string): unknown {
  try {
    // A `__proto__` member becomes an own property here and would turn dangerous in a later merge.
    return text.includes("__proto__") ? JSON.parse(text, withoutPrototype) : JSON.parse(text);
  } catch {
    throw new BridgeError("invalid_request", "The request body is not valid JSON.");
  }
}

function withoutPrototype(key: string, value: unknown): unknown {
  return key === "__proto__" ? undefined : value;
}

async function readText(request: Request, limit: number): Promise<string> {
  if (request.body === null) return "";
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  let size = 0;
  for await (const chunk of request.body) {
    size += chunk.byteLength;
    if (size > limit) throw tooLarge(limit);
    pieces.push(decoder.decode(chunk, { stream: true }));
  }
  pieces.push(decoder.decode());
  return pieces.join("");
}

function tooLarge(limit: number): BridgeError {
  const megabytes = Math.round((limit / 1_048_576) * 10) / 10;
  return new BridgeError(
    "payload_too_large",
    `The request body is larger than the limit of ${megabytes} MiB.`,
  );
}
