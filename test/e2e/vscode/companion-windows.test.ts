/**
 * The extension in five windows, with an MCP bridge of one of them and an `mcptb host` beside: one address, and whoever reloads, crashes or
 * is killed under load takes nothing of the others along.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { stage } from "../../../scripts/extension.mjs";
import { startUpstream, type FakeUpstream } from "../../support/upstreams/fake-upstream.ts";
import { ask, modelIds } from "./companion/editor.ts";
import { openAi } from "./support/clients.ts";
import { bird, echo, MODELS, type ModelRequest, textOf } from "./support/scripted-model.ts";
import { useVsCode } from "./support/use-vscode.ts";
import type { VsCodeWindow } from "./support/window.ts";
import { becomes, freePort, isReady, makeWorkspace, openBridge, PROGRAM } from "./support/workspace.ts";

const MANY = 300;
/** For what never comes, with so many windows at work. */
const BOUND_MS = 45_000;

let port: number;
let url: string;
let upstream: FakeUpstream;
let host: ChildProcess | undefined;
/** The first leads. */
let windows: VsCodeWindow[] = [];

const vscode = useVsCode(async () => {
  port = await freePort();
  url = `http://127.0.0.1:${port}`;
  const folder = await stage(fileURLToPath(new URL("../../../extension/out", import.meta.url)));
  return { extensions: [folder], machine: { "mcpTokenBridge.port": port } };
});

beforeAll(async () => {
  upstream = await startUpstream(({ reply }) => {
    reply.setHeader("content-type", "application/json");
    const message = { role: "assistant", content: "From the endpoint." };
    reply.end(JSON.stringify({ choices: [{ index: 0, message, finish_reason: "stop" }] }));
  });
  const first = await vscode().open(makeWorkspace(vscode(), "first"));
  expect(await becomes(true, BOUND_MS, () => isReady(port))).toBe(true);
  const names = ["second", "third", "fourth"];
  const others = await Promise.all(names.map((name) => vscode().open(makeWorkspace(vscode(), name))));
  const { window } = await openBridge(vscode(), "fifth", { sampling: "allowed", port });
  windows = [first, ...others, window];
});

afterAll(async () => {
  host?.kill();
  await upstream.close();
});

beforeEach(() => {
  for (const { model } of windows) {
    model.behave = echo;
    model.requests.length = 0;
  }
});

interface ToldHost {
  readonly label: string;
  readonly transport: string;
  readonly canSample: boolean;
}

async function hosts(): Promise<readonly ToldHost[]> {
  const answer = await fetch(`${url}/ready`).catch(() => undefined);
  return ((await answer?.json().catch(() => undefined)) as { hosts: ToldHost[] } | undefined)?.hosts ?? [];
}

async function untilHosts(count: number): Promise<readonly ToldHost[]> {
  await expect
    .poll(async () => (await hosts()).map(({ label }) => label), { timeout: BOUND_MS })
    .toHaveLength(count);
  return hosts();
}

interface Stream {
  readonly text: () => string;
  /** How it ended. */
  readonly ended: Promise<"regular" | "error">;
}

/** A stream at this host whose model has said "half "; also which window it is. */
async function halfWay(
  label: string,
): Promise<{ window: VsCodeWindow; request: ModelRequest; stream: Stream }> {
  const wanted = `for ${label}`;
  for (const { model } of windows) model.behave = () => {};
  const opening = openAi(url).chat.completions.create(
    { ...ask(wanted), stream: true },
    { headers: { "x-mcp-host": label } },
  );
  const find = () =>
    windows
      .map((window) => ({
        window,
        request: window.model.requests.find(({ messages }) => textOf(messages.at(-1)) === wanted),
      }))
      .find((found): found is { window: VsCodeWindow; request: ModelRequest } => found.request !== undefined);
  await expect.poll(find, { timeout: BOUND_MS }).toBeDefined();
  const found = find();
  if (found === undefined) throw new Error(`Nobody heard what is ${wanted}.`);
  found.request.write("half ");
  let text = "";
  let arrived = () => {};
  const half = new Promise<void>((resolve) => (arrived = resolve));
  const ended = (async () => {
    try {
      let finish: string | null | undefined;
      for await (const { choices } of await opening) {
        text += choices[0]?.delta.content ?? "";
        finish = choices[0]?.finish_reason ?? finish;
        if (text !== "") arrived();
      }
      return finish === "stop" ? "regular" : "error";
    } catch {
      return "error";
    }
  })();
  await half;
  return { ...found, stream: { text: () => text, ended } };
}

