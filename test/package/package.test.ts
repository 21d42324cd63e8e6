import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeTypes } from "../../scripts/build.mjs";
import { install, pack, ROOT, type Packed } from "../support/packed.ts";
import { startCli } from "../support/run-cli.ts";
import { verifies } from "../support/verifies.ts";

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
      "package.json",
      "README.md",
      "README.zh-CN.md",
      "LICENSE",
      "CHANGELOG.md",
    ];
    const others = packed.files.filter((file) => !/^dist\/[\w/-]+\.(?:js|d\.ts)$/.test(file));
    expect(others.toSorted()).toEqual(texts.toSorted());
    for (const file of ["dist/main.js", "dist/index.js", "dist/index.d.ts"])
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
    const bin = path.join(packed.folder, "node_modules", ".bin");
    mkdirSync(bin, { recursive: true });
    const link = path.join(bin, "mcptb");
    symlinkSync(path.join("..", "mcp-token-bridge", manifest().bin["mcptb"] ?? ""), link);
    expect((await run(process.execPath, [link, "--version"])).stdout).toBe(`${manifest().version}\n`);
    expect(readFileSync(link, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
    const { stdout } = await run(process.execPath, [link, "connect", "vscode"], { cwd: packed.folder });
    // By the path of this very program: no registry has it for sure.
    expect(stdout).toMatch(/"command": "node",\n\+ +"args": \[\n\+ +"[^"\n]+dist[\\/]+main\.js",\n/);
  },
);

verifies("person.embedding", "its types fit a program that embeds it", async () => {
  writeFileSync(path.join(packed.folder, "package.json"), `{ "type": "module" }`);
  writeFileSync(
    path.join(packed.folder, "embed.ts"),
    `import { createBridge, loadConfig, BridgeError, type Host, type TurnEvents } from "mcp-token-bridge";
async function* run(): TurnEvents {
  yield { type: "turn-start", model: "m" };
  throw new BridgeError("host_failed", "no");
}
export function attach(host: Omit<Host, "run">): () => void {
  const bridge = createBridge(loadConfig({ flags: { port: 0 }, env: {} }));
  return bridge.attach({ id: host.id, describe: () => host.describe(), run });
}
// @ts-expect-error there is no such code
export const wrong = new BridgeError("no_such_code", "");
`,
  );
  const tsc = path.join(ROOT, "node_modules/typescript/bin/tsc");
  const flags = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2023", "--skipLibCheck"];
  const types = ["--typeRoots", path.join(ROOT, "node_modules/@types"), "--types", "node"];
  const { stdout } = await run(process.execPath, [tsc, ...flags, ...types, "embed.ts"], {
    cwd: packed.folder,
  });
  expect(stdout).toBe("");
});

verifies("person.start", "npm start builds and runs the demo", () => {
  const { scripts } = manifest();
  expect(scripts["start"]).toBe("node scripts/build.mjs --no-types && node dist/main.js demo");
});
