import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { commandName, type Start } from "../../../src/cli/own-program.ts";
import { PACKAGE, VERSION } from "../../../src/util/package.ts";
import { serverEntry, userPlace, workspacePlace } from "../../../src/cli/connect/vscode-entry.ts";
import { verifies } from "../../support/verifies.ts";

/** A program as npx keeps it, fetched for what stands in npx's own package file. */
function inNpxFolder(wanted: string): string {
  const home = mkdtempSync(path.join(tmpdir(), "mcptb-npx-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const folder = path.join(home, "_npx", "0123");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    path.join(folder, "package.json"),
    JSON.stringify({ dependencies: { [PACKAGE.name]: wanted } }),
  );
  return path.join(folder, "node_modules", PACKAGE.name, "dist", "main.js");
}

verifies(
  "person.connect-vscode",
  "a program is started by its path, wherever it lies; only what npx fetched from a registry by npx, and in its version",
  () => {
    const flags = ["--port", "8000"];
    const places = [
      "/src/bridge/dist/main.js",
      "/usr/lib/node_modules/mcp-token-bridge/dist/main.js",
      "C:\\Users\\a\\AppData\\Roaming\\npm\\node_modules\\mcp-token-bridge\\dist\\main.js",
      inNpxFolder("file:../../bridge.tgz"),
      inNpxFolder("https://example.com/bridge.tgz"),
    ];
    for (const main of places) {
      expect(serverEntry(main, flags)).toEqual({
        type: "stdio",
        command: "node",
        args: [main, "--port", "8000"],
      });
    }
    expect(serverEntry(inNpxFolder("^0.1.0"), flags)).toEqual({
      type: "stdio",
      command: "npx",
      args: ["-y", `${PACKAGE.name}@${VERSION}`, "--port", "8000"],
    });
  },
);

verifies("person.command-name", "a hint names the program the way this person started it", () => {
  const name = (script: string, more: Partial<Start> = {}): string =>
    commandName({
      script,
      directory: "/home/a/bridge",
      platform: "linux",
      exists: () => false,
      isFromRegistry: () => false,
      ...more,
    });
  expect(name("/usr/bin/mcptb")).toBe("mcptb");
  expect(name("/usr/bin/mcp-token-bridge")).toBe("mcp-token-bridge");
  expect(name("/home/a/bridge/dist/main.js")).toBe("node dist/main.js");
  expect(name("/opt/bridge/dist/main.js")).toBe("node /opt/bridge/dist/main.js");
  expect(name("/opt/my bridge/dist/main.js")).toBe('node "/opt/my bridge/dist/main.js"');
  expect(name("/x/_npx/1/main.js", { isFromRegistry: () => true })).toBe(`npx -y ${PACKAGE.name}@${VERSION}`);
  const npm = "C:\\Users\\a\\AppData\\Roaming\\npm";
  const onWindows = { platform: "win32", directory: "C:\\work" } as const;
  expect(
    name(`${npm}\\node_modules\\mcp-token-bridge\\dist\\main.js`, {
      ...onWindows,
      exists: (file) => file === `${npm}\\mcptb.cmd`,
    }),
  ).toBe("mcptb");
  expect(name("C:\\work\\dist\\main.js", onWindows)).toBe("node dist\\main.js");
});

verifies(
  "person.connect-consent",
  "a workspace's permission is kept under the folder's name, in the workspace",
  () => {
    const folder = path.join(path.sep, "projects", "my app");
    expect(workspacePlace(folder)).toEqual({
      mcpFile: path.resolve(folder, ".vscode/mcp.json"),
      settingsFile: path.resolve(folder, ".vscode/settings.json"),
      permissionKey: "my app/.vscode/mcp.json: mcp-token-bridge",
    });
    expect(workspacePlace(".").permissionKey).toBe(
      `${path.basename(process.cwd())}/.vscode/mcp.json: mcp-token-bridge`,
    );
  },
);

test("a user's files are where VS Code keeps them on each system", () => {
  const place = (platform: NodeJS.Platform, home: string, env = {}): string =>
    userPlace({ platform, home, env }).mcpFile;
  expect(place("linux", "/home/a")).toBe("/home/a/.config/Code/User/mcp.json");
  expect(place("linux", "/home/a", { XDG_CONFIG_HOME: "/cfg" })).toBe("/cfg/Code/User/mcp.json");
  expect(place("darwin", "/Users/a")).toBe("/Users/a/Library/Application Support/Code/User/mcp.json");
  expect(place("win32", "C:\\Users\\a")).toBe("C:\\Users\\a\\AppData\\Roaming\\Code\\User\\mcp.json");
  expect(place("win32", "C:\\Users\\a", { APPDATA: "D:\\Roam" })).toBe("D:\\Roam\\Code\\User\\mcp.json");
  expect(userPlace({ platform: "linux", home: "/home/a", env: {} })).toMatchObject({
    settingsFile: "/home/a/.config/Code/User/settings.json",
    permissionKey: "Global in Code: mcp-token-bridge",
  });
});
