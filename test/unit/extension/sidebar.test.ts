/** What the sidebar shows, and what it can be told. */
import { describe, expect, test } from "vitest";
import { isLent, withModel } from "../../../extension/src/lent-models.ts";
import { sectionsOf, sidebarMessage, type Known } from "../../../extension/src/sidebar-content.ts";
import { page } from "../../../extension/src/sidebar.ts";
import { throttled } from "../../../extension/src/throttled.ts";
import { verifies } from "../../support/verifies.ts";

const t = (sentence: string, ...values: readonly (string | number)[]): string =>
  sentence.replaceAll(/\{(\d)\}/g, (_, place: string) => String(values[Number(place)]));

const KNOWN: Known = {
  url: "http://127.0.0.1:8000",
  isRunning: true,
  standing: "2 models",
  problem: undefined,
  isDenied: false,
  turns: [
    {
      id: 7,
      client: "claude-cli/2.0 (external)",
      model: "copilot/gpt",
      state: "answering",
      began: 0,
      firstMs: 12,
      characters: 40,
      calls: 1,
    },
    {
      id: 6,
      client: "",
      model: "copilot/gpt",
      state: "failed",
      problem: "host_failed",
      began: 0,
      ms: 1500,
      characters: 0,
      calls: 0,
    },
  ],
  lent: [
    { id: "copilot/auto", name: "Auto" },
    { id: "copilot/gpt", name: "<b>GPT</b>", inputTokens: 128_000, images: "yes" },
  ],
  hidden: ["own/llama"],
  defaultModel: "",
  asked: (model) => (model === "copilot/gpt" ? 3 : 0),
  hosts: [
    {
      label: "vscode",
      name: "Visual Studio Code",
      version: "1",
      transport: "embedded",
      consent: "granted",
      running: 1,
      queued: 0,
      draining: true,
      failing: false,
      canSample: true,
      models: [],
      abilities: { images: "no" },
    },
  ],
};

verifies("editor.sidebar", "it shows requests, models and hosts with what can be done about each", () => {
  const [bridge, requests, models, hosts] = sectionsOf(KNOWN, t);
  expect(bridge?.items[0]?.name).toBe("http://127.0.0.1:8000/v1");
  expect(requests?.items).toMatchObject([
    {
      name: "claude-cli/2.0 → copilot/gpt",
      state: { text: "answering" },
      details: ["40 characters, 1 tool calls, first piece after 12 ms"],
      actions: [{ message: { type: "cancel", id: 7 } }],
    },
    { name: "unknown program → copilot/gpt", state: { text: "failed: host_failed" }, actions: [] },
  ]);
  expect(models?.items.map(({ name, details }) => [name, ...details])).toEqual([
    ["copilot/auto", "Auto", "default"],
    // Text, which the page never reads as HTML.
    ["copilot/gpt", "<b>GPT</b>", "128,000 tokens, images, 3 requests"],
    ["own/llama", "hidden"],
  ]);
  expect(hosts?.items[0]?.actions[0]?.message).toEqual({ type: "drain", host: "vscode", drain: false });
});

verifies("editor.sidebar", "all that its buttons tell is understood, and nothing else", () => {
  const messages = sectionsOf({ ...KNOWN, isDenied: true }, t).flatMap(({ items }) =>
    items.flatMap(({ actions }) => actions.map(({ message }) => message)),
  );
  expect(messages.length).toBeGreaterThan(8);
  for (const message of messages) expect(sidebarMessage.parse(message)).toEqual(message);
  for (const wrong of [null, "stop", { type: "command", name: "workbench.action.quit" }, { type: "eval" }])
    expect(sidebarMessage.safeParse(wrong).success).toBe(false);
});

verifies("editor.sidebar", "its policy lets nothing run or load but its own two files", () => {
  const html = page({ source: "vscode:", script: 'a"><script>', style: "b", language: "en" });
  expect(html).toContain("default-src 'none'; script-src vscode:; style-src vscode:");
  expect(html).not.toContain("unsafe");
  expect(html).not.toContain('a"><script>');
});

describe("which models are lent", () => {
  test.each([
    [[], true],
    [["!copilot/*"], false],
    [["!copilot/*", "copilot/gpt"], true],
    [["own/*"], false],
    [["COPILOT/*"], true],
    [["copilot/*", "!*gpt*"], false],
  ])("by %j", (patterns, lent) => {
    expect(isLent("copilot/gpt", patterns)).toBe(lent);
  });

  test.each([[[]], [["own/*"]], [["!copilot/*"]], [["copilot/gpt"]], [["!copilot/gpt", "own/*"]]])(
    "can be changed for one, from %j",
    (patterns) => {
      for (const lend of [true, false]) {
        const changed = withModel("copilot/gpt", lend, patterns);
        expect(isLent("copilot/gpt", changed)).toBe(lend);
        expect(isLent("own/llama", changed)).toBe(isLent("own/llama", patterns));
      }
    },
  );
});

test("what is asked for often is done soon, and seldom", async () => {
  let done = 0;
  const { call, dispose } = throttled(20, () => (done += 1));
  for (let index = 0; index < 100; index += 1) call();
  expect(done).toBe(1);
  await expect.poll(() => done).toBe(2);
  dispose();
});
