/** `mcptb connect claude-code|codex|opencode|litellm|openai|gemini-cli|ollama`: the client's side, as text to paste. */
import { CLIENT_FILES } from "../../client-files/clients.ts";
import { codexConfig, opencodeConfig } from "../../recipes/agents.ts";
import {
  claudeCode,
  claudeCodeEnv,
  claudeCodeThroughLiteLlmEnv,
  geminiEnv,
  geminiSettings,
  genaiJavaScript,
  genaiPython,
  KEY_VARIABLE,
  LITELLM_KEY,
  liteLlmCommand,
  liteLlmConfig,
  liteLlmPython,
  ollamaJavaScript,
  ollamaPython,
  openaiEnv,
  openaiJavaScript,
  openaiPython,
  type ClientName,
  type Target,
} from "../../recipes/recipes.ts";
import { withEnv, type Shell } from "../../recipes/shell.ts";

const PROXY_URL = "http://127.0.0.1:4000";

export function recipeFor(client: ClientName, target: Target, shell: Shell): string {
  const key = target.needsKey ? `Replace ${target.key} with one of the bridge's keys.\n\n` : "";
  const hint =
    client in CLIENT_FILES ? "\n--write puts it into the file, after showing the change and asking.\n" : "";
  return `${key}${TEXTS[client](target, shell)}\n${hint}`;
}

const TEXTS: Readonly<Record<ClientName, (target: Target, shell: Shell) => string>> = {
  "claude-code": (target, shell) => `── in a shell
${claudeCode(target, shell)}

── or, while the bridge runs
mcptb claude

── or for good, in ~/.claude/settings.json
${JSON.stringify({ env: claudeCodeEnv(target) }, undefined, 2)}

── through a LiteLLM proxy (mcptb connect litellm)
${withEnv(shell, claudeCodeThroughLiteLlmEnv(PROXY_URL), "claude")}`,

  codex: (target, shell) => `── ~/.codex/config.toml
${codexConfig(target)}

── start it
${withEnv(shell, { [KEY_VARIABLE]: target.key }, "codex")}

── or for one run, without the file
mcptb codex`,

  opencode: (target, shell) => `── ~/.config/opencode/opencode.json, or opencode.json in your project
${JSON.stringify(opencodeConfig(target), undefined, 2)}

── start it
${target.needsKey ? withEnv(shell, { [KEY_VARIABLE]: target.key }, "opencode") : "opencode"}

Over the Messages API write @ai-sdk/anthropic for npm, over the Responses API @ai-sdk/openai.`,

  litellm: (target, shell) => `── the proxy: litellm.yaml
${liteLlmConfig(target)}

── start it (write a long random text for ${LITELLM_KEY}; it is the proxy's own key)
${liteLlmCommand(target, shell)}

Its clients use ${PROXY_URL} with that key and the model name "bridge", over either API.

── without the proxy, in Python
${liteLlmPython(target)}`,

  openai: (target, shell) => `── JavaScript (npm install openai)
${openaiJavaScript(target)}

── Python (pip install openai)
${openaiPython(target)}

── or by environment, for programs that read it
${withEnv(shell, openaiEnv(target), "your-program")}`,

  "gemini-cli": (
    target,
    shell,
  ) => `── Gemini CLI: ~/.gemini/settings.json, because with another address it does not use the key by itself
${JSON.stringify(geminiSettings(target), undefined, 2)}

── start it
${withEnv(shell, geminiEnv(target), "gemini")}

── JavaScript (npm install @google/genai)
${genaiJavaScript(target)}

── Python (pip install google-genai)
${genaiPython(target)}`,

  ollama: (
    target,
    shell,
  ) => `── programs with a setting for Ollama's address (host, server or base URL); a key, if needed, is a bearer token
${target.url}

── programs that look at port 11434 and nowhere else: give the bridge that port too
--ollama-port 11434

── by environment, for programs in Python and others that read it
${withEnv(shell, { OLLAMA_HOST: target.url, ...(target.needsKey && { OLLAMA_API_KEY: target.key }) }, "your-program")}

── JavaScript (npm install ollama)
${ollamaJavaScript(target)}

── Python (pip install ollama)
${ollamaPython(target)}`,
};
