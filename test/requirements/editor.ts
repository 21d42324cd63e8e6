import type { Requirement } from "./requirement.ts";

const API = "VS Code API, Language Models";
const DOCS = "docs/hosts/vscode.md";

/** The extension, whose host are the models of the editor. */
export const editor = [
  {
    id: "editor.failures",
    source: API,
    text: "What the editor or a provider fails with, told by code, by name or by words, is the client's error with a next step: before the first part its status, after it the dialect's error event and never a regular end.",
  },
  {
    id: "editor.refused-before",
    source: API,
    text: "What a model cannot be sent is refused by name before anything is: images without vision, broken images, audio, arguments that are no object, too many tools, bad names of tools.",
  },
  {
    id: "editor.thinking",
    source: "Anthropic API reference, thinking; VS Code's LanguageModelThinkingPart",
    text: "A model's thinking reaches the client, and goes back whole with id and metadata; a foreign or damaged signature is left out with a notice.",
  },
  {
    id: "editor.usage",
    source: "Copilot Chat, the data part of type usage",
    text: "What the provider has counted reaches the client; where it counts nothing the bridge estimates and says so.",
  },
  {
    id: "editor.options",
    source: API,
    text: "Limits, temperature, stop sequences and effort reach the provider; a call that is required comes, also where several tools are offered and the editor would refuse.",
  },
  {
    id: "editor.consent",
    source: DOCS,
    text: "One dialog for all that wait; a refusal ends them all, and no request opens another dialog until the person allows it. Providers are asked about one by one.",
  },
  {
    id: "editor.catalog",
    source: "OpenAI, Anthropic and Gemini API references, Models; docs/hosts/vscode.md",
    text: "Each model of the editor is told with its name, limits and abilities; what is supplied, reported or refused goes by the model that is asked; `auto` prefers hosts that stream.",
  },
  {
    id: "editor.tiers",
    source: DOCS,
    text: "A client's name for a model finds the editor's nearest of the same make and size; a small one in the place of a large one is told.",
  },
  {
    id: "editor.exact-model",
    source: DOCS,
    text: "A model that is named exactly and is gone is a 404, in a pool too, and never answered by another.",
  },
  {
    id: "editor.context-told",
    source: "https://github.com/microsoft/vscode/issues/293419",
    text: "A prompt that is far over its model's limit is refused in the words by which clients compact, before anything is sent.",
  },
  {
    id: "editor.many-models",
    source: "VS Code with several providers, whose lists have hundreds of models",
    text: "Hundreds of models, and changes of them, cross a relay.",
  },
  {
    id: "editor.sidebar",
    source: DOCS,
    text: "The sidebar shows requests, models and hosts, under a policy that lets nothing else run; the person ends a request there, hides a model, drains a host.",
  },
  {
    id: "editor.terminals",
    source: "Claude Code, Codex and opencode, their settings",
    text: "Terminals are opened with an agent that knows the address, the key (in the environment alone) and how long a prompt the model takes.",
  },
  {
    id: "editor.limits-written",
    source: "Claude Code 2.1.332, Codex, opencode and Gemini CLI, their settings; GET /v1/models",
    text: "What is written or printed for an agent while a bridge runs carries how long a prompt its models take, as the bridge tells it, in the agent's own words; taking it back takes that too.",
  },
  {
    id: "editor.client-files",
    source: DOCS,
    text: "The file of a client that the person chooses is shown as it is beside what it would be, and written on a yes alone; what is written can be taken back, and no key is among it.",
  },
  {
    id: "editor.one-entry",
    source: DOCS,
    text: "A window that lends by the extension and by an MCP server at once is one host of the pool, asked by the extension; the server answers again when the extension stops.",
  },
  {
    id: "editor.lend-back",
    source: "VS Code API, LanguageModelChatProvider",
    text: "Where it is set, models of the pool that are not this editor's appear in its own picker, with text, tools, images, cancel, usage and counts; never what comes from this editor or from us.",
  },
  {
    id: "editor.approvals",
    source: "docs/control.md, Ask me first",
    text: "A window whose bridge serves a client asks its person by a notification for each request that waits for permission; nothing in it that a client wrote is a link.",
  },
  {
    id: "editor.taken-port",
    source: DOCS,
    text: "Where another program has the port, the person is told once by whom, and can use another port, or have it tried again; the bridge also tries by itself.",
  },
] as const satisfies readonly Requirement[];
