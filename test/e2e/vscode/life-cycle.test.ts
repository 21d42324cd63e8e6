import { beforeAll, expect, test } from "vitest";

import { openAi } from "./support/clients.ts";
import { useVsCode } from "./support/use-vscode.ts";
import {
  becomes,
  bridgesOf,
  type BridgeWindow,
  isReady,
  openBridge,
  startBridge,
} from "./support/workspace.ts";

/** From the window's end to the end of the bridge's process, in milliseconds. */
const EXIT_MS = 60_000;

const vscode = useVsCode();
let first: BridgeWindow;

beforeAll(async () => {
  first = await openBridge(vscode(), "first", { sampling: "allowed" });
});

async function expectAnswer({ url, window }: BridgeWindow): Promise<void> {
  const before = window.model.requests.length;
  const completion = await openAi(url).chat.completions.create({
    model: "parrot",
    messages: [{ role: "user", content: "are you there?" }],
  });
  expect(completion.choices[0]?.message.content).toBe("You said: are you there?");
  expect(window.model.requests.length).toBe(before + 1);
}

test("a reloaded window leaves no bridge behind and can start it again on the same port", async () => {
  const [pid = 0] = bridgesOf(first);
  await expectAnswer(first);

  await first.window.reload();
  expect(await becomes(false, EXIT_MS, () => bridgesOf(first).includes(pid))).toBe(true);

  await startBridge(first);
  expect(bridgesOf(first)).toHaveLength(1);
  await expectAnswer(first);
});

test("a bridge whose window dies without a word ends", async () => {
  await expectAnswer(first);

  // As in a crash.
  process.kill(first.window.model.pid, "SIGKILL");
  expect(await becomes(true, EXIT_MS, () => bridgesOf(first).length === 0)).toBe(true);
  expect(await isReady(first.port)).toBe(false);
});
