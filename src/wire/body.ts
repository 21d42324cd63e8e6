/**
 * An async iterable of text as the body of an HTTP response. Text that is produced in one go leaves in one write: it
 * is gathered until the source has to wait or `CHUNK` characters are there, so that a stream of single characters
 * costs hardly more than one of paragraphs. A reader that does not read stops the source.
 */
import type { Writable } from "node:stream";
import { nextTurn } from "../util/next-turn.ts";

/** Characters gathered before the source has to wait. */
const CHUNK = 32_768;
/** Bytes that are written at once. */
const LARGE = 65_536;

export interface BodyOptions {
  /** Milliseconds for which nothing may move because the reader does not read; then the connection is dropped. */
  readonly stallMs: number;
  /** Called with the size of each write in bytes. */
  readonly onWrite?: (bytes: number) => void;
}

/**
 * Writes all of `source` and ends `out`; resolves when the last byte was handed to the system, or the reader has left.
 * A reader that leaves does not wake a source that waits: that is for the abort signal the source was started with.
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
      // However fast the reader, others get their turn.
      await nextTurn();
    } else if (!scheduled) {
      scheduled = true;
      // A tick comes when no promise can go on, which is when the source waits for something from outside.
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

/** Writes a body that is there as a whole and ends `out`, in pieces where its reader might not take it all. */
export function endWith(text: string, out: Writable, stallMs: number): void {
  // A UTF-16 unit takes at most three bytes. A text leaves in one piece with the headers, where bytes would be a second one.
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

/** Waits for the event or the end of the connection, and ends the connection when neither comes in time. */
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
