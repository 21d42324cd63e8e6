import { execFile } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeTypes } from "../../../scripts/build.mjs";
import { install, pack, ROOT, type Packed } from "../../support/processes/packed.ts";
import { startCli } from "../../support/processes/run-cli.ts";
import { verifies } from "../../support/verifies.ts";

const run = promisify(execFile);

let packed: Packed;
let installed: string;

beforeAll(() => {
  writeTypes(path.join(ROOT, "dist"));
  packed = pack();
  installed = install(packed);
});
afterAll(() => packed?.remove());

interface Manifest {
  readonly version: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly scripts: Readonly<Record<string, string>>;
}

const manifest = (): Manifest =>
  JSON.parse(readFileSync(path.join(installed, "package.json"), "utf8")) as Manifest;

verifies(
  "person.package-contents",
  "the package holds the program, its types and what a user reads, nothing else",
  () => {
    const texts = [
      "data/LICENSE",
      "data/o200k.bin",
      "dist/THIRD-PARTY-LICENSES.txt",
      "dist/sbom.cdx.json",
      "dist/ui/page.css",
      "package.json",
      "README.md",
      "README.zh-CN.md",
      "LICENSE",
      "CHANGELOG.md",
      "CONTRIBUTING.md",
      "SECURITY.md",
    ];
    const others = packed.files.filter(
      (file) => !/^(?:docs|examples)\/|^dist\/(?:[\w/-]+\.js|index\.d\.ts)$/.test(file),
    );
    expect(others.toSorted()).toEqual(texts.toSorted());
    for (const file of ["dist/main.js", "dist/index.js", "dist/index.d.ts", "dist/ui/page.js"])
      expect(packed.files).toContain(file);
  },
);

verifies("person.package-contents", "the licences of the libraries in the bundle come with it", () => {
  const licences = readFileSync(path.join(installed, "dist/THIRD-PARTY-LICENSES.txt"), "utf8");
  const { components } = JSON.parse(readFileSync(path.join(installed, "dist/sbom.cdx.json"), "utf8")) as {
    components: { name: string; version: string }[];
  };
  for (const library of ["zod", "pino", "ws", "commander", "@modelcontextprotocol/server"])
    expect(components.map(({ name }) => name)).toContain(library);
  for (const { name, version } of components) expect(licences).toContain(`${name} ${version} (`);
});

verifies("person.package-contents", "an installation brings nothing else and takes less than 25 MB", () => {
  const modules = path.dirname(installed);
  expect(readdirSync(modules).filter((name) => !name.startsWith("."))).toEqual(["mcp-token-bridge"]);
  const sizes = readdirSync(modules, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => statSync(path.join(entry.parentPath, entry.name)).size);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(25_000_000);
});

verifies("person.package-contents", "nothing runs when it is installed", () => {
  const { scripts } = manifest();
  for (const script of ["preinstall", "install", "postinstall", "prepare"])
    expect(scripts).not.toHaveProperty(script);
});

verifies(
  "person.package-runs",
  "in an empty folder its demo answers, with its own dependencies alone",
  async () => {
    const { bin } = manifest();
    expect(Object.keys(bin)).toEqual(["mcp-token-bridge", "mcptb"]);
    const demo = startCli(["demo", "--port", "0", "--think-ms", "1"], {
      cwd: packed.folder,
      main: path.join(installed, bin["mcptb"] ?? ""),
    });
    try {
      const url = /http:\S+/.exec(await demo.line(/Anthropic API/))?.[0];
      const response = await fetch(`${url}/v1/messages`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          model: "auto",
          max_tokens: 500,
          messages: [{ role: "user", content: "Packed?" }],
        }),
      });
      expect(await response.json()).toMatchObject({
        content: [{ text: expect.stringContaining("> Packed?") }],
      });
    } finally {
      demo.child.kill("SIGTERM");
      await demo.exited;
    }
  },
);

