import type { ScriptedHost } from "./scripted-host.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

export type Outcome =
  | { readonly result: JsonObject }
  | { readonly error: { readonly code: number; readonly message: string } };

/** What a script does with a sampling request: it calls `answer` or `fail`, at once, later or never. */
export type Script = (call: SamplingCall) => void | Promise<void>;

/** One `sampling/createMessage` as the host received it. */
export class SamplingCall {
  readonly host: ScriptedHost;
  readonly id: string | number;
  readonly params: JsonObject;
  /** Set when the bridge asked for a task and the host runs tasks. */
  readonly taskId: string | undefined;
  /** Settles when the call was answered or failed by the script. */
  readonly outcome: Promise<Outcome>;
  /** Settles when the bridge cancels the call, by notification or by `tasks/cancel`. */
  readonly cancelled: Promise<void>;
  isCancelled = false;
  isSettled = false;
  #settle!: (outcome: Outcome) => void;
  #cancel!: () => void;

  constructor(host: ScriptedHost, id: string | number, params: JsonObject, taskId: string | undefined) {
    this.host = host;
    this.id = id;
    this.params = params;
    this.taskId = taskId;
    this.outcome = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.cancelled = new Promise((resolve) => {
      this.#cancel = resolve;
    });
  }

  /** The text of the last message, for scripts that depend on what was asked. */
  get lastText(): string {
    const messages = this.params["messages"];
    const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
    const content = (last as { content?: unknown } | undefined)?.content;
    return [content]
      .flat()
      .map((block) => (block as { text?: string } | undefined)?.text ?? "")
      .join("");
  }

  /** Answers with a text, or with a result of any shape. */
  answer(answer: string | JsonObject): void {
    const result =
      typeof answer === "string"
        ? {
            role: "assistant",
            model: "scripted/model",
            stopReason: "endTurn",
            content: { type: "text", text: answer },
          }
        : answer;
    this.#finish({ result });
  }

  fail(code: number, message: string): void {
    this.#finish({ error: { code, message } });
  }

  /** Reports progress, if the bridge asked for it. */
  progress(progress: number, message?: string): void {
    const token = (this.params["_meta"] as { progressToken?: unknown } | undefined)?.progressToken;
    if (token !== undefined)
      this.host.notify("notifications/progress", { progressToken: token, progress, message });
  }

  /** Called by the host when the bridge cancels. */
  cancel(): void {
    this.isCancelled = true;
    this.#cancel();
  }

  #finish(outcome: Outcome): void {
    this.isSettled = true;
    this.#settle(outcome);
    if (this.taskId === undefined) this.host.send({ jsonrpc: "2.0", id: this.id, ...outcome });
  }
}
