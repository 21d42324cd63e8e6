/** How an answer arrives that the model writes at some pace. Absolute times are what the benchmark measures. */
import { expect, test } from "vitest";

import { openAi } from "../support/clients.ts";
import { ask, nextRequest, type Editor } from "./editor.ts";

/** VS Code hands parts on after a pause of 30 ms or when there are so many of them. */
const BATCH = 31;

export function pace(editor: () => Editor): void {
  test.each([
    { gapMs: 50, count: 30, behind: 4 },
    { gapMs: 20, count: 100, behind: 2 * BATCH },
    { gapMs: 5, count: 300, behind: 3 * BATCH },
  ])("parts $gapMs ms apart arrive in order, and behind the model by a bounded number", async (way) => {
    const { window, url } = editor();
    const asking = openAi(url).chat.completions.create({ ...ask("tell"), stream: true });
    const request = await nextRequest(window);
    const writing = request.pace(way.count, way.gapMs);
    void writing.then(() => request.end());

    const arrived: number[] = [];
    let text = "";
    for await (const { choices } of await asking) {
      const { content } = choices[0]?.delta ?? {};
      if (!content) continue;
      text += content;
      for (const _ of content.matchAll(/\d+ /g)) arrived.push(Date.now());
    }
    const wrote = await writing;
    expect(text).toBe(wrote.map((_, index) => `${index} `).join(""));

    // When each part arrived, how many more the model had written: the same on a slow machine, where both are slow.
    const behind = arrived.map((at, index) => wrote.filter((written) => written <= at).length - index - 1);
    const usual = behind.toSorted((a, b) => a - b)[Math.floor(behind.length / 2)] ?? Number.NaN;
    expect(usual).toBeLessThanOrEqual(way.behind);
    // It arrives while it is being written.
    expect(arrived[0]).toBeLessThan(wrote.at(-1) ?? Number.NaN);
  });
}
