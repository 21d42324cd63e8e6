/** Input beside the text of a question: files, images, a pipe. */
import { createReadStream, fstatSync } from "node:fs";
import type { Readable } from "node:stream";
import path from "node:path";
import { CliError } from "../failure.ts";

/** Maximum bytes of a file or of piped input. */
const LARGEST = 16 * 1_048_576;

/** A content part of a message in chat completions. */
export type PromptPart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image_url"; readonly image_url: { readonly url: string } };

/** Images by their first bytes. */
const IMAGES: readonly (readonly [mediaType: string, beginning: RegExp])[] = [
  ["image/png", /^\u0089PNG\r\n/],
  ["image/jpeg", /^\u00FF\u00D8\u00FF/],
  ["image/gif", /^GIF8[79]a/],
  ["image/webp", /^RIFF[^]{4}WEBP/],
];

/**
 * An image as an image part, any other file as text with its name.
 *
 * @throws CliError for a file that cannot be read, is too large, or is neither text nor an image.
 */
export async function filePart(file: string): Promise<PromptPart> {
  const bytes = await readAll(createReadStream(file), file);
  const beginning = bytes.subarray(0, 16).toString("latin1");
  const mediaType = IMAGES.find(([, pattern]) => pattern.test(beginning))?.[0];
  if (mediaType !== undefined) {
    return { type: "image_url", image_url: { url: `data:${mediaType};base64,${bytes.toString("base64")}` } };
  }
  return { type: "text", text: `File ${path.basename(file)}:\n\n${textOf(bytes, file)}` };
}

/**
 * Input from a pipe or a file instead of the keyboard; empty for a terminal or an empty device.
 *
 * @param onSlow called when the input does not end for some time: a program may have left it open.
 * @throws CliError for input that is too large or not text.
 */
export async function pipedText(input: Readable & { fd?: number }, onSlow: () => void): Promise<string> {
  if (!isPipeOrFile(input.fd ?? 0)) return "";
  const timer = setTimeout(onSlow, SLOW_MS).unref();
  try {
    return textOf(await readAll(input, "standard input"), "standard input").trim();
  } finally {
    clearTimeout(timer);
  }
}

const SLOW_MS = 2000;

function isPipeOrFile(descriptor: number): boolean {
  try {
    return !fstatSync(descriptor).isCharacterDevice();
  } catch {
    // It is closed.
    return false;
  }
}

async function readAll(input: Readable, name: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of input as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > LARGEST)
        throw new CliError(`${name} has more than ${LARGEST / 1_048_576} MiB; give a part of it`);
    }
  } catch (error) {
    if (error instanceof CliError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new CliError(`${name} cannot be read (${code})`);
  }
  return Buffer.concat(chunks);
}

function textOf(bytes: Buffer, name: string): string {
  try {
    if (bytes.includes(0)) throw new Error("a zero byte");
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new CliError(`${name} is neither text in UTF-8 nor an image (PNG, JPEG, GIF, WebP)`);
  }
}
