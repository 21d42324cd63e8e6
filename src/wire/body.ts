/**
 * Writes an async iterable of text as the body of an HTTP response. Text is gathered until the source has to wait or
 * there are `CHUNK` characters, and then leaves in one write, so that a stream of single characters costs hardly more
 * than one of paragraphs. A reader that does not read stops the source.
 */
import type { Writable } from "node:stream";
import { nextTurn } from "../util/next-turn.ts";

/** Characters gathered before the source has to wait. */
const CHUNK = 32_768;
/** Bytes that are written at once. */
const LARGE = 65_536;

export interface BodyOptions {
  /** Milliseconds after which the connection of a reader that does not read is closed. */
  readonly stallMs: number;
  /** Called with the size of each write in bytes. */
  readonly onWrite?: (bytes: number) => void;
}

/**
 * Writes all of `source` and ends `out`; resolves when the last byte was handed to the system, or the reader has left.
 * A reader that leaves does not wake a waiting source; the abort signal that the source was started with does.
 *
 * Rejects when the source throws; `out` is then left as it is.
 */
export async function writeBody(
  source: AsyncIterable<string>,
  out: Writable,
  options: BodyOptions,
): Promise<void> {
  let gathered = "";
  let scheduled = false;
  const flush = (): void => {
    scheduled = false;
    if (gathered === "" || out.destroyed) return;
    const bytes = Buffer.from(gathered);
    gathered = "";
    out.write(bytes);
    options.onWrite?.(bytes.byteLength);
  };

  for await (const text of source) {
    if (out.destroyed) return;
    gathered += text;
    if (gathered.length >= CHUNK) {
      flush();
      // Also with a fast reader, other work gets its turn.
      await nextTurn();
    } else if (!scheduled) {
      scheduled = true;
      // A tick runs when no promise can continue, that is, when the source waits for something from outside.
      process.nextTick(flush);
    }
    if (out.writableNeedDrain) await until(out, "drain", options.stallMs);
    if (out.destroyed) return;
  }
  flush();
  if (out.destroyed) return;
  out.end();
  await until(out, "finish", options.stallMs);
}

/** Writes a complete body and ends `out`; a large body is written in pieces, in case its reader is slow. */
export function endWith(text: string, out: Writable, stallMs: number): void {
  // A UTF-16 unit takes at most three bytes. Node sends a string in one write with the headers, but bytes in a second one.
  if (text.length * 3 <= LARGE) {
    out.end(text);
    return;
  }
  const body = Buffer.from(text);
  const written = async (): Promise<void> => {
    for (let start = 0; start < body.byteLength && !out.destroyed; start += LARGE) {
      out.write(body.subarray(start, start + LARGE));
      if (out.writableNeedDrain) await until(out, "drain", stallMs);
    }
    if (out.destroyed) return;
    out.end();
    await until(out, "finish", stallMs);
  };
  written().catch(() => out.destroy());
}

/** Waits for the event or the end of the connection, and closes the connection when neither comes in time. */
function until(out: Writable, event: "drain" | "finish", stallMs: number): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      clearTimeout(timer);
      out.off(event, settle);
      out.off("close", settle);
      resolve();
    };
    const timer = setTimeout(() => out.destroy(), stallMs);
    out.once(event, settle);
    out.once("close", settle);
  });
}
