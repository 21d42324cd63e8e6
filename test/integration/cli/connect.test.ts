import { mkdirSync, mkdtempSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "jsonc-parser";
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCli, type CliResult } from "../../support/processes/run-cli.ts";
import { MAIN } from "../../support/processes/spawned-bridge.ts";
import { verifies } from "../../support/verifies.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "mcptb-connect-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const connect = (...flags: string[]): Promise<CliResult> =>
  runCli(["connect", "vscode", ...flags], { cwd: folder });
const file = (name: string): string => path.join(folder, ".vscode", name);
const read = (name: string): unknown => parse(readFileSync(file(name), "utf8"));

function write(name: string, text: string): void {
  mkdirSync(path.join(folder, ".vscode"), { recursive: true });
  writeFileSync(file(name), text);
}

const ENTRY = { type: "stdio", command: "node", args: [MAIN, "--port", "8000"] };

verifies("person.connect-vscode", "shows the entry, and writes it only when told to", async () => {
  const shown = await connect();
  expect(shown.code).toBe(0);
  expect(shown.stdout).toContain('+    "mcp-token-bridge": {');
  expect(shown.stdout).toContain("Nothing has been written.");
  expect(existsSync(file("mcp.json"))).toBe(false);

  const written = await connect("--write");
  expect(written.code).toBe(0);
  expect(written.stdout).not.toContain("Nothing has been written.");
  expect(read("mcp.json")).toEqual({ servers: { "mcp-token-bridge": ENTRY } });
  expect((await connect("--write")).stdout).toContain("is already up to date.");
});

verifies("person.connect-consent", "the permission is written only on --allow-sampling", async () => {
  const without = await connect("--write");
  expect(without.stdout).toContain("add --allow-sampling");
  expect(existsSync(file("settings.json"))).toBe(false);
  write("settings.json", `{\n  // mine\n  "editor.tabSize": 4,\n}\n`);
  await connect("--write", "--allow-sampling", "--yes");
  expect(read("settings.json")).toEqual({
    "editor.tabSize": 4,
    "chat.mcp.serverSampling": {
      [`${path.basename(folder)}/.vscode/mcp.json: mcp-token-bridge`]: {
        allowedDuringChat: true,
        allowedOutsideChat: true,
      },
    },
  });
  expect(readFileSync(file("settings.json"), "utf8")).toContain("// mine");
});

verifies("person.connect-keeps", "another entry of the name stays unless someone agrees", async () => {
  const before = `{\n\t"servers": {\n\t\t// my own\n\t\t"mcp-token-bridge": { "command": "x" },\n\t\t"other": {} // this too\n\t}\n}\n`;
  write("mcp.json", before);
  const refused = await connect("--write", "--allow-sampling");
  expect(refused.code).toBe(1);
  expect(refused.stdout).toContain('-\t\t"mcp-token-bridge": { "command": "x" },');
  expect(refused.stderr).toMatch(
    /nothing was written: .*mcp\.json exists, and there is no terminal to ask on\n.*--yes/,
  );
  expect(refused.stderr).not.toMatch(/^\s+at /m);
  expect(readFileSync(file("mcp.json"), "utf8")).toBe(before);
  expect(existsSync(file("settings.json"))).toBe(false);

  expect((await connect("--write", "--yes")).code).toBe(0);
  expect(read("mcp.json")).toEqual({ servers: { "mcp-token-bridge": ENTRY, other: {} } });
  const after = readFileSync(file("mcp.json"), "utf8");
  expect(after).toContain("// my own");
  expect(after).toContain(`"other": {} // this too`);
});

verifies("person.connect-keeps", "a broken file is named and left alone", async () => {
  write("mcp.json", "{ broken");
  const { code, stderr } = await connect("--write");
  expect(code).toBe(1);
  expect(stderr).toMatch(/mcp\.json is not valid JSON with comments \(.* in line 1\); correct it first\n$/);
  expect(readFileSync(file("mcp.json"), "utf8")).toBe("{ broken");
});

test("settings of the command line go into the entry, keys do not", async () => {
  await connect(
    "--write",
    "--port",
    "9000",
    "--stream-unit",
    "char",
    "--log-content",
    "--api-key-file",
    "keys.txt",
  ).then(({ code }) => expect(code).toBe(2));
  writeFileSync(path.join(folder, "keys.txt"), "s3cret");
  await connect(
    "--write",
    "--port",
    "9000",
    "--stream-unit",
    "char",
    "--log-content",
    "--api-key-file",
    "keys.txt",
  );
  expect(read("mcp.json")).toEqual({
    servers: {
      "mcp-token-bridge": {
        ...ENTRY,
        args: [
          MAIN,
          "--port",
          "9000",
          "--api-key-file",
          path.join(folder, "keys.txt"),
          "--stream-unit",
          "char",
          "--log-content",
        ],
      },
    },
  });
  for (const flag of ["--api-key", "--host-key"]) {
    const { code, stderr } = await connect(flag, "s3cret");
    expect(code).toBe(2);
    expect(stderr).toBe(
      `mcptb: ${flag}: a key is never written into VS Code's files; put it into a config file and use --config\n`,
    );
  }
});
