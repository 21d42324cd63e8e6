/** How to connect clients to the bridge, as text to paste. */
import type { Member } from "./member.ts";
import { claudeCodeLimits, geminiLimits, type PromptLimits } from "./prompt-limits.ts";
import { curlPost, withEnv, type Shell } from "./shell.ts";

/** The clients whose config file we can write. */
const WITH_FILE = ["claude-code", "codex", "opencode", "litellm"] as const;

/** The clients that the bridge knows how to connect. */
export const CLIENTS = [...WITH_FILE, "openai", "gemini-cli", "ollama"] as const;
export type ClientName = (typeof CLIENTS)[number];

export function hasFile(client: ClientName): client is (typeof WITH_FILE)[number] {
  return WITH_FILE.some((known) => known === client);
}

export interface Target {
  /** The bridge's address without a path, e.g. `http://127.0.0.1:8000`. */
  readonly url: string;
  /** The key to show for a client: a placeholder where keys are configured, else any text. */
  readonly key: string;
  readonly needsKey: boolean;
  readonly limits?: PromptLimits;
}

/** Used where a client wants a key but the bridge needs none. */
export const NO_KEY = "none";

/** Placeholder for one of the configured keys, which are never printed. */
export const KEY_PLACEHOLDER = "YOUR_KEY";

/** The environment variable from which clients read the bridge's key, where their files support that. */
export const KEY_VARIABLE = "MCPTB_KEY";

export function targetOf(url: string, keys: readonly string[]): Target {
  const needsKey = keys.length > 0;
  return { url, needsKey, key: needsKey ? KEY_PLACEHOLDER : NO_KEY };
}

const QUESTION = { model: "auto", stream: true, messages: [{ role: "user", content: "Hello!" }] };

export function curl({ url, key, needsKey }: Target, shell: Shell): string {
  const headers = {
    "content-type": "application/json",
    ...(needsKey && { authorization: `Bearer ${key}` }),
  };
  return curlPost(shell, `${url}/v1/chat/completions`, headers, QUESTION);
}

/** For programs on OpenAI's packages. */
export function openaiEnv({ url, key }: Target): Readonly<Record<string, string>> {
  return { OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: key };
}

export function openaiJavaScript({ url, key }: Target): string {
  return `import OpenAI from "openai";
const client = new OpenAI({ baseURL: "${url}/v1", apiKey: "${key}" });
const messages = [{ role: "user", content: "Hello!" }];
const stream = await client.chat.completions.create({ model: "auto", stream: true, messages });
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta?.content ?? "");`;
}

export function openaiPython({ url, key }: Target): string {
  return `from openai import OpenAI
client = OpenAI(base_url="${url}/v1", api_key="${key}")
messages = [{"role": "user", "content": "Hello!"}]
for chunk in client.chat.completions.create(model="auto", stream=True, messages=messages):
    print(chunk.choices[0].delta.content or "", end="", flush=True)`;
}

/** The model name with which the proxy's clients ask for the bridge. */
export const LITELLM_MODEL = "bridge";

/** A retry may cost the person at the host, so LiteLLM must not retry, nor hide an error in a cooldown. */
export const LITELLM_ROUTER = { num_retries: 0, disable_cooldowns: true };

export function liteLlmParams({ url, key, needsKey }: Target): Readonly<Record<string, string>> {
  return {
    model: "anthropic/auto",
    api_base: url,
    api_key: needsKey ? `os.environ/${KEY_VARIABLE}` : key,
  };
}

/** The proxy's config file. */
export function liteLlmConfig(target: Target): string {
  const lines = (values: object): string[] =>
    Object.entries(values).map(([name, value]) => `${name}: ${value}`);
  return [
    "model_list:",
    `  - model_name: ${LITELLM_MODEL}`,
    "    litellm_params:",
    ...lines(liteLlmParams(target)).map((line) => `      ${line}`),
    "router_settings:",
    ...lines(LITELLM_ROUTER).map((line) => `  ${line}`),
  ].join("\n");
}

/** Placeholder for the proxy's own key, without which it refuses to start. */
export const LITELLM_KEY = "sk-YOUR_OWN_KEY";

