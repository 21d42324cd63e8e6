/**
 * Sampling in the modern era (MCP 2026-07-28, Multi round-trip requests): a server sends no requests of its own, so the host
 * runs our tool `hook`, we answer the call with "input required" and one sampling request, and the host repeats the
 * call with the model's answer and then waits for the next request. Several open calls serve several turns at once.
 *
 * Between a request and the repeated call nothing is pending on the wire: a sent request cannot be cancelled, and a
 * host that fails or refuses simply does not come back. So each turn has a deadline, and an answer for a finished turn
 * is dropped.
 */
import { randomUUID } from "node:crypto";
import { BridgeError } from "../../turn/error.ts";
import type { Carrier, SendOptions } from "./carrier.ts";
import { JsonRpcFailure } from "./failure.ts";
import type { Params } from "./peer.ts";
import { safeName } from "../../util/safe-line.ts";
import { decodeDeltas, EXTENSION } from "./sampling-stream.ts";

/**
 * Hosts give up a call after some rounds. The lowest known default is ten calls, and the answer to the tenth request
 * is generated and then thrown away.
 */
const MAX_ROUNDS = 9;
/** Even without a time limit, a request that does not come back within a day is lost. */
const LOST_AFTER_MS = 86_400_000;
/** A model that runs our tool needs some time to call it again. */
const OPEN_WITHIN_MS = 20_000;
const MIB = 1_048_576;
/** Hosts built on an MCP SDK close the connection after a line of more than 10 MiB. */
const LONGEST = 8 * MIB;
/** Maximum number of open calls of one host. */
const MAX_CALLS = 256;

/** The state that a call of the hook brings back from our last answer; signed, because it travels through the host. */
export interface HookState {
  /** Number of requests with which this call has been answered. */
  readonly round: number;
  /** The last of these requests. */
  readonly key: string;
}

export interface HookCall {
  /** Absent in the first call. */
  readonly state: HookState | undefined;
  readonly responses: Readonly<Record<string, unknown>>;
  /** Milliseconds that the call may wait for a turn. */
  readonly holdMs: number;
  /** Aborted when the host cancels the call. */
  readonly signal: AbortSignal;
}

/** A request for the host, or the text with which the call ends. */
export type HookReply =
  | { readonly key: string; readonly params: Params; readonly requestState: string }
  | { readonly text: string };

export interface HookRoundsOptions {
  /** The name of the host, for messages. */
  readonly name: string;
  /** Signs the state that travels through the host. */
  readonly codec: { readonly mint: (state: HookState) => Promise<string> };
  /** `stopping` ends the waiting calls. */
  readonly tools: { readonly stopping: AbortSignal };
  /** Milliseconds after which a sent request counts as lost. */
  readonly timeoutMs: number;
  /** Milliseconds that a turn waits while no call is open. */
  readonly openWithinMs?: number;
}

interface Job {
  readonly key: string;
  readonly params: Params;
  /** Aborted at the end of the turn. */
  readonly signal: AbortSignal;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** A call that waits for a turn. */
type Idle = (job: Job | undefined) => void;

export class HookRounds implements Carrier {
  readonly cancel = "no";
  readonly errors = false;
  readonly #options: HookRoundsOptions;
  /** Waiting turns, in order. */
  readonly #waiting = new Set<Job>();
  readonly #idle = new Set<Idle>();
  /** Sent requests, also of finished turns: their calls are busy until they come back. */
  readonly #out = new Map<string, { readonly job: Job; readonly sentAt: number }>();
  /** Receivers of the deltas of each turn; the key is the token of the deltas. */
  readonly #heard = new Map<string, (params: Params) => void>();
  #impatience: NodeJS.Timeout | undefined;
  #called = false;

  constructor(options: HookRoundsOptions) {
    this.#options = options;
    options.tools.stopping.addEventListener("abort", () => this.#dismiss(), { once: true });
  }

  /** Whether the host has ever called. */
  get called(): boolean {
    return this.#called;
  }

  get slots(): number {
    this.#forgetLost();
    return this.#idle.size + this.#out.size;
  }

  async send(request: Params, { signal, onProgress }: SendOptions): Promise<unknown> {
    signal.throwIfAborted();
    const key = randomUUID();
    const stream = { [EXTENSION]: { token: key } };
    const metadata = { ...(request["metadata"] as object | undefined), ...stream };
    const params = onProgress === undefined ? request : { ...request, metadata };
    if (Buffer.byteLength(JSON.stringify(params)) > LONGEST) {
      throw new BridgeError(
        "payload_too_large",
        `The conversation is too large for the connection to the MCP host (over ${LONGEST / MIB} MiB). Send less.`,
      );
    }
    let onAbort: (() => void) | undefined;
    if (onProgress !== undefined) this.#heard.set(key, onProgress);
    try {
      return await new Promise((resolve, reject) => {
        const job: Job = { key, params, signal, resolve, reject };
        onAbort = () => {
          this.#waiting.delete(job);
          reject(signal.reason);
        };
        signal.addEventListener("abort", onAbort, { once: true });
        this.#waiting.add(job);
        this.#match();
      });
    } finally {
      this.#heard.delete(key);
      if (onAbort !== undefined) signal.removeEventListener("abort", onAbort);
    }
  }

  /** Takes the params of deltas (`docs/streaming-extension.md`); those of finished turns are dropped. */
  delta(params: Params): void {
    const { token } = params;
    if (typeof token !== "string") return;
    const deltas = decodeDeltas(params).map(({ delta }) => delta);
    if (deltas[0]?.type !== "error") this.#heard.get(token)?.(params);
    const failure = deltas.find(({ type }) => type === "error");
    if (failure?.type === "error") this.#fail(token, failure);
  }

  /** The host has cancelled the call of a request that failed. */
  #fail(key: string, { code, message }: { readonly code: number; readonly message: string }): void {
    this.#out.get(key)?.job.reject(new JsonRpcFailure(code, message, "sampling/createMessage"));
    this.#out.delete(key);
  }

