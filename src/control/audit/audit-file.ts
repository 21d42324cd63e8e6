/** The audit log of a user: an append-only file, and beside it a file with the head of its chain. */
import { createReadStream } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import path from "node:path";
import {
  appendOwnFile,
  OwnFileError,
  readOwnFile,
  stateDirectory,
  writeOwnFile,
} from "../../util/own-file.ts";
import { alone } from "../../util/own-lock.ts";
import {
  type AuditEvent,
  type AuditHead,
  auditHead,
  BEGINNING,
  headAfter,
  lineOf,
  type Verdict,
  Verifier,
} from "./chain.ts";

/** Lines of the log are far shorter. */
const LONGEST_LINE = 65_536;
const NEW_LINE = 10;

export function auditFile(stateDir: string | undefined): string {
  return path.join(stateDir ?? stateDirectory(), "audit.jsonl");
}

/**
 * Writes an event to the disk, before it resolves.
 *
 * @returns the new head of the chain.
 * @throws OwnFileError when it cannot be written.
 */
export async function writeEvent(file: string, event: AuditEvent): Promise<AuditHead> {
  return alone(file, async () => {
    const noted = await readHead(file);
    const head = await appendOwnFile(file, async (handle) => {
      const { before, isWhole } = await standing(handle, noted);
      const line = lineOf(event, before, new Date());
      await handle.appendFile(`${isWhole ? "" : "\n"}${line}\n`);
      await handle.sync();
      return headAfter(line, before.n + 1);
    });
    await writeOwnFile(headFile(file), JSON.stringify(head));
    return head;
  });
}

/** @returns `undefined` where there is no log. @throws OwnFileError when it cannot be read. */
export async function verifyFile(file: string, known?: AuditHead): Promise<readonly Verdict[] | undefined> {
  const heads = [await readHead(file), known].filter((head) => head !== undefined);
  const verifiers = [
    ...heads.map((head) => new Verifier(head)),
    ...(heads.length === 0 ? [new Verifier()] : []),
  ];
  try {
    for await (const { line, isWhole } of linesOf(file)) {
      for (const verifier of verifiers) verifier.add(line, isWhole);
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    if (error.code !== "ENOENT") throw new OwnFileError(`${file} cannot be read (${String(error.code)}).`);
    if (heads.length === 0) return undefined;
  }
  return verifiers.map((verifier) => verifier.verdict());
}

function headFile(file: string): string {
  return `${file}.head`;
}

async function readHead(file: string): Promise<AuditHead | undefined> {
  return readOwnFile(headFile(file), (text) => auditHead.parse(JSON.parse(text)));
}

/** The head of the chain by its last line, and whether that line is complete. */
async function standing(
  handle: FileHandle,
  noted: AuditHead | undefined,
): Promise<{ readonly before: AuditHead; readonly isWhole: boolean }> {
  const { size } = await handle.stat();
  // New lines must not hide removed ones: the next line contains the number of lines so far.
  if (size === 0) return { before: noted ?? BEGINNING, isWhole: true };
  const length = Math.min(size, LONGEST_LINE);
  const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
  const isWhole = buffer.at(-1) === NEW_LINE;
  const text = buffer.toString("utf8", 0, isWhole ? length - 1 : length);
  const line = text.slice(text.lastIndexOf("\n") + 1);
  return { before: headAfter(line, noted?.n ?? 0), isWhole };
}

async function* linesOf(file: string): AsyncGenerator<{ readonly line: string; readonly isWhole: boolean }> {
  let rest = "";
  for await (const chunk of createReadStream(file, { encoding: "utf8" })) {
    const lines = (rest + String(chunk)).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) yield { line, isWhole: true };
    // No line of ours is so long; a cut line is reported as such.
    if (rest.length > LONGEST_LINE) rest = rest.slice(0, LONGEST_LINE);
  }
  if (rest !== "") yield { line: rest, isWhole: false };
}
