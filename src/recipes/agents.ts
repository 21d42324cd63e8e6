/** How to connect Codex and opencode to the bridge: their config files, and Codex's command line. */
import type { Member } from "./member.ts";
import { codexLimits, opencodeLimits } from "./prompt-limits.ts";
import { KEY_VARIABLE, type Target } from "./recipes.ts";

const CODEX_CHOICE = { model_provider: "bridge", model: "auto" };

function codexProvider({ url }: Target): Readonly<Record<string, string>> {
  return {
    name: "MCPTokenBridge",
    base_url: `${url}/v1`,
    env_key: KEY_VARIABLE,
    wire_api: "responses",
  };
}

/** For `~/.codex/config.toml`. */
export function codexConfig(target: Target): string {
  return `${toml({ ...CODEX_CHOICE, ...codexLimits(target.limits) }).join("\n")}

[model_providers.bridge]
${toml(codexProvider(target)).join("\n")}`;
}

/** The same, member by member. An existing display name is kept. */
export function codexMembers(target: Target): Member[] {
  // Each is inserted at the top of the file, above the previous one.
  const choice = Object.entries({ ...CODEX_CHOICE, ...codexLimits(target.limits) })
    .toReversed()
    .map(([name, value]) => ({ path: [name], value }));
  const provider = Object.entries(codexProvider(target)).map(([name, value]) => ({
    path: ["model_providers", "bridge", name],
    value,
    ...(name === "name" && { keep: true as const }),
  }));
  return [...choice, ...provider];
}

/** The same for one run; the config file does not change. */
export function codexFlags(target: Target): string[] {
  const provider = toml(codexProvider(target)).map((line) => `model_providers.bridge.${line}`);
  return [...toml({ ...CODEX_CHOICE, ...codexLimits(target.limits) }), ...provider].flatMap((line) => [
    "-c",
    line.replace(" = ", "="),
  ]);
}

/** A basic string of TOML takes the same escapes as one of JSON. */
function toml(values: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(values).map(([name, value]) => `${name} = ${JSON.stringify(value)}`);
}

/** For `opencode.json`. `npm` is the package that calls the bridge; it is part of opencode. */
export function opencodeConfig(target: Target, npm = "@ai-sdk/openai-compatible"): object {
  return {
    $schema: "https://opencode.ai/config.json",
    ...OPENCODE_CHOICE,
    provider: {
      bridge: {
        npm,
        name: "MCPTokenBridge",
        options: opencodeOptions(target),
        models: opencodeModels(target),
      },
    },
  };
}

/** The same, member by member. The person's own package, limits and models are kept. */
export function opencodeMembers(target: Target): Member[] {
  const bridge = ["provider", "bridge"];
  return [
    { path: ["$schema"], value: "https://opencode.ai/config.json", keep: true },
    ...Object.entries(OPENCODE_CHOICE).map(([name, value]) => ({ path: [name], value })),
    { path: [...bridge, "npm"], value: "@ai-sdk/openai-compatible", keep: true },
    { path: [...bridge, "name"], value: "MCPTokenBridge", keep: true },
    ...Object.entries(opencodeOptions(target)).map(([name, value]) => ({
      path: [...bridge, "options", name],
      value,
    })),
    { path: [...bridge, "models"], value: opencodeModels(target), keep: true },
  ];
}

const OPENCODE_CHOICE = { model: "bridge/auto", small_model: "bridge/auto" };

function opencodeModels({ limits }: Target): object {
  return { auto: { name: "Model of the MCP host", limit: opencodeLimits(limits) } };
}

function opencodeOptions({ url, key, needsKey }: Target): Readonly<Record<string, string>> {
  return { baseURL: `${url}/v1`, apiKey: needsKey ? `{env:${KEY_VARIABLE}}` : key };
}
