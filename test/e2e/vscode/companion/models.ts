/** Models that come, go and change, also while one of them answers; very many of them. */
import { afterEach, expect, test } from "vitest";

import { openAi } from "../support/clients.ts";
import { bird, MODELS } from "../support/scripted-model.ts";
import { ask, BOUND_MS, modelIds, nextRequest, type Editor } from "./editor.ts";

const MANY = 300;

export function models(editor: () => Editor): void {
  afterEach(async () => {
    editor().window.model.offer(MODELS);
    await become(
      (ids) => MODELS.every(({ id }) => ids.includes(`scripted/${id}`)) && !ids.includes("scripted/bird-0"),
    );
  });

  const become = (wanted: (ids: string[]) => boolean): Promise<void> =>
    expect.poll(async () => wanted(await modelIds(editor())), { timeout: BOUND_MS }).toBe(true);

  test("a model that comes can be asked; one that goes while it answers ends its answer, and is gone then", async () => {
    const { window, url } = editor();
    window.model.offer([...MODELS, bird("wren")]);
    await become((ids) => ids.includes("scripted/wren"));
    await openAi(url).chat.completions.create(ask("hello", "scripted/wren"));
    expect(window.model.requests.map(({ model }) => model)).toEqual(["wren"]);

    window.model.requests.length = 0;
    const asking = openAi(url).chat.completions.create(ask("a long one", "scripted/wren"));
    asking.catch(() => {}); // Awaited below, after what may fail first.
    const request = await nextRequest(window);
    request.write("half ");
    window.model.offer(MODELS);
    await become((ids) => !ids.includes("scripted/wren"));
    request.answer("whole");
    expect((await asking).choices[0]?.message.content).toBe("half whole");
    await expect(openAi(url).chat.completions.create(ask("hello", "scripted/wren"))).rejects.toMatchObject({
      status: 404,
    });
  });

  test("what changes about a model is told with the next change of the list", async () => {
    const { window, url } = editor();
    const sizes = async (): Promise<unknown> => JSON.stringify(await openAi(url).models.list());
    window.model.offer([bird("parrot", { maxInputTokens: 54_321 }), bird("owl"), bird("wren")]);
    await expect.poll(sizes, { timeout: BOUND_MS }).toContain("54321");
  });

  test(`${MANY} models are told, and each can be named`, async () => {
    const { window, url } = editor();
    window.model.offer(Array.from({ length: MANY }, (_, index) => bird(`bird-${index}`)));
    await become((ids) => ids.filter((id) => id.startsWith("scripted/bird-")).length === MANY);
    await openAi(url).chat.completions.create(ask("hello", `scripted/bird-${MANY - 1}`));
    expect(window.model.requests.map(({ model }) => model)).toEqual([`bird-${MANY - 1}`]);
  });
}
