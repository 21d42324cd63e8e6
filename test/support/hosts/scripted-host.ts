/**
 * An MCP host for tests: raw JSON lines over two streams, no SDK, every step under the test's control. It
 * records what it receives and does with sampling requests what its script says (`scripts.ts`).
 *
 * `in-process-host.ts` attaches one to a bridge in this process, `spawned-bridge.ts` to the real program.
 */
import type { Readable, Writable } from "node:stream";
import { eachLine } from "../streams/json-lines.ts";
import { SamplingCall, type JsonObject, type Script } from "./sampling-call.ts";
import { answer } from "./scripts.ts";

export interface ScriptedHostOptions {
  readonly name?: string;
  readonly version?: string;
  readonly protocolVersion?: string;
  /** Default: `{ sampling: {} }`, with `tasks: true` also the task capability as VS Code declares it. */
  readonly capabilities?: JsonObject;
  /** Runs task-augmented sampling requests as tasks. */
  readonly tasks?: boolean;
  /** Default: answers "Hello from the host." */
  readonly script?: Script;
}

export interface Message {
  readonly id?: string | number;
  readonly method?: string;
  readonly params?: JsonObject;
  readonly result?: JsonObject;
  readonly error?: { readonly code: number; readonly message: string };
}

const TASKS = {
  list: {},
  cancel: {},
  requests: { sampling: { createMessage: {} }, elicitation: { create: {} } },
};

export class ScriptedHost {
  /** Replaceable while running. */
  script: Script;
  /** Every sampling request so far. */
  readonly calls: SamplingCall[] = [];
  /** Every line received, also those that are not JSON. */
  readonly lines: string[] = [];
  /** Every message received. */
  readonly received: Message[] = [];
  /** Settles when the bridge has closed its side. */
  readonly closed: Promise<void>;
  readonly #options: ScriptedHostOptions;
  readonly #to: Writable;
  readonly #answers = new Map<string | number, (message: Message) => void>();
  readonly #watchers = new Set<() => void>();
  readonly #ended: Promise<never>;
  #requests = 0;
  #taken = 0;

  constructor(from: Readable, to: Writable, options: ScriptedHostOptions = {}) {
    this.#options = options;
    this.#to = to;
    this.script = options.script ?? answer("Hello from the host.");
    to.on("error", () => undefined);
    eachLine(from, (line) => this.#onLine(line));
    this.closed = new Promise((resolve) => {
      from.once("end", resolve);
      from.once("close", resolve);
    });
    this.#ended = this.closed.then(() => {
      throw new Error("The bridge has closed the connection.");
    });
    this.#ended.catch(() => undefined);
  }

  /** The handshake; the result of `initialize`. */
  async initialize(): Promise<JsonObject> {
    const { name = "scripted-host", version = "1.0.0", protocolVersion = "2025-11-25" } = this.#options;
    const capabilities = this.#options.capabilities ?? {
      sampling: {},
      ...(this.#options.tasks === true && { tasks: TASKS }),
    };
    const clientInfo = { name, version };
    const { result, error } = await this.request("initialize", { protocolVersion, capabilities, clientInfo });
    if (result === undefined) throw new Error(`initialize failed: ${error?.message}`);
    this.notify("notifications/initialized");
    return result;
  }

  /** Sends a request and waits for the answer, result or error. Rejects when the bridge closes the connection. */
  async request(method: string, params: JsonObject = {}): Promise<Message> {
    this.#requests += 1;
    const id = this.#requests;
    const answered = new Promise<Message>((resolve) => {
      this.#answers.set(id, resolve);
    });
    this.send({ jsonrpc: "2.0", id, method, params });
    return Promise.race([answered, this.#ended]);
  }

  /** Calls one of the bridge's tools; the text of its result. */
  async tool(name: string, params: JsonObject = {}): Promise<string> {
    const { result, error } = await this.request("tools/call", { name, arguments: {}, ...params });
    if (result === undefined) throw new Error(`tools/call failed: ${error?.message}`);
    return (result["content"] as { text: string }[]).map(({ text }) => text).join("\n");
  }

  notify(method: string, params: JsonObject = {}): void {
    this.send({ jsonrpc: "2.0", method, params });
  }

  send(message: JsonObject): void {
    this.write(`${JSON.stringify(message)}\n`);
  }

  /** Writes bytes as they are: half lines, several at once, garbage. */
  write(bytes: string | Uint8Array): void {
    if (!this.#to.destroyed && !this.#to.writableEnded) this.#to.write(bytes);
  }

  /** Ends the connection, as a host does that goes away in good order. */
  close(): void {
    this.#to.end();
  }

  /** The next sampling request that no earlier call of `next` has returned. */
  async next(): Promise<SamplingCall> {
    const index = this.#taken;
    this.#taken += 1;
    await this.until(() => this.calls.length > index);
    const call = this.calls[index];
    if (call === undefined) throw new Error("unreachable");
    return call;
  }

  /** Waits until `condition` holds; looked at after each message. Rejects when the bridge closes the connection. */
  async until(condition: () => boolean): Promise<void> {
    if (condition()) return;
    const met = new Promise<void>((resolve) => {
      const watcher = (): void => {
        if (!condition()) return;
        this.#watchers.delete(watcher);
        resolve();
      };
      this.#watchers.add(watcher);
    });
    await Promise.race([met, this.#ended]);
  }

  #onLine(line: string): void {
    this.lines.push(line);
    let message: Message;
    try {
      message = JSON.parse(line) as Message;
    } catch {
      return;
    }
    this.received.push(message);
    this.#handle(message);
    for (const watcher of this.#watchers) watcher();
  }

  #handle({ id, method, params = {}, ...rest }: Message): void {
    if (method === undefined) {
      if (id === undefined) return;
      this.#answers.get(id)?.({ id, ...rest });
      this.#answers.delete(id);
    } else if (id === undefined) {
      if (method !== "notifications/cancelled") return;
      this.calls.find((call) => call.id === params["requestId"])?.cancel();
    } else this.#serve(id, method, params);
  }

  #serve(id: string | number, method: string, params: JsonObject): void {
    switch (method) {
      case "sampling/createMessage":
        this.#sample(id, params);
        break;
      case "tasks/result":
        void this.#task(params)?.outcome.then((outcome) => this.send({ jsonrpc: "2.0", id, ...outcome }));
        break;
      case "tasks/cancel":
        this.#task(params)?.cancel();
        this.send({
          jsonrpc: "2.0",
          id,
          result: { ...taskState(String(params["taskId"])), status: "cancelled" },
        });
        break;
      case "ping":
        this.send({ jsonrpc: "2.0", id, result: {} });
        break;
      default:
        this.send({ jsonrpc: "2.0", id, error: { code: -32_601, message: "Method not found" } });
    }
  }

  #sample(id: string | number, params: JsonObject): void {
    const asTask = this.#options.tasks === true && params["task"] !== undefined;
    const taskId = asTask ? `task-${this.calls.length + 1}` : undefined;
    const call = new SamplingCall(this, id, params, taskId);
    this.calls.push(call);
    if (taskId !== undefined) this.send({ jsonrpc: "2.0", id, result: { task: taskState(taskId) } });
    void this.script(call);
  }

  #task(params: JsonObject): SamplingCall | undefined {
    return this.calls.find((call) => call.taskId === params["taskId"]);
  }
}

function taskState(taskId: string): JsonObject {
  const createdAt = new Date().toISOString();
  return { taskId, status: "working", createdAt, lastUpdatedAt: createdAt, ttl: 60_000, pollInterval: 1000 };
}
