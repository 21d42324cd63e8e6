/** What is left in the extension host after very many turns. */
import { expect, test } from "vitest";

import { openAi } from "../support/clients.ts";
import { echo } from "../support/scripted-model.ts";
import { ask, type Editor } from "./editor.ts";

const FEW = 200;
const MANY = 1000;
const AT_ONCE = 8;
/** Of what is held after the few: caches of the editor and of V8 that are filled by then. */
const GROWTH = 1.1;

export function memory(editor: () => Editor): void {
  test(`${MANY} turns leave nothing behind`, async () => {
    const { window, url } = editor();
    window.model.behave = (request) => {
      window.model.requests.length = 0;
      echo(request);
    };
    const client = openAi(url);
    const turns = async (count: number): Promise<void> => {
      let left = count;
      const caller = async (): Promise<void> => {
        for (; left > 0; left -= 1) {
          const stream = await client.chat.completions.create({
            ...ask("a turn ".repeat(200)),
            stream: true,
          });
          for await (const _ of stream);
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, caller));
    };
    await turns(FEW);
    const before = await window.model.weigh();
    await turns(MANY);
    const after = await window.model.weigh();
    expect(after).toBeLessThan(before * GROWTH);
  });
}
