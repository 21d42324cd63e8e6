/** Several windows of VS Code, each with a bridge of its own at the same port: one serves it, the others lend to that one. */
import { APIError } from "openai";
import { beforeAll, beforeEach, expect, test } from "vitest";

import { openAi } from "./support/clients.ts";
import { echo, type ModelRequest, textOf } from "./support/scripted-model.ts";
import { useVsCode } from "./support/use-vscode.ts";
import { becomes, bridgesOf, type BridgeWindow, isReady, openBridge } from "./support/workspace.ts";

/** For what never comes, on whatever machine; how fast another bridge takes over is measured in test/limits. */
const BOUND_MS = 60_000;

const vscode = useVsCode();
let first: BridgeWindow;
let second: BridgeWindow;
let url: string;

beforeAll(async () => {
  first = await openBridge(vscode(), "first", { sampling: "allowed" });
  ({ url } = first);
  second = await openBridge(vscode(), "second", { sampling: "allowed", port: first.port });
});

beforeEach(() => {
  for (const { window } of [first, second]) {
    window.model.behave = echo;
    window.model.requests.length = 0;
  }
});

/** Asks the host of this name, or whichever the bridge chooses. */
async function ask(content: string, host?: string): Promise<string | null | undefined> {
  const body = { model: "parrot", messages: [{ role: "user" as const, content }] };
  const completion = await openAi(url).chat.completions.create(body, {
    headers: host === undefined ? {} : { "x-mcp-host": host },
  });
  return completion.choices[0]?.message.content;
}

/** What the models of a window were asked. */
const heardBy = ({ window }: BridgeWindow): string[] =>
  window.model.requests.map(({ messages }) => textOf(messages.at(-1)));

/** The names of the hosts that the bridge at the port can use. */
async function hosts(): Promise<string[]> {
  const response = await fetch(`${url}/ready`);
  const body = (await response.json()) as { hosts: readonly { label: string }[] };
  return body.hosts.map(({ label }) => label);
}

/** @throws Error with the names there are when so many do not come. */
async function untilHosts(count: number): Promise<string[]> {
  if (await becomes(true, BOUND_MS, async () => (await hosts()).length === count)) return hosts();
  throw new Error(`Wanted ${count} hosts; there are: ${(await hosts()).join(", ")}`);
}

/** Waits until the bridge of a window has ended; then another one must be there, and its window answer. */
async function expectTakeOver(ended: BridgeWindow, by: BridgeWindow): Promise<void> {
  expect(await becomes(true, BOUND_MS, () => bridgesOf(ended).length === 0)).toBe(true);
  expect(await becomes(true, BOUND_MS, () => isReady(by.port))).toBe(true);
  expect(await ask("who is there?")).toBe("You said: who is there?");
  expect(heardBy(by)).toEqual(["who is there?"]);
}

test("each window's model is asked at the one port, and hears only what is meant for it", async () => {
  const labels = await untilHosts(2);
  const answers = await Promise.all(labels.map((label) => ask(`This is for ${label}.`, label)));

  expect(answers).toEqual(labels.map((label) => `You said: This is for ${label}.`));
  const heard = [heardBy(first), heardBy(second)];
  expect(heard.map(({ length }) => length)).toEqual([1, 1]);
  expect(heard.flat().toSorted()).toEqual(labels.map((label) => `This is for ${label}.`).toSorted());
});

test("the work is shared between the windows", async () => {
  const models = [first.window.model, second.window.model];
  for (const model of models) model.behave = () => {};
  const asking = Promise.all(["a", "b", "c", "d"].map((content) => ask(content)));
  asking.catch(() => {}); // Awaited below, after what may fail first.

  // Nobody is answered before all have arrived.
  await Promise.all(
    models.map((model) => model.until("two requests in each model", () => model.requests.length === 2)),
  );
  for (const model of models) for (const request of model.requests) echo(request);
  expect(await asking).toEqual(["a", "b", "c", "d"].map((content) => `You said: ${content}`));
});

test("the window with the port is closed: its clients get an error, the next ones the other window", async () => {
  const [own = ""] = await untilHosts(2);
  const held: ModelRequest[] = [];
  first.window.model.behave = (request) => held.push(request);
  const lost = ask("never answered", own).catch((error: unknown) => error);
  await first.window.model.until("the request in the model", () => held.length === 1);

  await first.window.close();
  await expectTakeOver(first, second);
  const error = await lost;
  expect(error).toBeInstanceOf(APIError);
  expect(error).toMatchObject({ status: 502, code: expect.any(String) });
});

test("the bridge with the port is killed: a window that was opened meanwhile has it", async () => {
  const third = await openBridge(vscode(), "third", { sampling: "allowed", port: second.port });
  await untilHosts(2);
  expect(await ask("before")).toBe("You said: before");
  third.window.model.requests.length = 0;

  for (const pid of bridgesOf(second)) process.kill(pid, "SIGKILL");
  await expectTakeOver(second, third);
  expect(await untilHosts(1)).toHaveLength(1);
});
