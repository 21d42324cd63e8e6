import type { Socket } from "node:net";

export type Part =
  | { readonly text: string }
  | { readonly mimeType: string; readonly base64: string }
  | { readonly callId: string; readonly name: string; readonly input: unknown }
  | { readonly resultOf: string; readonly content: readonly Part[] }
  | { readonly thinking: string | readonly string[]; readonly thought?: string; readonly metadata?: unknown }
  | { readonly unknown: string };

/** `role` as the extension sees it: 1 user, 2 assistant, 3 system. */
export interface Message {
  readonly role: number;
  readonly parts: readonly Part[];
}

export interface ModelSelector {
  readonly vendor: string;
  readonly id?: string;
}

/** A model as extensions see it. */
export interface FoundModel {
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly family: string;
  readonly maxInputTokens: number;
}

/** What a model of the editor is asked. */
export interface Question {
  readonly selector: ModelSelector;
  readonly messages: readonly Message[];
  readonly tools?: readonly {
    readonly name: string;
    readonly description: string;
    readonly inputSchema: object;
  }[];
}

/** One request that reached the model, and the hand that answers it. */
export interface ModelRequest {
  readonly model: string;
  readonly messages: readonly Message[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly tools: readonly string[];
  /** What the tools take, in their order. */
  readonly schemas: readonly unknown[];
  /** 1 where it may call a tool, 2 where it must. */
  readonly toolMode?: number;
  /** What is set for the model beside the options, such as its effort. */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** When VS Code cancelled it, in milliseconds since the epoch. */
  readonly cancelledAt: number | undefined;
  /** Answers in these pieces and ends. */
  answer(...pieces: string[]): void;
  /** Writes a piece of the answer, which goes on. */
  write(piece: string): void;
  /** Thinks, with what the provider wants back. */
  think(text: string, thought?: string, metadata?: object): void;
  /** Sends bytes of a type, such as what has been counted. */
  data(mimeType: string, text: string): void;
  /** Calls a tool within the answer, which goes on. */
  callTool(callId: string, name: string, input: object): void;
  /** Writes so many numbered pieces at this pace, `0 1 2 ...`; resolves with when it wrote each, in milliseconds since the epoch. */
  pace(count: number, gapMs: number): Promise<readonly number[]>;
  /** Ends the answer. */
  end(): void;
  /** Fails with a `LanguageModelError` of this code, or a plain error for any other code, under this name. */
  fail(message: string, code?: string, name?: string): void;
}

/** A model as a provider tells it; what is left out is as VS Code's own models have it. */
export interface ModelInformation {
  readonly id: string;
  readonly name: string;
  readonly family: string;
  readonly version: string;
  readonly maxInputTokens?: number;
  readonly capabilities?: { readonly imageInput?: boolean; readonly toolCalling?: boolean };
}

export const MODELS: readonly ModelInformation[] = ["parrot", "owl"].map((id) => bird(id));

export function bird(id: string, parts: Partial<ModelInformation> = {}): ModelInformation {
  return { id, name: `Scripted ${id}`, family: "birds", version: "1", ...parts };
}

type Incoming =
  | (Omit<
      ModelRequest,
      "answer" | "write" | "think" | "data" | "callTool" | "pace" | "end" | "fail" | "cancelledAt"
    > & {
      readonly type: "request";
      readonly id: number;
    })
  | { readonly type: "hello"; readonly pid: number; readonly version: string; readonly folder: string }
  | { readonly type: "cancelled"; readonly id: number; readonly at: number }
  | { readonly type: "wrote"; readonly id: number; readonly at: readonly number[] }
  | { readonly type: "said"; readonly call: number; readonly part: Part }
  | { readonly type: "result"; readonly call: number; readonly error?: string; readonly value?: unknown };

type Result = Extract<Incoming, { type: "result" }>;
export type Hello = Extract<Incoming, { type: "hello" }>;

/**
 * The model inside one VS Code window, driven from here. Whatever `behave` does with a request is what the model does;
 * at first it echoes the last message.
 */
export class ScriptedModel {
  readonly requests: ModelRequest[] = [];
  behave: (request: ModelRequest) => void = echo;
  /** Resolves when the window's extension host has gone. */
  readonly closed: Promise<void>;

  /** The process of the window's extension host. */
  pid = 0;

  readonly #socket: Socket;
  readonly #cancelled = new Map<number, number>();
  readonly #calls = new Map<number, { onSaid: (part: Part) => void; settle: (result: Result) => void }>();
  readonly #paces = new Map<number, (at: readonly number[]) => void>();
  readonly #watchers = new Set<() => void>();
  #lastCall = 0;