test.runIf(process.platform !== "win32")(
  "it runs through the link that npm makes, and by its first line",
  async () => {
    const link = path.join(packed.folder, "node_modules", ".bin", "mcptb");
    expect((await run(process.execPath, [link, "--version"])).stdout).toBe(`${manifest().version}\n`);
    expect(readFileSync(link, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
    const { stdout } = await run(process.execPath, [link, "connect", "vscode"], { cwd: packed.folder });
    // By the path of this very program: no registry has it for sure.
    expect(stdout).toMatch(/"command": "node",\n\+ +"args": \[\n\+ +"[^"\n]+dist[\\/]+main\.js",\n/);
  },
);

/** Everything that the types name is used, so that a type that needs a library's cannot hide. */
const EMBEDDING = `import {
  createBridge, loadConfig, createLog, openLog, BridgeError, StdioTransport, OPTIONS,
  type Config, type Host, type HostInfo, type Logger, type Option, type Part, type Transport, type TurnEvents, type TurnRequest,
} from "mcp-token-bridge";
const info: HostInfo = {
  id: "own", label: "own", name: "own", version: "1", transport: "embedded", revision: undefined, canSample: true,
  consent: "granted", refusalEndsAll: false, models: [], running: 0, slots: undefined,
  abilities: {
    deltas: true, tools: false, images: "no", audio: "no", maxTokens: "no", temperature: "no", stopSequences: "no",
    reasoning: false, cancel: "yes", errors: true,
  },
};
function textOf(part: Part): string {
  switch (part.type) {
    case "text": return part.text;
    case "tool-result": return part.content.map((inner) => (inner.type === "text" ? inner.text : inner.data)).join();
    default: return part.type;
  }
}
async function* run(request: TurnRequest): TurnEvents {
  yield { type: "turn-start", model: request.model };
  for (const { parts } of request.messages) yield { type: "text-delta", id: "1", text: parts.map(textOf).join() };
  throw new BridgeError("host_failed", "no");
}
const lines: Logger["info"] = () => undefined;
const log: Logger = { fatal: lines, error: lines, warn: lines, info: lines, debug: lines, child: () => log };
const transport: Transport = { start: async () => undefined, send: async () => undefined, close: async () => undefined };
export async function attach(): Promise<() => void> {
  const config: Config = loadConfig({ flags: { port: 0 }, env: {} });
  const unit: "char" | "token" | "word" | "sentence" | "whole" = config.streamUnit;
  const port: Option = OPTIONS.port;
  const host: Host = { id: info.id, describe: () => info, run };
  const bridge = createBridge({ ...config, port: config.port + port.flag.length + unit.length }, log, { relaySecret: "s" });
  await bridge.connect(transport);
  await bridge.connect(new StdioTransport(process.stdin, process.stdout));
  createBridge(config, createLog(config));
  createBridge(config, await openLog(config));
  return bridge.attach(host);
}
// @ts-expect-error there is no such code
export const wrong = new BridgeError("no_such_code", "");
// @ts-expect-error there is no such setting
export const none = loadConfig({ flags: {}, env: {} }).noSuchSetting;
// @ts-expect-error not for programs
createBridge(loadConfig({ flags: {}, env: {} }), log, { servers: {} });
`;

verifies(
  "person.embedding",
  "its types fit a strict program that embeds it, without any library's types",
  async () => {
    writeFileSync(path.join(packed.folder, "package.json"), `{ "type": "module" }`);
    writeFileSync(path.join(packed.folder, "embed.ts"), EMBEDDING);
    const tsc = path.join(ROOT, "node_modules/typescript/bin/tsc");
    const flags = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess"];
    const target = ["--module", "nodenext", "--target", "es2023"];
    const types = ["--typeRoots", path.join(ROOT, "node_modules/@types"), "--types", "node"];
    // Node's own types are all that it has; ours are checked as well.
    const { stdout } = await run(process.execPath, [tsc, ...flags, ...target, ...types, "embed.ts"], {
      cwd: packed.folder,
    });
    expect(stdout).toBe("");
  },
);

verifies("person.start", "npm start builds and runs the demo", () => {
  const { scripts } = manifest();
  expect(scripts["start"]).toBe("node scripts/build.mjs --no-types && node dist/main.js demo");
});
