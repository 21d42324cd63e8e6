/** `mcptb connect vscode`: prints or writes the bridge's entry in VS Code's files. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CliError } from "../failure.ts";
import { setMember } from "./jsonc-edit.ts";
import { showChange } from "./show-change.ts";
import { PERMISSION, SERVER_NAME, type Place, type ServerEntry } from "./vscode-entry.ts";

export interface VscodeOptions {
  readonly place: Place;
  readonly entry: ServerEntry;
  readonly write: boolean;
  /** Also gives the permission to sample, which is the person's to give. */
  readonly allowSampling: boolean;
  /** Replaces an entry that is there and differs. */
  readonly force: boolean;
}

interface FileChange {
  readonly file: string;
  readonly before: string | undefined;
  readonly after: string;
  /** Whether something of another value would be replaced. */
  readonly differs: boolean;
}

/** @throws CliError when a file is broken or holds another entry of our name; then nothing is written. */
export function connectVscode(options: VscodeOptions): string {
  const { place, entry, write, allowSampling, force } = options;
  const wanted: [string, string[], unknown][] = [[place.mcpFile, ["servers", SERVER_NAME], entry]];
  if (allowSampling) {
    wanted.push([place.settingsFile, ["chat.mcp.serverSampling", place.permissionKey], PERMISSION]);
  }
  const changes = wanted.map(([file, member, value]) => changeOf(file, member, value));
  const report = changes.map(describe);

  if (write) {
    const conflict = changes.find(({ differs }) => differs);
    if (conflict !== undefined && !force) {
      throw new CliError(
        `${conflict.file} holds another entry for ${SERVER_NAME}; nothing was written. --force replaces it:\n` +
          describe(conflict),
      );
    }
    for (const change of changes) save(change);
  } else if (changes.some(({ before, after }) => before !== after)) {
    report.push("Nothing has been written. The same command with --write does it.\n");
  }
  return [...report, advice(options)].join("\n");
}

function changeOf(file: string, member: readonly string[], value: unknown): FileChange {
  const before = readIfThere(file);
  const { text, outcome } = setMember(file, before, member, value);
  return { file, before, after: text, differs: outcome === "replaced" };
}

function describe({ file, before, after }: FileChange): string {
  if (before === after) return `${file}\n  (holds it already)\n`;
  return `${file}${before === undefined ? " (new)" : ""}\n${showChange(before ?? "", after)}\n`;
}

function save({ file, before, after }: FileChange): void {
  if (before === after) return;
  try {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, after);
  } catch (error) {
    throw new CliError(`cannot write ${file}: ${reasonOf(error)}`);
  }
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === "ENOENT") return undefined;
    throw new CliError(`cannot read ${file}: ${reason}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}

function advice({ place, allowSampling }: VscodeOptions): string {
  const consent = allowSampling
    ? `${SERVER_NAME} may then use your models without a question. To take that back, remove the line from\n` +
      `${place.settingsFile}.`
    : "At the first request VS Code asks whether the server may use your models. The question hides after ten\n" +
      "seconds; look at the bell at the bottom right. To answer it here and now, add --allow-sampling, which sets\n" +
      `"chat.mcp.serverSampling" for this server in ${place.settingsFile}.`;
  return (
    `Start the server in VS Code: MCP: List Servers > ${SERVER_NAME} > Start Server.\n${consent}\n` +
    "Which models it may use: MCP: List Servers > Configure Model Access. `mcptb doctor` checks the whole way.\n"
  );
}
