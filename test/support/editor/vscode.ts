/**
 * The editor's API, as far as the extension uses it, without an editor: what a test imports as `vscode`. It is as strict as the real one is
 * where that throws. What it knows is kept in `editor`, which `useEditor` puts back.
 */
import { EventEmitter as Emitter } from "node:events";
import {
  LanguageModelChatToolMode,
  LanguageModelError,
  LanguageModelTextPart,
  type LanguageModelChatMessage,
} from "./language-models.ts";

export type Answer = (request: Sent) => AsyncIterable<unknown>;

/** A request that has reached a model. */
export interface Sent {
  readonly model: string;
  readonly messages: readonly LanguageModelChatMessage[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly token: CancellationToken;
}

export interface ModelParts {
  readonly vendor?: string;
  readonly id: string;
  readonly name?: string;
  readonly family?: string;
  readonly version?: string;
  readonly maxInputTokens?: number;
  readonly capabilities?: { readonly supportsImageToText?: boolean; readonly supportsToolCalling?: boolean };
}

interface Editor {
  models: readonly LanguageModelChat[];
  /** What all models do. */
  answer: Answer;
  sent: Sent[];
  /** The person's reply to the dialog about a vendor. */
  consent: (vendor: string) => Promise<boolean>;
  /** Vendors about which a dialog was shown, in order. */
  asked: string[];
  allowed: Map<string, Promise<boolean>>;
  readonly modelsChanged: Emitter;
  /** Terminals that were opened. */
  terminals: OpenedTerminal[];
  /** Who provides models to the editor, by vendor. */
  readonly providers: Map<string, object>;
  /** Notifications that were shown. */
  told: Told[];
  /** Commands that were registered. */
  readonly commands: Map<string, () => unknown>;
  /** Settings that are not as they are by default, by their whole names. */
  readonly settings: Map<string, unknown>;
  /** Commands of the editor's own that were run. */
  ran: { readonly command: string; readonly args: readonly unknown[] }[];
  /** Which of the choices the person takes; `undefined` for none. */
  pick: (choices: readonly Choice[], title: string) => Choice | undefined;
  /** The folder that is open. */
  folder: string | undefined;
  readonly texts: Map<string, TextProvider>;
  /** The button that the person presses; `undefined` closes it. */
  press: (told: Told) => string | undefined;
}

export interface Choice {
  readonly label: string;
  readonly description?: string;
}

interface TextProvider {
  readonly provideTextDocumentContent: (uri: Uri) => string;
}

export interface Told {
  readonly text: string;
  readonly buttons: readonly string[];
}

export interface OpenedTerminal {
  readonly name: string;
  readonly env: Readonly<Record<string, string | null>>;
  readonly typed: string[];
}

function fresh(): Editor {
  return {
    models: [],
    // eslint-disable-next-line require-yield
    async *answer() {
      throw new Error("The test has not said what the model answers.");
    },
    sent: [],
    consent: () => Promise.resolve(true),
    asked: [],
    allowed: new Map(),
    modelsChanged: new Emitter(),
    terminals: [],
    providers: new Map(),
    told: [],
    press: () => undefined,
    ran: [],
    commands: new Map(),
    settings: new Map(),
    pick: () => undefined,
    folder: undefined,
    texts: new Map(),
  };
}

export const editor: Editor = fresh();

/** An editor in which nothing has happened yet, with these models. */
export function useEditor(...models: readonly ModelParts[]): Editor {
  Object.assign(editor, fresh());
  setModels(...models);
  return editor;
}

export function setModels(...models: readonly ModelParts[]): void {
  editor.models = models.map((parts) => new LanguageModelChat(parts));
  editor.modelsChanged.emit("event");
}

class LanguageModelChat {
  readonly vendor: string;
  readonly id: string;
  readonly name: string;
  readonly family: string;
  readonly version: string;
  readonly maxInputTokens: number;
  readonly capabilities: ModelParts["capabilities"];

  constructor({ vendor = "copilot", id, name = id, family = id, version = "1", ...parts }: ModelParts) {
    this.vendor = vendor;
    this.id = id;
    this.name = name;
    this.family = family;
    this.version = version;
    this.maxInputTokens = parts.maxInputTokens ?? 100_000;
    this.capabilities = parts.capabilities;
  }

  async sendRequest(
    messages: LanguageModelChatMessage[],
    options: Record<string, unknown>,
    token: CancellationToken,
  ): Promise<{ stream: AsyncIterable<unknown>; text: AsyncIterable<string> }> {
    const { vendor } = this;
    let allowed = editor.allowed.get(vendor);
    if (allowed === undefined) {
      editor.asked.push(vendor);
      allowed = editor.consent(vendor);
      // One dialog for all that wait; after a refusal the next request opens another.
      editor.allowed.set(vendor, allowed);
      void allowed.then((yes) => yes || editor.allowed.delete(vendor));
    }
    if (!(await allowed)) throw LanguageModelError.NoPermissions(`Access to ${vendor} was not granted.`);
    const tools = (options["tools"] ?? []) as readonly unknown[];
    if (options["toolMode"] === LanguageModelChatToolMode.Required && tools.length > 1)
      throw new Error("LanguageModelChatToolMode.Required is not supported with more than one tool");
    if (messages.length === 0) throw new Error("Invalid request: no messages.");
    const request: Sent = { model: `${vendor}/${this.id}`, messages, options, token };
    editor.sent.push(request);
    const stream = editor.answer(request);
    // An error before the first part is the request's own, as with providers in another extension.
    return { stream, text: texts(stream) };
  }

