/** aider changes a file with the edits that the model writes into its answer, also where the answer was cut and had to be continued. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { scratchHome } from "../clients/support/environment.ts";
import { installAider } from "../clients/support/install.ts";
import { openNamespace, type Namespace } from "../clients/support/namespace.ts";
import { startAider } from "./support/aider.ts";
import { BRIDGE_URL, startBridge, type Bridge } from "./support/bridge.ts";
import { HOSTS } from "./support/hosts.ts";
import { newTask } from "./support/task.ts";

const BOUND_MS = 120_000;

const bin = await installAider();
const HERE = describe.skipIf(bin === undefined);

let namespace: Namespace;
let home: Awaited<ReturnType<typeof scratchHome>>;
let bridge: Bridge | undefined;

beforeAll(async () => {
  namespace = await openNamespace();
  home = await scratchHome();
});

afterEach(() => bridge?.stop());

afterAll(async () => {
  await namespace?.close();
  await home?.remove();
});

HERE.each(HOSTS)("aider, $kind", ({ tools }) => {
  test.each([
    { answer: "a whole answer", stream: false, maxTokens: undefined },
    { answer: "an answer cut twice or more, streamed", stream: true, maxTokens: 40 },
  ])("$answer", async ({ stream, maxTokens }) => {
    const { folder } = await newTask(home.path);
    const notes = join(folder, "notes.txt");
    const before = await readFile(notes, "utf8");
    bridge = await startBridge(namespace, { home: home.path, tools, model: "editor" });
    const aider = await startAider(namespace, {
      bin: bin ?? "",
      home: home.path,
      folder,
      url: BRIDGE_URL,
      message: "Make the fruit ripe.",
      stream,
      ...(maxTokens !== undefined && { maxTokens }),
    });
    expect(await aider.finished(BOUND_MS), aider.output).toBe(0);
    expect(await readFile(notes, "utf8"), aider.output).toBe(before.replace("fruit = ", "fruit = ripe-"));
    // What looks like a call in the answer is shown as it is and called by nobody.
    expect(aider.stdout).toContain('<tool_call>\n{"name": "Bash"');
    expect(existsSync(join(folder, "stolen"))).toBe(false);
    expect(bridge.asked.filter(({ broken }) => broken !== undefined)).toEqual([]);
    if (maxTokens === undefined) expect(bridge.asked).toHaveLength(1);
    else expect(bridge.asked.length).toBeGreaterThan(2);
  });
});
