import { commandName } from "./own-program.ts";
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
import { say } from "../util/say.ts";

export interface Served {
  /** A description of the model. */
  readonly what: string;
  /** The last line. */
  readonly end: string;
}

/** The text that our own hosts print when their bridge is ready: the URLs, and lines to paste. */
export function banner(target: Target, shell: Shell, { what, end }: Served): string {
  const recipes = [
    ["curl", curl(target, shell)],
    [say`OpenAI SDK, JavaScript (npm install openai)`, openaiJavaScript(target)],
    [say`OpenAI SDK, Python (pip install openai)`, openaiPython(target)],
    [say`LiteLLM (pip install litellm); for its proxy see: mcptb connect litellm`, liteLlmPython(target)],
    ["Claude Code", claudeCode(target, shell)],
  ] as const;
  return say`MCPTokenBridge ${VERSION} serves ${what}:

  In a browser   ${target.url}/
  In a terminal  ${commandName()} ask "Hello!"
  OpenAI API     ${target.url}/v1
  Anthropic API  ${target.url}
  Gemini API     ${target.url}
  Ollama API     ${target.url}
${target.needsKey ? `\n${say`Replace YOUR_KEY with one of your keys.`}\n` : ""}
${recipes.map(([title, text]) => `── ${title}\n${text}\n`).join("\n")}
${end}
`;
}
