/** Command lines for POSIX shells (also in WSL), PowerShell and the Windows command prompt. */
export const SHELLS = ["posix", "powershell", "cmd"] as const;
export type Shell = (typeof SHELLS)[number];

/** The most likely shell on this system. */
export function usualShell(platform: NodeJS.Platform = process.platform): Shell {
  return platform === "win32" ? "powershell" : "posix";
}

/** A command with environment variables; the values must not contain quotes. */
export function withEnv(shell: Shell, env: Readonly<Record<string, string>>, command: string): string {
  const entries = Object.entries(env);
  switch (shell) {
    case "posix":
      return [...entries.map(([name, value]) => `${name}=${value}`), command].join(" ");
    case "powershell":
      return [...entries.map(([name, value]) => `$env:${name}='${value}'`), command].join("; ");
    case "cmd":
      // A blank before && would become part of the value.
      return [...entries.map(([name, value]) => `set ${name}=${value}`), command].join("&& ");
    default:
      return shell satisfies never;
  }
}

/** A streaming POST of a JSON body with curl. */
export function curlPost(
  shell: Shell,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: unknown,
): string {
  const json = JSON.stringify(body);
  const fields = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  switch (shell) {
    case "posix":
      return `curl -N ${url} ${fields.map((field) => `-H '${field}'`).join(" ")} \\\n  -d '${json}'`;
    case "powershell":
      // PowerShell before 7.3 loses the quotes inside arguments of programs, but not those in a pipe.
      return `'${json}' | curl.exe -N ${url} ${fields.map((field) => `-H '${field}'`).join(" ")} -d '@-'`;
    case "cmd":
      return `curl -N ${url} ${fields.map((field) => `-H "${field}"`).join(" ")} -d "${json.replaceAll('"', '\\"')}"`;
    default:
      return shell satisfies never;
  }
}