/** Without `--host` the proxy listens on every address. */
export function liteLlmCommand({ key, needsKey }: Target, shell: Shell, file = "litellm.yaml"): string {
  const config = /^[\w./\\:-]+$/.test(file) ? file : `"${file}"`;
  const command = `litellm --config ${config} --host 127.0.0.1 --port 4000`;
  return withEnv(
    shell,
    { ...(needsKey && { [KEY_VARIABLE]: key }), LITELLM_MASTER_KEY: LITELLM_KEY },
    command,
  );
}

/** One call with LiteLLM's SDK. */
export function liteLlmPython({ url, key }: Target): string {
  return `import litellm
messages = [{"role": "user", "content": "Hello!"}]
for chunk in litellm.completion(model="openai/auto", api_base="${url}/v1", api_key="${key}", stream=True, messages=messages):
    print(chunk.choices[0].delta.content or "", end="", flush=True)`;
}

/** For Gemini CLI's `settings.json`: it signs in with the key. */
export function geminiSettings({ limits }: Pick<Target, "limits"> = {}): object {
  return { security: { auth: { selectedType: "gemini-api-key" } }, ...geminiLimits(limits) };
}

/** For Gemini CLI and other programs that use Google's packages, which add the path and require a key. */
export function geminiEnv({ url, key }: Target): Readonly<Record<string, string>> {
  return { GOOGLE_GEMINI_BASE_URL: url, GEMINI_API_KEY: key };
}

export function genaiJavaScript({ url, key }: Target): string {
  return `import { GoogleGenAI } from "@google/genai";
const client = new GoogleGenAI({ apiKey: "${key}", httpOptions: { baseUrl: "${url}" } });
const stream = await client.models.generateContentStream({ model: "auto", contents: "Hello!" });
for await (const chunk of stream) process.stdout.write(chunk.text ?? "");`;
}

export function genaiPython({ url, key }: Target): string {
  return `from google import genai
client = genai.Client(api_key="${key}", http_options={"base_url": "${url}"})
for chunk in client.models.generate_content_stream(model="auto", contents="Hello!"):
    print(chunk.text or "", end="", flush=True)`;
}

export function ollamaJavaScript({ url, key, needsKey }: Target): string {
  const headers = needsKey ? `, headers: { Authorization: "Bearer ${key}" }` : "";
  return `import { Ollama } from "ollama";
const client = new Ollama({ host: "${url}"${headers} });
const messages = [{ role: "user", content: "Hello!" }];
const stream = await client.chat({ model: "auto", messages, stream: true });
for await (const part of stream) process.stdout.write(part.message.content);`;
}

export function ollamaPython({ url, key, needsKey }: Target): string {
  const headers = needsKey ? `, headers={"Authorization": "Bearer ${key}"}` : "";
  return `from ollama import Client
client = Client(host="${url}"${headers})
messages = [{"role": "user", "content": "Hello!"}]
for part in client.chat(model="auto", messages=messages, stream=True):
    print(part.message.content, end="", flush=True)`;
}

export function claudeCodeEnv({ url, key, limits }: Target): Readonly<Record<string, string>> {
  return { ANTHROPIC_BASE_URL: url, ANTHROPIC_AUTH_TOKEN: key, ...claudeCodeLimits(limits) };
}

/** For `~/.claude/settings.json`, which cannot refer to a variable, so the bridge's key is not written there. */
export function claudeCodeMembers(target: Target): Member[] {
  return Object.entries(claudeCodeEnv(target))
    .filter(([name]) => name !== "ANTHROPIC_AUTH_TOKEN" || !target.needsKey)
    .map(([name, value]) => ({
      path: ["env", name],
      value,
      // Which model is the person's to choose.
      ...(name === "ANTHROPIC_MODEL" && { keep: true as const }),
    }));
}

/**
 * LiteLLM does not pass on that a retry is useless, and by default Claude Code retries for three minutes before it
 * shows an error.
 */
export function claudeCodeThroughLiteLlmEnv(url: string): Readonly<Record<string, string>> {
  return {
    ANTHROPIC_BASE_URL: url,
    ANTHROPIC_AUTH_TOKEN: LITELLM_KEY,
    ANTHROPIC_MODEL: "bridge",
    CLAUDE_CODE_MAX_RETRIES: "1",
  };
}

export function claudeCode(target: Target, shell: Shell): string {
  return withEnv(shell, claudeCodeEnv(target), "claude");
}
