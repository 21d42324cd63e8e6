import { VERSION } from "../util/package.ts";
import {
  claudeCode,
  curl,
  liteLlmPython,
  openaiJavaScript,
  openaiPython,
  type Target,
} from "../recipes/recipes.ts";
import type { Shell } from "../recipes/shell.ts";

/** What `mcptb demo` prints when the bridge is ready: the URLs, and lines to paste. */
export function demoBanner(target: Target, shell: Shell, ownCommand: string): string {
  const recipes = [
    ["curl", curl(target, shell)],
    ["OpenAI SDK, JavaScript (npm install openai)", openaiJavaScript(target)],
    ["OpenAI SDK, Python (pip install openai)", openaiPython(target)],
    ["LiteLLM (pip install litellm); for its proxy see: mcptb connect litellm", liteLlmPython(target)],
    ["Claude Code", claudeCode(target, shell)],
  ] as const;
  return `MCPTokenBridge ${VERSION} serves a demo model:

  In a browser   ${target.url}/
  In a terminal  ${ownCommand} ask "Hello!"
  OpenAI API     ${target.url}/v1
  Anthropic API  ${target.url}
${target.needsKey ? "\nWrite one of your keys for YOUR_KEY.\n" : ""}
${recipes.map(([title, text]) => `── ${title}\n${text}\n`).join("\n")}
Ctrl-C ends the bridge and the demo. What the demo host lends is listed below.
`;
}
