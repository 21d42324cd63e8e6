/** The window with the extension in which several files of checks run one after the other. */
import { openAi } from "../support/clients.ts";
import type { ModelRequest } from "../support/scripted-model.ts";
import type { VsCodeWindow } from "../support/window.ts";

export interface Editor {
  readonly window: VsCodeWindow;
  /** Of the bridge, without a path. */
  readonly url: string;
}

/** For what never comes, on whatever machine. */
export const BOUND_MS = 60_000;

export const ask = (content: string, model = "scripted/parrot") => ({
  model,
  messages: [{ role: "user" as const, content }],
});

/** The first request of the model from here on; it waits for what the test has it do. */
export async function nextRequest({ model }: VsCodeWindow): Promise<ModelRequest> {
  model.behave = () => {};
  await model.until("a request in the model", () => model.requests.length > 0);
  const [request] = model.requests;
  if (request === undefined) throw new Error("There is none.");
  return request;
}

export async function modelIds({ url }: Pick<Editor, "url">): Promise<string[]> {
  const { data } = await openAi(url).models.list();
  return data.map(({ id }) => id);
}
