/** One request to an upstream: the only file here that opens a connection. */
import { randomBytes } from "node:crypto";
import type { CreateMessageRequestParams, CreateMessageResultWithTools } from "@modelcontextprotocol/client";
import type { Delta } from "../../hosts/mcp/sampling-stream.ts";
import type { TraceContext } from "../../turn/trace.ts";
import { answerTo, Refused } from "./adapt.ts";
import { Answer } from "./answer.ts";
import { blocksOf } from "./content.ts";
import { eventsOf, textOf } from "./events.ts";
import { brokenOff, refused, saidInText, unreachable, type Refusal, type Said } from "./failure.ts";
import { Keeper, type Recording } from "./keeper.ts";
import { Seals } from "./seal.ts";
import { UpstreamError, type AnswerReader, type Body, type Piece, type UpstreamApi } from "./upstream.ts";

export interface Upstream {
  readonly api: UpstreamApi;
  readonly endpoint: URL;
  readonly key: string | undefined;
  /** 32 bytes; what is sealed with it can be opened as long as it is the same. */
  readonly sealKey?: Buffer;
}

/** Sends a delta on; the upstream is read no faster than this resolves. */
export type Emit = (delta: Delta) => Promise<void>;

export interface Question {
  readonly params: CreateMessageRequestParams;
  readonly model: string;
  /** Goes with the request, for an upstream that keeps traces. */
  readonly trace?: TraceContext | undefined;
}

/** Tells the person at the host what was not sent as it was asked for. */
export type Tell = (text: string) => void;

/** How often a request is changed for an upstream that refuses a part of it. */
const MOST_CHANGES = 6;
/** Bytes of an answer that comes whole. */
const LONGEST_WHOLE = 64 * 1_048_576;
const WHOLE_WAIT_MS = 300_000;

/** An upstream, with what was learned of it and is kept for it. */
export class UpstreamClient {
  readonly #upstream: Upstream;
  readonly #refused = new Refused();
  readonly #keeper: Keeper;
  readonly #tell: Tell;

  constructor(upstream: Upstream, tell: Tell = () => undefined) {
    const { api, endpoint, sealKey = randomBytes(32) } = upstream;
    this.#upstream = upstream;
    this.#tell = tell;
    this.#keeper = new Keeper(new Seals(sealKey, `${api.name} ${endpoint.href}`));
  }