  countTokens(text: string): Promise<number> {
    return Promise.resolve(Math.ceil(text.length / 4));
  }
}

async function* texts(stream: AsyncIterable<unknown>): AsyncIterable<string> {
  for await (const part of stream) if (part instanceof LanguageModelTextPart) yield part.value;
}

export const lm = {
  registerLanguageModelChatProvider(vendor: string, provider: object): Disposable {
    editor.providers.set(vendor, provider);
    return { dispose: () => void editor.providers.delete(vendor) };
  },
  selectChatModels: ({ vendor, id }: { vendor?: string; id?: string } = {}) =>
    Promise.resolve(
      editor.models.filter(
        (model) => (vendor ?? model.vendor) === model.vendor && (id ?? model.id) === model.id,
      ),
    ),
  onDidChangeChatModels: (listener: () => void) => subscribe(editor.modelsChanged, listener),
};

export const l10n = {
  t: (sentence: string, ...values: readonly unknown[]) =>
    sentence.replaceAll(/\{(\d)\}/g, (_, place: string) => String(values[Number(place)])),
};

function tell(text: string, ...buttons: readonly string[]): Promise<string | undefined> {
  const told = { text, buttons };
  editor.told.push(told);
  return Promise.resolve(editor.press(told));
}

export const window = {
  createOutputChannel: () => {
    const log = (): void => undefined;
    return { error: log, warn: log, info: log, debug: log, show: log, dispose: log };
  },
  createStatusBarItem: () => ({ text: "", show: () => undefined, dispose: () => undefined }),
  registerWebviewViewProvider: (): Disposable => ({ dispose: () => undefined }),
  showInformationMessage: tell,
  showWarningMessage: tell,
  showErrorMessage: tell,
  showQuickPick: (choices: readonly Choice[], { title = "" }: { title?: string } = {}) =>
    Promise.resolve(editor.pick(choices, title)),
  createTerminal({ name, env: variables }: { name: string; env: OpenedTerminal["env"] }) {
    const typed: string[] = [];
    editor.terminals.push({ name, env: variables, typed });
    return { show: () => undefined, sendText: (text: string) => typed.push(text) };
  },
};

export class ThemeIcon {
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }
}

export const commands = {
  registerCommand(name: string, run: () => unknown): Disposable {
    editor.commands.set(name, run);
    return { dispose: () => void editor.commands.delete(name) };
  },
  executeCommand(command: string, ...args: readonly unknown[]) {
    editor.ran.push({ command, args });
    return Promise.resolve();
  },
};

export const StatusBarAlignment = { Left: 1, Right: 2 } as const;

export class Uri {
  readonly scheme: string;
  readonly path: string;

  private constructor({ scheme, path }: { scheme: string; path: string }) {
    this.scheme = scheme;
    this.path = path;
  }

  static from(parts: { scheme: string; path: string }): Uri {
    return new Uri(parts);
  }

  static joinPath({ scheme, path }: Uri, ...parts: readonly string[]): Uri {
    return new Uri({ scheme, path: [path, ...parts].join("/") });
  }

  toString(): string {
    return `${this.scheme}:${this.path}`;
  }
}

/** What the editor shows under an address. */
export function textAt(uri: unknown): string {
  if (!(uri instanceof Uri)) throw new Error("That is no address.");
  return editor.texts.get(uri.scheme)?.provideTextDocumentContent(uri) ?? "";
}

/** Settings that are objects are none of the usual kind, as the editor's. */
function guarded<Value>(value: Value): Value {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return new Proxy(value, {
    get: (target, name) => (name === "toJSON" ? () => ({ ...target }) : Reflect.get(target, name)),
    set: () => {
      throw new TypeError("Settings cannot be changed so.");
    },
    getPrototypeOf: () => null,
  });
}

/** All is as it is by default. */
export const workspace = {
  get workspaceFolders() {
    return editor.folder === undefined ? undefined : [{ uri: { fsPath: editor.folder } }];
  },
  registerTextDocumentContentProvider(scheme: string, provider: TextProvider): Disposable {
    editor.texts.set(scheme, provider);
    return { dispose: () => void editor.texts.delete(scheme) };
  },
  isTrusted: true,
  onDidChangeConfiguration: (): Disposable => ({ dispose: () => undefined }),
  getConfiguration: (section: string) => ({
    get: <Value>(name: string, byDefault: Value): Value =>
      guarded((editor.settings.get(`${section}.${name}`) as Value | undefined) ?? byDefault),
  }),
};

export const env = { appName: "Visual Studio Code", language: "en" };
export const version = "1.104.0";

export * from "./language-models.ts";

interface Disposable {
  readonly dispose: () => void;
}

function subscribe(emitter: Emitter, listener: (value: never) => void): Disposable {
  emitter.on("event", listener as () => void);
  return { dispose: () => void emitter.off("event", listener as () => void) };
}

export class EventEmitter<Value> {
  readonly #emitter = new Emitter();
  readonly event = (listener: (value: Value) => void): Disposable => subscribe(this.#emitter, listener);

  fire(value: Value): void {
    this.#emitter.emit("event", value);
  }

  dispose(): void {
    this.#emitter.removeAllListeners();
  }
}

interface CancellationToken {
  readonly isCancellationRequested: boolean;
  readonly onCancellationRequested: (listener: () => void) => Disposable;
}

export class CancellationTokenSource {
  readonly #cancelled = new Emitter();
  #isCancelled = false;
  readonly token: CancellationToken;

  constructor() {
    const isCancelled = (): boolean => this.#isCancelled;
    this.token = {
      get isCancellationRequested() {
        return isCancelled();
      },
      onCancellationRequested: (listener) => subscribe(this.#cancelled, listener),
    };
  }

  cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    this.#cancelled.emit("event");
  }

  dispose(): void {
    this.#cancelled.removeAllListeners();
  }
}
