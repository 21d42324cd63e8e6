/**
 * `npm run test:newcomer`: plays somebody who has only Node and npm. Every command of the README is run in its order, in a fresh clone, with a
 * scratch home and without any cache, and what it prints is compared with what the page promises. A command that is not known here fails the
 * run, so that none is added unseen. It needs the registry, as a newcomer does; it takes port 8000, as the README says.
 */
import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const ROOT = path.resolve(import.meta.dirname, "..");
const folder = mkdtempSync(path.join(tmpdir(), "mcptb-newcomer-"));
const [clone, home, bin, project, prefix] = ["clone", "home", "bin", "project", "prefix"].map((name) =>
  path.join(folder, name),
) as [string, string, string, string, string];
for (const each of [home, bin, project, prefix]) mkdirSync(each);

/** How this machine reaches the network, which is no matter of ours. */
const NETWORK =
  /^(?:https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_(?:file|dir)|npm_config_(?:registry|cafile|https?_?-?proxy|noproxy))$/i;

/** Nothing of this machine but Node, npm and what a shell is made of. */
const env = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => NETWORK.test(name))),
  PATH: [bin, path.join(prefix, "bin"), path.dirname(process.execPath), "/usr/bin", "/bin"].join(
    path.delimiter,
  ),
  HOME: home,
  LANG: "C.UTF-8",
  npm_config_prefix: prefix,
  npm_config_cache: path.join(folder, "cache"),
  npm_config_update_notifier: "false",
};

interface Played {
  readonly code: number | null;
  readonly text: string;
}

let demo: ChildProcess | undefined;

/** What each command line of the README promises; the first one that fits its text is meant. */
const PROMISES: readonly { readonly command: RegExp; readonly play?: (line: string) => Promise<void> }[] = [
  {
    command: /^npm ci && npm start$/,
    async play(line) {
      demo = start(line, clone);
      const text = await shows(demo, /Ctrl-C ends the bridge/);
      promised(text, "http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/");
      const page = await fetch("http://127.0.0.1:8000/");
      promised(await page.text(), "MCPTokenBridge");
    },
  },
  {
    command: /^node dist\/main\.js ask "Hello!"$/,
    async play(line) {
      const { code, text } = await play(line, clone);
      if (code !== 0) throw new Error(text);
      promised(text, "> Hello!");
      const ended = new Promise((resolve) => demo?.once("exit", resolve));
      // Ctrl-C reaches every process of a terminal.
      signalDemo("SIGINT");
      await ended;
      demo = undefined;
      await fetch("http://127.0.0.1:8000/health").then(
        () => Promise.reject(new Error("Ctrl-C has not ended everything.")),
        () => undefined,
      );
    },
  },
  // Takes minutes, and is run by whoever runs this.
  { command: /^npm ci && npm test$/ },
  { command: /^npm ci && npm run build$/, play: (line) => succeeds(line, clone) },
  {
    command: /^npm install -g \.$/,
    async play(line) {
      await succeeds(line, clone);
      const { version } = JSON.parse(readFileSync(path.join(clone, "package.json"), "utf8")) as {
        version: string;
      };
      promised((await play("mcptb --version", project)).text, version);
    },
  },
  {
    command: /^mcptb connect vscode --write$/,
    async play(line) {
      await succeeds(line, project);
      promised(readFileSync(path.join(project, ".vscode/mcp.json"), "utf8"), '"mcp-token-bridge"', '"stdio"');
      promised((await play("mcptb doctor", project)).text, "nothing answers", "Start the server");
    },
  },
  {
    // Without a terminal nobody could be asked, and it says so.
    command: /^mcptb host --upstream \S+ --model \S+$/,
    async play(line) {
      const { code, text } = await play(line, project);
      promised(`${code} ${text}`, "2 ", "--consent always");
    },
  },
  {
    command: /^mcptb keys add anna /,
    async play(line) {
      await succeeds(line, project);
      promised((await play("mcptb keys show anna", project)).text, "gpt-*", "200");
    },
  },
  {
    // No bridge runs any more, and it says what to do.
    command: /^mcptb open$/,
    async play(line) {
      promised((await play(line, project)).text, "no bridge answers", "Start one");
    },
  },
];

try {
  execFileSync("git", ["clone", "--quiet", "--no-hardlinks", ROOT, clone], { stdio: "inherit" });
  for (const name of ["node", "npm"]) {
    const program = path.join(path.dirname(process.execPath), name);
    if (existsSync(program)) symlinkSync(program, path.join(bin, name));
  }
  const lines = [...readFileSync(path.join(clone, "README.md"), "utf8").matchAll(/```sh\n([^]*?)```/g)]
    .flatMap(([, code = ""]) => code.split("\n"))
    .map((line) => line.trim())
    .filter((line) => line !== "");
  for (const line of lines) {
    const known = PROMISES.find(({ command }) => command.test(line));
    if (known === undefined) throw new Error(`The newcomer does not know what to expect of: ${line}`);
    if (known.play === undefined) {
      console.log(`--  not run  ${line}`);
      continue;
    }
    const began = performance.now();
    await known.play(line);
    console.log(`ok ${((performance.now() - began) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  }
} finally {
  signalDemo("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
}

function signalDemo(signal: NodeJS.Signals): void {
  if (demo?.pid === undefined) return;
  try {
    process.kill(-demo.pid, signal);
  } catch {
    // It has ended.
  }
}

function start(line: string, cwd: string): ChildProcess {
  return spawn("sh", ["-c", line], { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
}

/** Waits until it has printed this; resolves with all that it has printed. */
function shows(child: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const take = (chunk: Buffer): void => {
      text += chunk.toString("utf8");
      if (pattern.test(text)) resolve(text);
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    child.once("exit", (code) => reject(new Error(`It has ended with ${code}:\n${text}`)));
  });
}

function play(line: string, cwd: string): Promise<Played> {
  const child = start(line, cwd);
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
    });
  return new Promise((resolve) => {
    child.once("close", (code) => resolve({ code, text }));
  });
}

async function succeeds(line: string, cwd: string): Promise<void> {
  const { code, text } = await play(line, cwd);
  if (code !== 0) throw new Error(`${line} has ended with ${code}:\n${text}`);
}

function promised(text: string, ...words: readonly string[]): void {
  for (const word of words) {
    if (!text.includes(word))
      throw new Error(`Promised was ${JSON.stringify(word)}; there is only:\n${text}`);
  }
}
