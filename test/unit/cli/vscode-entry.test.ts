import path from "node:path";
import { expect, test } from "vitest";
import { serverEntry, userPlace, workspacePlace } from "../../../src/cli/connect/vscode-entry.ts";
import { verifies } from "../../support/verifies.ts";

verifies("person.connect-vscode", "an installed program is started by npx, a checkout by its path", () => {
  const flags = ["--port", "8000"];
  for (const main of [
    "/home/a/.npm/_npx/1/node_modules/mcp-token-bridge/dist/main.js",
    "C:\\Users\\a\\AppData\\node_modules\\mcp-token-bridge\\dist\\main.js",
  ]) {
    expect(serverEntry(main, flags)).toEqual({
      type: "stdio",
      command: "npx",
      args: ["-y", "mcp-token-bridge", "--port", "8000"],
    });
  }
  expect(serverEntry("/src/bridge/dist/main.js", flags)).toEqual({
    type: "stdio",
    command: "node",
    args: ["/src/bridge/dist/main.js", "--port", "8000"],
  });
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
