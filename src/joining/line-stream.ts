/** The lines of an answer that does not end. */
import { reasonOf, type BridgeAddress } from "./ask-bridge.ts";

/** Characters of one line: any program may listen there, and write without end. */
const LONGEST_LINE = 16_777_216;

/** The bridge does not give this stream; the message says why, as far as it is known. */
export class StreamError extends Error {
  override readonly name = "StreamError";
  /** None when there was no answer. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}

/**
 * Ends with the stream or with the signal; empty lines are left out.
 *
 * @throws StreamError when there is no such stream, or it breaks.
 */
export async function* linesOf(
  { url, key }: BridgeAddress,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<string> {
  try {
    const response = await fetch(url + path, {
      headers: {
        accept: "application/x-ndjson",
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
      },
      signal,
      redirect: "manual",
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      throw new StreamError(`status ${response.status}`, response.status);
    }
    const decoder = new TextDecoder();
    let rest = "";
    for await (const chunk of response.body ?? []) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > LONGEST_LINE) throw new StreamError("a line is too long");
      for (const line of lines) if (line !== "") yield line;
    }
  } catch (error) {
    if (signal.aborted) return;
    throw error instanceof StreamError ? error : new StreamError(reasonOf(error));
  }
}
