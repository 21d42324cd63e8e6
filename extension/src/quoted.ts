/**
 * A word for the shell of a terminal: single quotes keep everything in POSIX shells and in PowerShell, whose programs lose the double
 * quotes inside unless they are escaped.
 */
export function quoted(word: string, platform: NodeJS.Platform): string {
  if (/^[\w./:=-]+$/.test(word)) return word;
  return platform === "win32"
    ? `'${word.replaceAll("'", "''").replaceAll('"', '\\"')}'`
    : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