  constructor(socket: Socket, onHello: (hello: Hello) => void) {
    this.#socket = socket;
    this.closed = new Promise((resolve) => {
      socket.on("close", () => {
        for (const [call, { settle }] of this.#calls)
          settle({ type: "result", call, error: "the window has gone" });
        resolve();
      });
    });
    socket.on("error", () => {}); // "close" follows and says enough.
    let rest = "";
    socket.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const message: Incoming = JSON.parse(line);
        if (message.type === "hello") {
          this.pid = message.pid;
          onHello(message);
        } else this.#receive(message);
      }
    });
  }

  /** Executes a VS Code command in the window. */
  async execute(command: string, ...args: unknown[]): Promise<void> {
    await this.#call(command, { type: "execute", command, args }).result;
  }

  /** The bytes that the extension host holds when all garbage has been collected. */
  async weigh(): Promise<number> {
    return (await this.#call("weigh", { type: "weigh" }).result) as number;
  }

  /** From now on these are the provider's models. */
  offer(models: readonly ModelInformation[]): void {
    this.#send({ type: "offer", models });
  }

  /** The models of the editor that any extension finds. */
  async models(selector: ModelSelector): Promise<readonly FoundModel[]> {
    return (await this.#call("selectChatModels", { type: "models", selector })
      .result) as readonly FoundModel[];
  }

  /** Asks a model of the editor, as any extension may. */
  ask(
    question: Question,
    onSaid: (part: Part) => void,
  ): { readonly ended: Promise<unknown>; readonly leave: () => void } {
    const { call, result } = this.#call("sendRequest", { type: "ask", ...question }, onSaid);
    return { ended: result, leave: () => this.#send({ type: "leave", call }) };
  }

  #call(
    what: string,
    message: object,
    onSaid: (part: Part) => void = () => {},
  ): { readonly call: number; readonly result: Promise<unknown> } {
    const call = ++this.#lastCall;
    const result = new Promise<unknown>((resolve, reject) => {
      const settle = ({ error, value }: Result): void => {
        this.#calls.delete(call);
        if (error === undefined) resolve(value);
        else reject(new Error(`${what}: ${error}`));
      };
      this.#calls.set(call, { onSaid, settle });
      this.#send({ ...message, call });
    });
    return { call, result };
  }

  /**
   * Waits until something that happens in the model makes `holds` true.
   *
   * @throws Error naming `what` when that takes longer than `timeoutMs`.
   */
  until(what: string, holds: () => boolean, timeoutMs = 60_000): Promise<void> {
    if (holds()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const watcher = () => {
        if (holds()) settle(resolve);
      };
      const timer = setTimeout(
        () => settle(() => reject(new Error(`Not within ${timeoutMs / 1000} s: ${what}`))),
        timeoutMs,
      );
      const settle = (act: () => void) => {
        clearTimeout(timer);
        this.#watchers.delete(watcher);
        act();
      };
      this.#watchers.add(watcher);
    });
  }

  #receive(message: Exclude<Incoming, Hello>): void {
    if (message.type === "result") return this.#calls.get(message.call)?.settle(message);
    if (message.type === "said") return this.#calls.get(message.call)?.onSaid(message.part);
    if (message.type === "wrote") return this.#paces.get(message.id)?.(message.at);
    if (message.type === "cancelled") this.#cancelled.set(message.id, message.at);
    else this.#take(message);
    for (const watcher of this.#watchers) watcher();
  }

  #take({ id, ...seen }: Extract<Incoming, { type: "request" }>): void {
    const cancelled = this.#cancelled;
    const request: ModelRequest = {
      ...seen,
      get cancelledAt() {
        return cancelled.get(id);
      },
      answer: (...pieces) => {
        for (const text of pieces) this.#send({ type: "part", id, text });
        this.#send({ type: "end", id });
      },
      write: (text) => this.#send({ type: "part", id, text }),
      think: (text, thought, metadata) => this.#send({ type: "think", id, text, thought, metadata }),
      data: (mimeType, text) => this.#send({ type: "data", id, mimeType, text }),
      callTool: (callId, name, input) => this.#send({ type: "call", id, callId, name, input }),
      end: () => this.#send({ type: "end", id }),
      pace: (count, gapMs) =>
        new Promise((resolve) => {
          this.#paces.set(id, resolve);
          this.#send({ type: "pace", id, count, gapMs });
        }),
      fail: (text, code, name) => this.#send({ type: "fail", id, message: text, code, name }),
    };
    this.requests.push(request);
    this.behave(request);
  }

  #send(message: object): void {
    this.#socket.write(`${JSON.stringify(message)}\n`);
  }
}

export function textOf(message: Message | undefined): string {
  return (message?.parts ?? []).map((part) => ("text" in part ? part.text : "")).join("");
}

export function echo(request: ModelRequest): void {
  request.answer(`You said: ${textOf(request.messages.at(-1))}`);
}
