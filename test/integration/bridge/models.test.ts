import { afterEach, expect, test } from "vitest";
import type { Config } from "../../../src/config/settings.ts";
import { ask, DIALECTS } from "../../support/bridge/ask.ts";
import { requestFixture } from "../../support/data/fixtures.ts";
import { Gate } from "../../support/streams/gate.ts";
import { attachHost, type InProcessHost } from "../../support/hosts/in-process-host.ts";
import { answerAfter } from "../../support/hosts/scripts.ts";
import { startBridge, type RunningBridge } from "../../support/bridge/start-bridge.ts";
import { verifies } from "../../support/verifies.ts";

let running: RunningBridge;
let attached: InProcessHost;

async function start(settings: Partial<Record<keyof Config, unknown>> = {}): Promise<void> {
  running = await startBridge(settings);
  attached = await attachHost(running.bridge);
}

afterEach(() => running.bridge.stop());

/** The hints of the latest request that the host has got. */
function hintsSent(): string[] {
  const preferences = attached.host.calls.at(-1)?.params["modelPreferences"];
  const { hints } = (preferences ?? {}) as { readonly hints?: readonly { readonly name: string }[] };
  return hints?.map(({ name }) => name) ?? [];
}

async function models(headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(`${running.url}/v1/models`, { headers });
  return ((await response.json()) as { data: unknown }).data;
}

for (const dialect of DIALECTS) {
  verifies(
    "turn.model-names",
    `${dialect}: the hints of an alias, a family, a default and of auto reach the host`,
    async () => {
      await start({ modelAlias: "gpt-4o=copilot/gpt-5-mini|haiku", defaultModel: "gpt-5" });
      const cases: [string, string[]][] = [
        ["gpt-4o-2024-08-06", ["copilot/gpt-5-mini", "haiku"]],
        ["claude-opus-4-1", ["claude-opus-4-1", "claude-opus-4.1", "opus", "sonnet", "claude"]],
        ["my-model", ["my-model", "gpt-5"]],
        ["auto", []],
      ];
      for (const [model, expected] of cases) {
        // Tools, so that what is added for this host stands between the name and its hints.
        const tools =
          dialect === "openai-chat"
            ? [{ type: "function", function: { name: "f", parameters: { type: "object" } } }]
            : [{ name: "f", input_schema: { type: "object" } }];
        const response = await ask(running.url, dialect, { body: { model, tools } });
        expect(await response.json()).toMatchObject({ model: "scripted/model" });
        expect([model, hintsSent()]).toEqual([model, expected]);
        expect(response.headers.get("x-mcp-hints") ?? "").toBe(expected.join(", "));
        expect(response.headers.get("x-mcp-model")).toBe("scripted/model");
      }
    },
  );

  verifies(
    "turn.strict-models",
    `${dialect}: strict names refuse one that nothing is known of, with those there are`,
    async () => {
      await start({ strictModels: true, modelAlias: "fast=haiku" });
      const refused = await ask(running.url, dialect, { body: { model: "my-model" } });
      expect(refused.status).toBe(404);
      const message = "Unknown model `my-model`. Models: auto, scripted-host/auto, fast.";
      expect(await refused.json()).toMatchObject(
        dialect === "openai-chat"
          ? { error: { message, type: "invalid_request_error", param: "model", code: "model_not_found" } }
          : { type: "error", error: { message, type: "not_found_error" } },
      );
      expect(attached.host.calls).toEqual([]);
      for (const model of ["auto", "fast", "gpt-5"]) {
        expect((await ask(running.url, dialect, { body: { model } })).status).toBe(200);
      }
      // Shown by the host meanwhile.
      expect((await ask(running.url, dialect, { body: { model: "scripted/model" } })).status).toBe(200);
    },
  );
}

test("strict names do not hide that no host is there", async () => {
  running = await startBridge({ strictModels: true });
  expect((await ask(running.url, "openai-chat", { body: { model: "my-model" } })).status).toBe(503);
});

const { path, headers, body } = requestFixture("claude-code-title");

async function askForTitle(): Promise<Response> {
  return fetch(`${running.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ ...body, stream: false }),
  });
}

verifies(
  "turn.background-model",
  "a title is asked of the background model, with a notice, a turn is not",
  async () => {
    await start({ backgroundModel: "copilot/gpt-5-mini,haiku" });
    attached.host.script = (call) => call.answer('{"title": "A typo"}');
    const title = await askForTitle();
    expect(title.headers.get("x-mcp-notices")).toContain("background-model");
    expect(hintsSent()).toEqual(["copilot/gpt-5-mini", "haiku", "bridge-model"]);
    const turn = await ask(running.url, "anthropic-messages", { body: { model: "bridge-model" } });
    expect(turn.headers.get("x-mcp-notices") ?? "").not.toContain("background-model");
    expect(hintsSent()).toEqual(["bridge-model"]);
  },
);

verifies("turn.background-model", "without a background model a title is a request like others", async () => {
  await start();
  attached.host.script = (call) => call.answer('{"title": "A typo"}');
  const title = await askForTitle();
  expect(title.headers.get("x-mcp-notices") ?? "").not.toContain("background-model");
  expect(hintsSent()).toEqual(["bridge-model"]);
});

test("a stream whose headers leave before the answer tells the hints, and the model only inside", async () => {
  await start({ peekMs: 20 });
  const gate = new Gate();
  attached.host.script = answerAfter(gate.pass(), "Late.");
  const response = await ask(running.url, "openai-chat", { stream: true, body: { model: "gpt-5" } });
  expect(response.headers.get("x-mcp-model")).toBeNull();
  expect(response.headers.get("x-mcp-hints")).toBe("gpt-5, gpt");
  gate.open();
  expect(await response.text()).toContain('"model":"scripted/model"');
});

verifies("turn.models-listed", "the list has shown models with their host, and aliases", async () => {
  await start({ modelAlias: "fast=gpt-5-mini|haiku" });
  await ask(running.url, "openai-chat");
  const shown = {
    id: "scripted/model",
    mcp: {
      host: "scripted-host",
      abilities: {
        deltas: false,
        tools: false,
        images: "unknown",
        audio: "unknown",
        cancel: "unknown",
        errors: true,
      },
    },
  };
  const host = { ...shown, id: "scripted-host/auto" };
  const alias = { id: "fast", mcp: { stands_for: ["gpt-5-mini", "haiku"] } };
  expect(await models()).toMatchObject([
    { id: "auto" },
    host,
    { ...shown, owned_by: "scripted-host" },
    alias,
  ]);
  expect(await models({ "anthropic-version": "2023-06-01" })).toMatchObject([
    { id: "auto", type: "model" },
    { ...host, type: "model" },
    { ...shown, type: "model", display_name: "scripted/model" },
    { ...alias, type: "model" },
  ]);
  const missing = await fetch(`${running.url}/v1/models/none`);
  expect(missing.status).toBe(404);
  expect(await missing.json()).toMatchObject({ error: { code: "model_not_found" } });
});
