/** How to start a program of the PATH. On Windows npm's programs are batch files, which only `cmd` can run. */
import { existsSync } from "node:fs";
import path from "node:path";

export interface CommandLine {
  readonly file: string;
  readonly args: readonly string[];
  /** The arguments are quoted already. */
  readonly verbatim: boolean;
}

/** `undefined` when the program is certainly not installed; outside Windows the system reports that. */
export function commandLine(
  name: string,
  args: readonly string[],
  { platform, env }: { readonly platform: NodeJS.Platform; readonly env: NodeJS.ProcessEnv },
): CommandLine | undefined {
  if (platform !== "win32") return { file: name, args, verbatim: false };
  const file = findOnWindows(name, env);
  if (file === undefined) return undefined;
  if (!/\.(?:cmd|bat)$/i.test(file)) return { file, args, verbatim: false };
  const line = [escaped(file), ...args.map(batchArgument)].join(" ");
  return { file: env["ComSpec"] ?? "cmd.exe", args: ["/d", "/s", "/c", `"${line}"`], verbatim: true };
}

function findOnWindows(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const folders = (env["PATH"] ?? env["Path"] ?? "").split(";").filter((folder) => folder !== "");
  const candidates = folders.flatMap((folder) =>
    [".exe", ".com", ".cmd", ".bat"].map((ending) => path.join(folder, name + ending)),
  );
  return candidates.find((candidate) => existsSync(candidate));
}

/** Quoted for the program, then escaped for `cmd` twice: once for our line and once for the batch file's `%*`. */
export function batchArgument(text: string): string {
  const quoted = `"${text.replaceAll(/(?<!\\)(\\*)"/g, String.raw`$1$1\"`).replace(/(?<!\\)(\\+)$/, "$1$1")}"`;
  return escaped(escaped(quoted));
}

function escaped(text: string): string {
  return text.replaceAll(/[()[\]%!^"`<>&|;, *?]/g, "^$&");
}