  /** Serves one call of the hook: takes the answer it brings and waits for the next turn. */
  async serve(call: HookCall): Promise<HookReply> {
    const { state, signal } = call;
    this.#called = true;
    const round = state?.round ?? 0;
    const unanswered = state === undefined ? undefined : this.#take(state.key, call.responses);
    if (round >= MAX_ROUNDS) {
      unanswered?.reject(new BridgeError("host_failed", "The MCP host did not answer the request."));
      return {
        text: "This call has served its maximum of requests. Call `hook` again to continue lending the model.",
      };
    }
    if (unanswered === undefined && this.slots >= MAX_CALLS) {
      return { text: "Enough calls of `hook` are open." };
    }
    const job = unanswered ?? (await this.#next(call.holdMs, signal));
    if (job === undefined) {
      const text = this.#options.tools.stopping.aborted
        ? "The bridge has stopped."
        : "No request arrived for some time. Call `hook` again to continue lending the model.";
      return { text };
    }
    const { key, params } = job;
    // Counted as sent from here on, so that the call is busy while its answer is signed.
    this.#out.set(key, { job, sentAt: performance.now() });
    const requestState = await this.#options.codec.mint({ round: round + 1, key });
    if (!signal.aborted) return { key, params, requestState };
    // The answer would be lost: the turn goes to another call.
    this.#out.delete(key);
    if (!job.signal.aborted) this.#putBack(job);
    return { text: "The call was cancelled." };
  }

  /** Ends every turn when the host has disconnected. */
  close(error: BridgeError): void {
    for (const job of this.#waiting) job.reject(error);
    for (const { job } of this.#out.values()) job.reject(error);
    this.#waiting.clear();
    this.#out.clear();
    this.#dismiss();
    this.#calm();
  }

  /** Settles the request that a call brings back; returns the request when the host has sent no answer. */
  #take(key: string, responses: Readonly<Record<string, unknown>>): Job | undefined {
    const entry = this.#out.get(key);
    if (entry === undefined) return undefined;
    this.#out.delete(key);
    if (!(key in responses)) return entry.job.signal.aborted ? undefined : entry.job;
    entry.job.resolve(responses[key]);
    return undefined;
  }

  #next(holdMs: number, signal: AbortSignal): Promise<Job | undefined> {
    if (this.#options.tools.stopping.aborted || signal.aborted) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const idle: Idle = (job) => {
        this.#idle.delete(idle);
        clearTimeout(timer);
        signal.removeEventListener("abort", onAbort);
        resolve(job);
      };
      const onAbort = (): void => idle(undefined);
      const timer = setTimeout(onAbort, holdMs);
      signal.addEventListener("abort", onAbort, { once: true });
      this.#idle.add(idle);
      this.#match();
    });
  }

  #match(): void {
    for (const job of this.#waiting) {
      const [idle] = this.#idle;
      if (idle === undefined) break;
      this.#waiting.delete(job);
      idle(job);
    }
    if (this.#waiting.size === 0) this.#calm();
    else this.#impatience ??= setTimeout(() => this.#giveUp(), this.#options.openWithinMs ?? OPEN_WITHIN_MS);
  }

  #calm(): void {
    clearTimeout(this.#impatience);
    this.#impatience = undefined;
  }

  #putBack(job: Job): void {
    const later = [...this.#waiting];
    this.#waiting.clear();
    for (const each of [job, ...later]) this.#waiting.add(each);
    this.#match();
  }

  /** Turns wait while a call is open; without an open call no host could serve them. */
  #giveUp(): void {
    this.#calm();
    if (this.slots > 0) {
      this.#match();
      return;
    }
    for (const job of this.#waiting) {
      job.reject(
        new BridgeError(
          "no_host",
          `The MCP host (${safeName(this.#options.name)}) is connected, but in MCP 2026-07-28 it lends its model only while it ` +
            "runs the tool `hook`, and it does not run it. Ask its model to call `hook`, or start the bridge with --mcp-era legacy.",
        ),
      );
    }
    this.#waiting.clear();
  }

  #dismiss(): void {
    for (const idle of this.#idle) idle(undefined);
  }

  #forgetLost(): void {
    const before = performance.now() - Math.min(this.#options.timeoutMs, LOST_AFTER_MS);
    for (const [key, { sentAt }] of this.#out) if (sentAt < before) this.#out.delete(key);
  }
}
