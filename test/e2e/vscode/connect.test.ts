import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";

import { openAi } from "./support/clients.ts";
import { runCommand } from "./support/command.ts";
import { useVsCode } from "./support/use-vscode.ts";
import {
  becomes,
  bridgesOf,
  type BridgeWindow,
  freePort,
  isReady,
  makeWorkspace,
  PROGRAM,
} from "./support/workspace.ts";

const vscode = useVsCode();
let bridge: BridgeWindow;

/** The program, run by a person in the workspace's folder. */
function mcptb(...args: string[]): Promise<string> {
  return runCommand(process.execPath, [PROGRAM, ...args], { cwd: bridge.workspace, timeoutMs: 60_000 });
}

beforeAll(async () => {
  const workspace = makeWorkspace(vscode(), "connect");
  const port = await freePort();
  await runCommand(
    process.execPath,
    [PROGRAM, "connect", "vscode", "--write", "--yes", "--allow-sampling", "--port", String(port)],
    { cwd: workspace, timeoutMs: 60_000 },
  );
  const window = await vscode().open(workspace);
  bridge = { vscode: vscode(), window, workspace, port, url: `http://127.0.0.1:${port}` };
});

test("VS Code starts the bridge from the entry that `mcptb connect vscode --write` made", async () => {
  const { window, workspace, port, url } = bridge;
  // As a person does it: open the file and press what VS Code puts above a server that it understands.
  await window.openFile(join(workspace, ".vscode/mcp.json"));
  expect(await isReady(port)).toBe(false);
  await window.pressLens("Start");
  expect(await becomes(true, 30_000, () => bridgesOf(bridge).length === 1 && isReady(port))).toBe(true);

  const completion = await openAi(url).chat.completions.create({
    model: "parrot",
    messages: [{ role: "user", content: "hello" }],
  });
  expect(completion.choices[0]?.message.content).toBe("You said: hello");
  // The permission was written with the entry, so nobody was asked.
  expect(await window.notifications()).toEqual([]);
});

test("`mcptb doctor` finds the whole way to VS Code's model in order", async () => {
  const asked = bridge.window.model.requests.length;
  const report = await mcptb("doctor", "--port", String(bridge.port));

  expect(report).toMatch(/^ok +round-trip +scripted\/parrot answered/m);
  expect(report).not.toMatch(/^(warn|FAIL)/m);
  expect(bridge.window.model.requests).toHaveLength(asked + 1);
});

test("writing the entry again changes nothing", async () => {
  const read = () => readFileSync(join(bridge.workspace, ".vscode/mcp.json"), "utf8");
  const before = read();
  await mcptb("connect", "vscode", "--write", "--yes", "--allow-sampling", "--port", String(bridge.port));
  expect(read()).toBe(before);
});
