import { expect } from "vitest";
import { openAgent, type Access } from "../../../extension/src/terminals.ts";
import { useEditor, type OpenedTerminal } from "../../support/editor/vscode.ts";
import { verifies } from "../../support/verifies.ts";

const ACCESS: Access = {
  url: "http://127.0.0.1:8000",
  key: "secret",
  limits: { auto: 120_000, claude: 110_000 },
};

function opened(name: Parameters<typeof openAgent>[0], access = ACCESS): OpenedTerminal {
  const { terminals } = useEditor();
  openAgent(name, access);
  const [terminal] = terminals;
  if (terminal === undefined) throw new Error("No terminal was opened.");
  return terminal;
}

verifies(
  "editor.terminals",
  "each agent is told the address, the key and the size of the model's prompts",
  () => {
    const claude = opened("openClaudeCode");
    expect(claude).toEqual({
      name: "Claude Code (bridge)",
      env: {
        ANTHROPIC_BASE_URL: "http://127.0.0.1:8000",
        ANTHROPIC_AUTH_TOKEN: "secret",
        ANTHROPIC_API_KEY: null,
        CLAUDE_CODE_AUTO_COMPACT_WINDOW: "110000",
      },
      typed: ["claude"],
    });
    const codex = opened("openCodex");
    expect(codex.env).toEqual({ MCPTB_KEY: "secret" });
    expect(codex.typed[0]).toContain(" model_context_window=120000 ");
    const opencode = opened("openOpencode");
    expect(opencode.env["MCPTB_KEY"]).toBe("secret");
    expect(JSON.parse(opencode.env["OPENCODE_CONFIG_CONTENT"] ?? "")).toMatchObject({
      model: "bridge/auto",
      provider: {
        bridge: {
          options: { baseURL: "http://127.0.0.1:8000/v1", apiKey: "{env:MCPTB_KEY}" },
          models: { auto: { limit: { context: 120_000, output: 32_000 } } },
        },
      },
    });
  },
);

verifies(
  "editor.terminals",
  "any other program finds the bridge by the variables of its vendor's package",
  () => {
    const { env, typed } = opened("openTerminal");
    expect(env).toMatchObject({
      OPENAI_BASE_URL: "http://127.0.0.1:8000/v1",
      OPENAI_API_KEY: "secret",
      ANTHROPIC_BASE_URL: "http://127.0.0.1:8000",
      ANTHROPIC_AUTH_TOKEN: "secret",
      ANTHROPIC_API_KEY: null,
      GOOGLE_GEMINI_BASE_URL: "http://127.0.0.1:8000",
      GEMINI_API_KEY: "secret",
    });
    expect(typed).toEqual([]);
  },
);

verifies("editor.terminals", "the key is typed nowhere, and what is not known is not told", () => {
  for (const name of ["openClaudeCode", "openCodex", "openOpencode"] as const) {
    expect(opened(name).typed.join()).not.toContain("secret");
    const plain = opened(name, { ...ACCESS, key: undefined, limits: {} });
    expect(JSON.stringify(plain)).not.toMatch(/COMPACT|context_window|undefined/);
  }
});
