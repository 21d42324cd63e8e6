/** The page at `/`: what this is, whether it is ready, a box to try it, and lines to paste. Its script fills in what changes. */
import { codexConfig, opencodeConfig } from "../recipes/agents.ts";
import {
  claudeCode,
  curl,
  genaiJavaScript,
  genaiPython,
  liteLlmConfig,
  ollamaJavaScript,
  ollamaPython,
  openaiJavaScript,
  openaiPython,
  type Target,
} from "../recipes/recipes.ts";
import type { Language } from "../util/language.ts";
import { VERSION } from "../util/package.ts";
import { SCRIPT, STYLE } from "./assets.ts";
import { TEXTS, type Texts } from "./texts.ts";

/**
 * Nothing from elsewhere, nothing inline, no frame around it; texts never become markup (Content Security Policy Level 3,
 * Trusted Types).
 */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-cache",
};

/** A bridge, so that no browser asks for another file. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Cpath d='M2 22h28M6 22V12m20 10V12M2 14c8 0 10-6 14-6s6 6 14 6' fill='none' stroke='%230b5cad' stroke-width='3'/%3E%3C/svg%3E";

/** The page for a client at `target`. */
export function page(target: Target, language: Language): string {
  const texts = TEXTS[language];
  const other = language === "en" ? "zh-CN" : "en";
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${text(texts.title)}</title>
<link rel="icon" href="${ICON}">
<link rel="stylesheet" href="${STYLE.path}">
<script type="application/json" id="texts">${json({ ...texts, needsKey: target.needsKey })}</script>
<script type="module" src="${SCRIPT.path}"></script>
</head>
<body>
<header>
<h1>${text(texts.title)} <small>${text(VERSION)}</small></h1>
<p id="state" class="state" role="status">${text(texts.checking)}</p>
<a class="language" href="/?lang=${other}" hreflang="${other}" lang="${other}">${text(texts.other)}</a>
<div id="tabs" class="bar" hidden></div>
</header>
<p id="sign-in-failure" class="failure" role="alert"></p>
<main id="dashboard" hidden></main>
<main id="start">
<p class="lead">${text(texts.lead)}</p>
<dl class="addresses">
<div><dt>${text(texts.openai)}</dt><dd><code>${text(target.url)}/v1</code></dd></div>
<div><dt>${text(texts.others)}</dt><dd><code>${text(target.url)}</code></dd></div>
</dl>
${keyForm(texts)}
<section id="advice" hidden aria-labelledby="advice-title">
<h2 id="advice-title">${text(texts.whatToDo)}</h2>
<ol>${texts.steps.map((step) => `<li>${text(step)}</li>`).join("")}</ol>
</section>
<section aria-labelledby="try-title">
<h2 id="try-title">${text(texts.try)}</h2>
<form id="ask">
<label for="model">${text(texts.model)}</label>
<select id="model"><option>auto</option></select>
<label for="prompt">${text(texts.prompt)}</label>
<textarea id="prompt" rows="3" required>${text(texts.promptHint)}</textarea>
<div class="buttons"><button id="send">${text(texts.send)}</button><button id="stop" type="button" disabled>${text(texts.stop)}</button></div>
</form>
<h3 id="answer-title">${text(texts.answer)}</h3>
<p id="waiting" class="quiet" role="status"></p>
<div id="answer" class="answer" role="log" aria-labelledby="answer-title" tabindex="0"></div>
<p id="failure" class="failure" role="alert"></p>
</section>
<section aria-labelledby="hosts-title">
<h2 id="hosts-title">${text(texts.hosts)}</h2>
<p id="no-hosts" class="quiet">${text(texts.checking)}</p>
<div class="wide" id="hosts-table" hidden tabindex="0" role="group" aria-labelledby="hosts-title"><table>
<thead><tr>${[texts.host, texts.label, texts.state, texts.load, texts.models].map((name) => `<th scope="col">${text(name)}</th>`).join("")}</tr></thead>
<tbody id="hosts"></tbody>
</table></div>
</section>
<section aria-labelledby="connect-title">
<h2 id="connect-title">${text(texts.connect)}</h2>
${recipes(target)
  .map(([name, lines], index) => recipe(name, lines, index, texts))
  .join("\n")}
<p class="quiet">${text(texts.writes)}</p>
<p class="quiet sign-in">${text(texts.signInHint)}</p>
</section>
</main>
</body>
</html>
`;
}

function keyForm(texts: Texts): string {
  return `<form id="unlock" hidden>
<label for="key">${text(texts.key)}</label>
<input id="key" type="password" autocomplete="off" spellcheck="false" aria-describedby="key-hint">
<button>${text(texts.useKey)}</button>
<p id="key-hint" class="quiet">${text(texts.keyHint)}</p>
</form>`;
}

function recipes(target: Target): [name: string, lines: string][] {
  return [
    ["curl", curl(target, "posix")],
    ["curl (PowerShell)", curl(target, "powershell")],
    ["Claude Code", claudeCode(target, "posix")],
    ["Codex: ~/.codex/config.toml", codexConfig(target)],
    ["opencode: opencode.json", JSON.stringify(opencodeConfig(target), undefined, 2)],
    ["OpenAI SDK, Python", openaiPython(target)],
    ["OpenAI SDK, JavaScript", openaiJavaScript(target)],
    ["LiteLLM: litellm.yaml", liteLlmConfig(target)],
    ["Google Gen AI SDK, Python", genaiPython(target)],
    ["Google Gen AI SDK, JavaScript", genaiJavaScript(target)],
    ["Ollama, Python", ollamaPython(target)],
    ["Ollama, JavaScript", ollamaJavaScript(target)],
  ];
}

function recipe(name: string, lines: string, index: number, { copy }: Texts): string {
  return `<details${index === 0 ? " open" : ""}><summary>${text(name)}</summary>
<div class="lines"><pre tabindex="0" aria-label="${attribute(name)}"><code id="lines-${index}">${text(lines)}</code></pre>
<button type="button" class="copy" data-from="lines-${index}" aria-label="${attribute(`${copy}: ${name}`)}">${text(copy)}</button></div></details>`;
}

function text(value: string): string {
  return value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function attribute(value: string): string {
  return text(value).replaceAll('"', "&quot;");
}

/** Nothing in it ends the element that it stands in. */
function json(value: object): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
