/** The sidebar: a webview that shows what `sidebar-content` says, under a policy that lets nothing else run there. */
import * as vscode from "vscode";
import { sidebarMessage, type Section, type SidebarMessage } from "./sidebar-content.ts";

/** How often what no event tells, such as other hosts, is looked at while the sidebar is seen. */
const LOOK_MS = 2000;

export interface SidebarParts {
  readonly media: vscode.Uri;
  readonly content: () => Promise<readonly Section[]>;
  readonly act: (message: SidebarMessage) => Promise<void>;
}

export class Sidebar implements vscode.WebviewViewProvider {
  readonly #parts: SidebarParts;
  #view: vscode.WebviewView | undefined;
  #showing: Promise<void> | undefined;
  #isStale = false;

  constructor(parts: SidebarParts) {
    this.#parts = parts;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const { media } = this.#parts;
    const { webview } = view;
    this.#view = view;
    webview.options = { enableScripts: true, localResourceRoots: [media] };
    webview.html = page({
      source: webview.cspSource,
      script: webview.asWebviewUri(vscode.Uri.joinPath(media, "sidebar.js")).toString(),
      style: webview.asWebviewUri(vscode.Uri.joinPath(media, "sidebar.css")).toString(),
      language: vscode.env.language,
    });
    const timer = setInterval(() => this.update(), LOOK_MS);
    webview.onDidReceiveMessage((raw: unknown) => void this.#onMessage(raw));
    view.onDidChangeVisibility(() => this.update());
    view.onDidDispose(() => {
      clearInterval(timer);
      this.#view = undefined;
    });
  }

  /** Shows what is so now; while that is being found out, once more afterwards at most. */
  update(): void {
    if (this.#view?.visible !== true) return;
    if (this.#showing !== undefined) {
      this.#isStale = true;
      return;
    }
    this.#showing = this.#show().finally(() => {
      this.#showing = undefined;
      const isStale = this.#isStale;
      this.#isStale = false;
      if (isStale) this.update();
    });
  }

  async #show(): Promise<void> {
    const sections = await this.#parts.content();
    await this.#view?.webview.postMessage({ sections });
  }

  async #onMessage(raw: unknown): Promise<void> {
    const { data } = sidebarMessage.safeParse(raw);
    if (data === undefined) return;
    try {
      await this.#parts.act(data);
    } catch (error) {
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
    this.update();
  }
}

interface PageParts {
  readonly source: string;
  readonly script: string;
  readonly style: string;
  readonly language: string;
}

/** Nothing is loaded but our own two files, nothing inline runs, and nothing can be sent anywhere. */
export function page({ source, script, style, language }: PageParts): string {
  const policy = `default-src 'none'; script-src ${source}; style-src ${source}`;
  return `<!doctype html>
<html lang="${attribute(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${attribute(policy)}">
<link rel="stylesheet" href="${attribute(style)}">
<title>MCP Token Bridge</title>
</head>
<body><main></main><script src="${attribute(script)}"></script></body>
</html>`;
}

function attribute(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
}