/** The names of the hosts that are windows with the extension. */
async function windowLabels(): Promise<string[]> {
  const labels: string[] = [];
  for (const { label } of await hosts()) {
    for (const { model } of windows) model.requests.length = 0;
    await openAi(url).chat.completions.create(ask(label, "auto"), { headers: { "x-mcp-host": label } });
    if (windows.some(({ model }) => model.requests.some(({ messages }) => messages.length === 1)))
      labels.push(label);
  }
  return labels;
}

test("five windows, a bridge of VS Code's MCP client and an endpoint's host are one address", async () => {
  host = spawn(
    process.execPath,
    [PROGRAM, "host", "--upstream", upstream.url, "--model", "m", "--consent", "always"].concat([
      "--",
      "mcptb",
      "--port",
      String(port),
    ]),
    {
      env: { PATH: process.env["PATH"], HOME: `${vscode().folder}/home`, OPENAI_API_KEY: "none" },
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  const all = await untilHosts(windows.length + 1);
  const heard = new Set<string>();
  for (const { label } of all) {
    const { choices } = await openAi(url).chat.completions.create(ask(label, "auto"), {
      headers: { "x-mcp-host": label },
    });
    heard.add(choices[0]?.message.content ?? "");
  }
  expect(heard).toContain("From the endpoint.");
  expect(windows.map(({ model }) => model.requests.length > 0)).not.toContain(false);
});

test(`a window with ${MANY} models lends them all through the one that leads`, async () => {
  const [, second] = windows;
  second?.model.offer([...MODELS, ...Array.from({ length: MANY }, (_, index) => bird(`bird-${index}`))]);
  await expect
    .poll(async () => (await modelIds({ url })).filter((id) => id.includes("bird-")).length, {
      timeout: BOUND_MS,
    })
    .toBe(MANY);
  await openAi(url).chat.completions.create(ask("hello", `scripted/bird-${MANY - 1}`));
  expect(second?.model.requests.map(({ model }) => model)).toEqual([`bird-${MANY - 1}`]);
  second?.model.offer(MODELS);
});

test("a window that reloads and one that crashes end their own streams alone, as failures", async () => {
  const labels = await windowLabels();
  expect(labels).toHaveLength(windows.length);
  const under: Awaited<ReturnType<typeof halfWay>>[] = [];
  for (const label of labels) under.push(await halfWay(label));
  const at = (window: VsCodeWindow | undefined) => under.find((each) => each.window === window);
  const [, reloads, crashes, ...others] = windows;

  process.kill(crashes?.model.pid ?? 0, "SIGKILL");
  await reloads?.reload();
  expect(await at(crashes)?.stream.ended).toBe("error");
  expect(await at(reloads)?.stream.ended).toBe("error");

  for (const window of [windows[0], ...others]) {
    const { request, stream } = at(window) ?? {};
    request?.answer("whole");
    expect(await stream?.ended).toBe("regular");
    expect(stream?.text()).toBe("half whole");
  }
  // VS Code starts it again.
  await crashes?.revived();
  await untilHosts(windows.length + 1);
});

test("the window that leads is killed under load: another leads, and all others lend to it", async () => {
  const [leads, ...others] = windows;
  const labels = await windowLabels();
  const under: Awaited<ReturnType<typeof halfWay>>[] = [];
  for (const label of labels) under.push(await halfWay(label));

  process.kill(leads?.model.pid ?? 0, "SIGKILL");
  // All clients were connected to it: none may take what it has for a whole answer.
  for (const { stream } of under) expect(await stream.ended).toBe("error");
  for (const { window, request } of under.filter(({ window: each }) => each !== leads))
    await window.model.until("the cancellation", () => request.cancelledAt !== undefined);

  for (const { model } of others) model.behave = echo;
  await expect
    .poll(
      () =>
        openAi(url)
          .chat.completions.create(ask("still there?"))
          .catch(() => undefined),
      { timeout: BOUND_MS },
    )
    .toMatchObject({ choices: [{ message: { content: "You said: still there?" } }] });
  await leads?.revived();
  await untilHosts(windows.length + 1);
  // Those that were started again have their models a moment later.
  await expect
    .poll(async () => (await hosts()).filter(({ canSample }) => !canSample), { timeout: BOUND_MS })
    .toEqual([]);
});

test("when all windows are gone the endpoint's host still answers there", async () => {
  for (const window of windows) await window.close();
  await untilHosts(1);
  const { choices } = await openAi(url).chat.completions.create(ask("anyone?", "auto"));
  expect(choices[0]?.message.content).toBe("From the endpoint.");
  host?.kill();
  if (host !== undefined) await once(host, "exit");
  expect(await isReady(port)).toBe(false);
});
