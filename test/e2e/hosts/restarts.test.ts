/** What a day of opening and closing windows leaves behind: nothing. */
import { readdir } from "node:fs/promises";
import { expect } from "vitest";
import { answer } from "../../support/hosts/scripts.ts";
import { ask } from "../../support/bridge/ask.ts";
import { verifies } from "../../support/verifies.ts";
import { openAndClose, windows } from "../../support/processes/windows.ts";

const RESTARTS = 100;
const AT_ONCE = 5;

verifies(
  "relay.no-orphans",
  "a hundred windows, the leading ones among them, leave no process, no port and no file",
  async () => {
    const { open, ready, url, stateDir } = await windows();
    for (let started = 0; started < RESTARTS; started += AT_ONCE) {
      // Each process is waited for: one that stayed would end the test at its time limit.
      await openAndClose(open, AT_ONCE);
      await expect(fetch(`${url}/health`)).rejects.toThrow();
    }
    expect(await readdir(stateDir)).toEqual([]);
    await open({ script: answer("of the next") });
    await ready(1);
    expect(await (await ask(url, "openai-chat")).text()).toContain("of the next");
  },
  300_000,
);