  /**
   * Asks the upstream's model and emits its answer as it comes; resolves with the whole answer. Aborting the signal ends
   * the request.
   *
   * @throws UpstreamError what went wrong, in words for a client; the signal's reason.
   */
  async ask(question: Question, emit: Emit, signal: AbortSignal): Promise<CreateMessageResultWithTools> {
    const { api, endpoint, key } = this.#upstream;
    const { params, model } = question;
    const { messages, foreign } = this.#keeper.recall(params.messages, model);
    if (foreign > 0) {
      this.#tell(`left out the reasoning of ${foreign} place(s) that is not of this upstream and model`);
    }
    let body = this.#refused.apply(api.body({ params, messages, model, endpoint }), model, api.adaptations);
    const tried = new Set<string>();
    try {
      for (;;) {
        const response = await this.#send(body, question.trace, signal);
        const outcome = await this.#read(response, question, emit);
        if (!("refusal" in outcome)) return outcome.result;
        const { said, status } = outcome.refusal;
        const left = tried.size < MOST_CHANGES ? api.adaptations.filter(({ name }) => !tried.has(name)) : [];
        const changed = answerTo(said, status, body, left);
        if (changed === undefined) throw refused(outcome.refusal, endpoint);
        tried.add(changed.adaptation.name);
        this.#refused.remember(model, changed.adaptation);
        this.#tell(
          `the upstream refused a part of the request (${changed.adaptation.name}); asking without it`,
        );
        ({ body } = changed);
      }
    } catch (thrown) {
      signal.throwIfAborted();
      const error = thrown instanceof UpstreamError ? thrown : unreachable(thrown, endpoint);
      // There are upstreams that repeat in an error the key that they do not take, and clients read it.
      if (key !== undefined && key !== "") error.message = error.message.replaceAll(key, "(the key)");
      throw error;
    }
  }

  async #send(body: Body, trace: TraceContext | undefined, signal: AbortSignal): Promise<Response> {
    const { api, endpoint, key } = this.#upstream;
    const headers = {
      "content-type": "application/json",
      accept: "text/event-stream, application/json",
      ...trace,
      ...api.headers(key),
    };
    return fetch(endpoint, {
      method: "POST",
      headers,
      body: JSON.stringify(body),
      signal,
      redirect: "error",
    });
  }

  async #read(
    response: Response,
    question: Question,
    emit: Emit,
  ): Promise<{ readonly result: CreateMessageResultWithTools } | { readonly refusal: Refusal }> {
    const { api, endpoint } = this.#upstream;
    const { params, model } = question;
    const { status } = response;
    const retryAfter = response.headers.get("retry-after");
    if (!response.ok) {
      const { text } = await textOf(response.body);
      return { refusal: { status, retryAfter, said: saidInText(text) } };
    }
    const reader = api.reader(idsIn(params));
    const reading = new Reading(reader, this.#keeper.record(params.messages, model), new Answer(model), emit);
    const type = response.headers.get("content-type") ?? "";
    const streams = response.body !== null && /^(?:text\/event-stream|\s*$)/i.test(type);
    if (streams) await reading.events(response.body);
    else {
      const { text, whole } = await textOf(response.body, LONGEST_WHOLE, WHOLE_WAIT_MS);
      const said = saidOf(text);
      if (said !== undefined) return { refusal: { status, retryAfter, said } };
      if (whole && /^\s*\{/.test(text)) await reading.take(text);
    }
    const result = await reading.end();
    if (result === undefined) {
      const what = streams
        ? "cut its answer off before it was complete"
        : `does not stream: it answers with ${type || "nothing"}`;
      throw new UpstreamError(`The upstream ${endpoint.host} ${what}.`);
    }
    return { result };
  }
}

/** The error in the text of a reply with a good status; an answer has choices or content. */
function saidOf(text: string): Said | undefined {
  if (!/^\s*[{[]/.test(text)) return text.trim() === "" ? undefined : saidInText(text);
  if (/^\s*\{/.test(text) && /"(?:choices|content)"\s*:\s*\[/.test(text)) return undefined;
  const said = saidInText(text);
  return said.message === "" && said.kind === "" ? undefined : said;
}

function idsIn({ messages }: CreateMessageRequestParams): Set<string> {
  return new Set(
    messages.flatMap((message) =>
      blocksOf(message).flatMap((block) => (block.type === "tool_use" ? [block.id] : [])),
    ),
  );
}

/** One answer: from its events to the deltas for the bridge and the whole. */
class Reading {
  readonly #reader: AnswerReader;
  readonly #recording: Recording;
  readonly #answer: Answer;
  readonly #emit: Emit;

  constructor(reader: AnswerReader, recording: Recording, answer: Answer, emit: Emit) {
    this.#reader = reader;
    this.#recording = recording;
    this.#answer = answer;
    this.#emit = emit;
  }

  async events(body: ReadableStream<Uint8Array>): Promise<void> {
    const reader = this.#reader;
    const events = eventsOf(
      body,
      () => reader.done,
      () => reader.ending() !== undefined,
    );
    for await (const { event, data } of events) {
      if (event === "error" && !/^\s*[{[]/.test(data)) throw brokenOff(saidInText(data));
      if (data.trim() !== "") await this.take(data);
    }
  }

  async take(data: string): Promise<void> {
    for (const piece of this.#reader.read(data)) await this.#pass(piece);
  }

  /** The whole answer; `undefined` when it is not complete. */
  async end(): Promise<CreateMessageResultWithTools | undefined> {
    if (this.#reader.ending() === undefined) return undefined;
    for (const piece of this.#reader.rest()) await this.#pass(piece);
    this.#recording.endCall();
    const ending = this.#reader.ending();
    return ending === undefined ? undefined : this.#answer.result(ending);
  }

  async #pass(piece: Piece): Promise<void> {
    const recording = this.#recording;
    switch (piece.type) {
      case "keep":
        recording.keep(piece.kept);
        return;
      case "tool-call-start":
        recording.endCall();
        await this.#sign();
        recording.startCall(piece.id, piece.name);
        break;
      case "text":
        await this.#sign();
        break;
      case "tool-call-delta":
        recording.writeCall(piece.json);
        break;
      case "tool-call-end":
        recording.endCall();
        break;
      default:
    }
    await this.#send(piece);
  }

  /** What was kept goes out before what it led to. */
  async #sign(): Promise<void> {
    const signature = this.#recording.flush();
    if (signature !== undefined) await this.#send({ type: "reasoning", text: "", signature });
  }

  async #send(delta: Delta): Promise<void> {
    this.#answer.add(delta);
    await this.#emit(delta);
  }
}
