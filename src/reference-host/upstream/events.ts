/** The body of a reply: events of a stream as they come, a whole answer, or the text of an error. All bounded. */
import { EventSourceParserStream } from "eventsource-parser/stream";
import { within } from "../../util/async.ts";
import { UpstreamError } from "./upstream.ts";

/** No model writes so much between two events; a stream that does is none. */
const LONGEST_EVENT = 16 * 1_048_576;
/** Characters of one answer with everything around it. */
const LONGEST_ANSWER = 256 * 1_048_576;
const LONGEST_ERROR = 65_536;
/** Milliseconds that the end of an error's text is waited for. */
const ERROR_WAIT_MS = 5000;
/** Milliseconds that an answer which has its reason may stay open. */
const LINGER_MS = 3000;

export interface StreamedEvent {
  readonly event: string | undefined;
  readonly data: string;
}

/**
 * The events of a stream, until its reader has all it needs: `over` says that nothing more can come, `complete` that only
 * extras can. A connection that stays open after that is closed.
 */
export async function* eventsOf(
  body: ReadableStream<Uint8Array>,
  over: () => boolean,
  complete: () => boolean,
): AsyncGenerator<StreamedEvent> {
  const reader = body
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(bounded(LONGEST_ANSWER))
    .pipeThrough(new EventSourceParserStream({ maxBufferSize: LONGEST_EVENT, onError: "terminate" }))
    .getReader();
  try {
    while (!over()) {
      const next = reader.read();
      next.catch(() => undefined);
      const result = complete() ? await within(next, LINGER_MS) : await next;
      if (result === undefined || result.done) return;
      yield { event: result.value.event, data: result.value.data };
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Ends a text that grows beyond `limit`, and ends the last line of one that breaks off in it. */
function bounded(limit: number): TransformStream<string, string> {
  let size = 0;
  return new TransformStream({
    transform(text, controller) {
      size += text.length;
      if (size > limit) controller.error(new UpstreamError("The upstream's answer does not end."));
      else controller.enqueue(text);
    },
    flush: (controller) => controller.enqueue("\n\n"),
  });
}

/** The text of a body up to `limit` bytes; what is beyond, or does not come for a while, is left. */
export async function textOf(
  body: ReadableStream<Uint8Array> | null,
  limit = LONGEST_ERROR,
  waitMs = ERROR_WAIT_MS,
): Promise<{ readonly text: string; readonly whole: boolean }> {
  if (body === null) return { text: "", whole: true };
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let whole = false;
  try {
    while (size < limit) {
      const next = reader.read();
      next.catch(() => undefined);
      const result = await within(next, waitMs);
      if (result === undefined || result.done) {
        whole = result !== undefined;
        break;
      }
      chunks.push(result.value);
      size += result.value.byteLength;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
  return { text: new TextDecoder().decode(Buffer.concat(chunks).subarray(0, limit)), whole };
}
