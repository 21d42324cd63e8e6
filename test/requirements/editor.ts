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
] as const satisfies readonly Requirement[];
