/** Files that the person writes: the JSONC config file and the list of keys. Editors on Windows begin them with a mark. */
import { readFileSync } from "node:fs";
import { parse, printParseErrorCode, type ParseError } from "jsonc-parser";
import { ConfigError } from "./error.ts";
import { KEY } from "./values.ts";

/** @throws ConfigError when the file cannot be read, is not JSONC or holds no object. */
export function readConfigFile(path: string): Readonly<Record<string, unknown>> {
  const text = readText(path, "--config");
  const errors: ParseError[] = [];
  const value: unknown = parse(text, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined) {
    const line = text.slice(0, first.offset).split("\n").length;
    throw new ConfigError(
      `${path} is not valid JSON with comments: ${printParseErrorCode(first.error)} in line ${line}`,
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ConfigError(`${path} must hold one JSON object`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/**
 * One key a line; empty lines and lines that begin with # are skipped.
 *
 * @throws ConfigError when the file cannot be read, holds no key, or one that is none.
 */
export function readKeyFile(path: string, origin: string): string[] {
  const lines = readText(path, origin).split(/\r?\n/);
  const keys = lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#"));
  if (keys.length === 0) throw new ConfigError(`${origin}: ${path} holds no key`);
  const wrong = lines.findIndex((line) => keys.includes(line.trim()) && !KEY.test(line.trim()));
  if (wrong >= 0) {
    throw new ConfigError(
      `${origin}: line ${wrong + 1} of ${path} is no key; give ASCII characters without blanks`,
    );
  }
  return keys;
}

function readText(path: string, origin: string): string {
  try {
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unreadable";
    throw new ConfigError(`${origin}: cannot read ${path} (${reason})`);
  }
}
