/**
 * VS Code as client: its own Ollama provider, to which a person gives the bridge's address. The editor lists the bridge's models beside
 * its own, without any account, and every extension can ask them.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";

import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { attachHost } from "../../support/hosts/in-process-host.ts";
import { answer, hang, refuse } from "../../support/hosts/scripts.ts";
import type { ScriptedHost } from "../../support/hosts/scripted-host.ts";
import { verifies } from "../../support/verifies.ts";
import type { Message, Part, Question } from "./support/scripted-model.ts";
import { useVsCode } from "./support/use-vscode.ts";
import type { VsCodeWindow } from "./support/window.ts";
import { becomes, makeWorkspace } from "./support/workspace.ts";

const FIND_MS = 90_000;
const USER = 1;
const ASSISTANT = 2;
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFElEQVR4nGP4z8DAwMDA8J+BgQEADQQB/3MMbYkAAAAASUVORK5CYII=";
const SKY = {
  name: "sky",
  description: "What the sky looks like.",
  inputSchema: { type: "object", properties: { where: { type: "string" } }, required: ["where"] },
};
/** The two kinds of host: one takes tools, for the other the bridge says them in words. */
const KINDS = ["hands", "words"] as const;
type Kind = (typeof KINDS)[number];

let running: RunningBridge;
const hosts: Partial<Record<Kind, ScriptedHost>> = {};
let window: VsCodeWindow;

const vscode = useVsCode(async () => {
  running = await startBridge();
  for (const kind of KINDS) {
    const capabilities = { sampling: kind === "hands" ? { tools: {} } : {} };
    ({ host: hosts[kind] } = await attachHost(running.bridge, { name: kind, capabilities }));
  }
  return { providers: [{ vendor: "ollama", name: "Bridge", url: running.url }] };
});

const hostOf = (kind: Kind): ScriptedHost => {
  const host = hosts[kind];
  if (host === undefined) throw new Error(`No host ${kind} is attached.`);
  return host;
};

const found = (): ReturnType<VsCodeWindow["model"]["models"]> => window.model.models({ vendor: "ollama" });

beforeAll(async () => {
  window = await vscode().open(makeWorkspace(vscode(), "own-model"));
  // Until somebody has set up the chat, the extension that has the provider is disabled. Enabling it needs no account.
  await window.model.execute("workbench.extensions.action.enableAll");
  await becomes(true, FIND_MS, async () => (await found()).length > 0);
});
beforeEach(() => {
  for (const kind of KINDS) {
    hostOf(kind).script = answer("Hello from the host.");
    hostOf(kind).calls.length = 0;
  }
});
afterAll(() => running?.bridge.stop());

const said = (text: string): Message => ({ role: USER, parts: [{ text }] });

function ask(kind: Kind, messages: readonly Message[], tools: Question["tools"] = []) {
  const parts: Part[] = [];
  const question = { selector: { vendor: "ollama", id: `${kind}/auto` }, messages, tools };
  const { ended, leave } = window.model.ask(question, (part) => parts.push(part));
  return { parts, ended, leave };
}

const textIn = (parts: readonly Part[]): string =>
  parts.map((part) => ("text" in part ? part.text : "")).join("");

verifies("ollama.vscode", "the editor lists what can be named, with what it can do", async () => {
  const models = await found();
  expect(models.map(({ id }) => id)).toEqual(["auto", "hands/auto", "words/auto"]);
  expect(models.every(({ vendor }) => vendor === "ollama")).toBe(true);
});

verifies("ollama.vscode", "an answer comes in pieces", async () => {
  const { parts, ended } = ask("words", [said("hi")]);
  await ended;
  expect(textIn(parts)).toBe("Hello from the host.");
  expect(parts.length).toBeGreaterThan(1);
  expect(hostOf("words").calls.map(({ lastText }) => lastText)).toEqual(["hi"]);
  expect(hostOf("hands").calls).toEqual([]);
});

test.each(KINDS)("a tool is called and its result comes back: %s", async (kind) => {
  const called =
    kind === "hands"
      ? {
          role: "assistant",
          model: "m",
          stopReason: "toolUse",
          content: [{ type: "tool_use", id: "c1", name: "sky", input: { where: "here" } }],
        }
      : '<tool_call>\n{"name": "sky", "arguments": {"where": "here"}}\n</tool_call>';
  hostOf(kind).script = answer(called);
  const first = ask(kind, [said("look")], [SKY]);
  await first.ended;
  const [call] = first.parts.filter((part) => "input" in part);
  expect(call).toMatchObject({ name: "sky", input: { where: "here" } });
  if (call === undefined) return;

  hostOf(kind).script = answer("It is blue.");
  const result = { resultOf: call.callId, content: [{ text: "blue above here" }] };
  const second = ask(
    kind,
    [said("look"), { role: ASSISTANT, parts: [call] }, { role: USER, parts: [result] }],
    [SKY],
  );
  await second.ended;
  expect(textIn(second.parts)).toBe("It is blue.");
  expect(JSON.stringify(hostOf(kind).calls.at(-1)?.params["messages"])).toContain("blue above here");
});

verifies("ollama.vscode", "a picture reaches the host", async () => {
  const { ended } = ask("hands", [
    { role: USER, parts: [{ text: "what is it?" }, { mimeType: "image/png", base64: PNG }] },
  ]);
  await ended;
  expect(JSON.stringify(hostOf("hands").calls[0]?.params)).toContain(PNG);
});

verifies("ollama.vscode", "who leaves cancels the request at the host", async () => {
  hostOf("hands").script = hang;
  const { ended, leave } = ask("hands", [said("a long one")]);
  ended.catch(() => {}); // It is left.
  const { calls } = hostOf("hands");
  await hostOf("hands").until(() => calls.length > 0);
  leave();
  await calls[0]?.cancelled;
  expect(calls.map(({ isCancelled }) => isCancelled)).toEqual([true]);
});

verifies("ollama.vscode", "a refusal is told, and not taken for an answer", async () => {
  hostOf("hands").script = refuse;
  const { parts, ended } = ask("hands", [said("something private")]);
  await expect(ended).rejects.toThrow(/refused/);
  expect(textIn(parts)).toBe("");
});
