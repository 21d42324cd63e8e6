/** Models of the pool that are not this editor's, lent to the editor itself: they appear in its own picker. Off unless it is set. */
import * as vscode from "vscode";
import * as z from "zod";
import { askBridge, type BridgeAddress } from "../../src/joining/ask-bridge.ts";
import { streamChat, type ChatAnswer, type ChatFailure } from "../../src/joining/stream-chat.ts";
import { newerApi } from "./newer-api.ts";
import { OWN_VENDOR, poolModels, type Own, type PoolModel } from "./pool-models.ts";
import { messagesOf, questionOf } from "./pool-request.ts";
import { readPool } from "./pool.ts";

/** Hosts come and go without telling us. */
const LOOK_MS = 5000;
const CHARACTERS_A_TOKEN = 4;

const counted = z.object({ input_tokens: z.number() });

export interface LendBackParts {
  readonly isWanted: () => boolean;
  /** `undefined` while the bridge is stopped. */
  readonly address: () => Promise<BridgeAddress | undefined>;
  readonly own: Own;
}

export class LendBack implements vscode.LanguageModelChatProvider<PoolModel>, vscode.Disposable {
  readonly #parts: LendBackParts;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeLanguageModelChatInformation = this.#changed.event;
  #registered: vscode.Disposable | undefined;
  #looking: NodeJS.Timeout | undefined;
  /** The names that the editor has been told last. */
  #told = "";

  constructor(parts: LendBackParts) {
    this.#parts = parts;
  }

  /** Begins or ends as it is set now. */
  update(): void {
    if (!this.#parts.isWanted()) {
      this.dispose();
      return;
    }
    if (this.#registered !== undefined) return;
    this.#registered = vscode.lm.registerLanguageModelChatProvider(OWN_VENDOR, this);
    this.#looking = setInterval(() => void this.#look(), LOOK_MS);
  }

  dispose(): void {
    clearInterval(this.#looking);
    this.#registered?.dispose();
    this.#registered = undefined;
  }

  async provideLanguageModelChatInformation(): Promise<PoolModel[]> {
    const models = await this.#models();
    this.#told = namesOf(models);
    return models;
  }

  async provideLanguageModelChatResponse(
    wanted: PoolModel,
    messages: readonly vscode.LanguageModelChatRequestMessage[],
    options: vscode.ProvideLanguageModelChatResponseOptions,
    progress: vscode.Progress<vscode.LanguageModelResponsePart>,
    token: vscode.CancellationToken,
  ): Promise<void> {
    // Another host may have its label by now, such as this editor.
    const model = (await this.#models()).find(({ id }) => id === wanted.id);
    const address = await this.#parts.address();
    if (model === undefined || address === undefined) {
      throw vscode.LanguageModelError.NotFound(vscode.l10n.t("{0} is not lent any more.", wanted.name));
    }
    const ending = new AbortController();
    const cancelling = token.onCancellationRequested(() => ending.abort(new vscode.CancellationError()));
    if (token.isCancellationRequested) ending.abort(new vscode.CancellationError());
    try {
      const outcome = await streamChat(
        address,
        questionOf(model, messages, options),
        { onText: (text) => progress.report(new vscode.LanguageModelTextPart(text)) },
        ending.signal,
      );
      if ("failure" in outcome) throw errorOf(outcome.failure);
      reportRest(outcome.answer, progress);
    } finally {
      cancelling.dispose();
    }
  }

  async provideTokenCount(
    { host, model }: PoolModel,
    text: string | vscode.LanguageModelChatRequestMessage,
  ): Promise<number> {
    const content = typeof text === "string" ? text : textOf(text);
    const address = await this.#parts.address();
    if (address !== undefined && content !== "") {
      const body = { model: `${host}/${model}`, messages: [{ role: "user", content }] };
      const reply = await askBridge(address, "/v1/messages/count_tokens", { method: "POST", body });
      const { data } = counted.safeParse("error" in reply ? undefined : reply.body);
      if (data !== undefined) return data.input_tokens;
    }
    return Math.ceil(content.length / CHARACTERS_A_TOKEN);
  }

  async #models(): Promise<PoolModel[]> {
    const address = await this.#parts.address();
    const hosts = address === undefined ? undefined : await readPool(address);
    return poolModels(hosts ?? [], this.#parts.own);
  }

  async #look(): Promise<void> {
    if (namesOf(await this.#models()) !== this.#told) this.#changed.fire();
  }
}

function namesOf(models: readonly PoolModel[]): string {
  return JSON.stringify(models.map(({ id, name, maxInputTokens }) => [id, name, maxInputTokens]));
}

/** What comes when the answer is whole: calls, and what it has cost. */
function reportRest(
  { calls, usage }: ChatAnswer,
  progress: vscode.Progress<vscode.LanguageModelResponsePart>,
): void {
  for (const { id, name, input } of calls) {
    progress.report(new vscode.LanguageModelToolCallPart(id, name, inputOf(input)));
  }
  const { LanguageModelDataPart: Data } = newerApi();
  if (Data === undefined || usage === undefined) return;
  const { prompt_tokens: asked, completion_tokens: answered } = usage;
  const told = { prompt_tokens: asked, completion_tokens: answered, total_tokens: asked + answered };
  // The form in which the editor's own models tell it.
  const part: unknown = new Data(Buffer.from(JSON.stringify(told)), "usage");
  progress.report(part as vscode.LanguageModelResponsePart);
}

/** @throws Error for what is no object: in silence it would be a call without arguments. */
function inputOf(json: string): object {
  const input: unknown = json.trim() === "" ? {} : JSON.parse(json);
  if (typeof input === "object" && input !== null) return input;
  throw new Error(vscode.l10n.t("The model has called a tool with what is no object."));
}

function errorOf({ code, message, remedy }: ChatFailure): Error {
  const text = `${message} ${remedy}`;
  const { LanguageModelError } = vscode;
  switch (code) {
    case "model_not_found":
    case "not_found":
      return LanguageModelError.NotFound(text);
    case "consent_denied":
      return LanguageModelError.NoPermissions(text);
    case "rate_limit_exceeded":
    case "insufficient_quota":
      return LanguageModelError.Blocked(text);
    default:
      return new Error(text);
  }
}

function textOf(message: vscode.LanguageModelChatRequestMessage): string {
  return messagesOf(message)
    .map(({ content }) => (typeof content === "string" ? content : textIn(content)))
    .join("\n");
}

function textIn(parts: readonly object[]): string {
  return parts.map((part) => ("text" in part ? String(part.text) : "")).join("\n");
}
