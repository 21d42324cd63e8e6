import * as z from "zod";
import { Calls } from "./calls.ts";
import { brokenOff, saidIn } from "./failure.ts";
import { ThinkTags } from "./think-tags.ts";
import { parseEvent, UpstreamError, type AnswerReader, type Ending, type Piece } from "./upstream.ts";

const text = z.string().nullish().catch(undefined);
const count = z.number().nonnegative().nullish().catch(undefined);
const json = z.record(z.string(), z.unknown());

/** Arguments are JSON text; some servers send the object itself. */
const calledFunction = z.looseObject({
  name: text,
  arguments: z
    .union([z.string(), json.transform((value) => JSON.stringify(value))])
    .nullish()
    .catch(undefined),
});
const call = z.looseObject({
  index: count,
  id: z
    .union([z.string(), z.number().transform(String)])
    .nullish()
    .catch(undefined),
  type: z.unknown().optional(),
  function: calledFunction.nullish(),
});

const part = z.union([z.string(), z.looseObject({ type: text, text, thinking: z.unknown().optional() })]);
const content = z.union([z.string(), z.array(part)]).nullish();

const delta = z
  .looseObject({
    content,
    refusal: text,
    reasoning: z.unknown().optional(),
    reasoning_content: z.unknown().optional(),
    reasoning_details: z.array(json).nullish().catch(undefined),
    extra_content: json.nullish().catch(undefined),
    tool_calls: z.array(call).nullish(),
    function_call: calledFunction.nullish(),
  })
  .nullish();

const usage = z
  .looseObject({
    prompt_tokens: count,
    completion_tokens: count,
    input_tokens: count,
    output_tokens: count,
  })
  .nullish()
  .catch(undefined);

/** Looser than OpenAI's own form: compatible servers leave out what they do not know. */
const chunk = z.looseObject({
  model: text,
  choices: z
    .array(
      z.looseObject({ delta, message: delta, finish_reason: text, usage, error: z.unknown().optional() }),
    )
    .nullish(),
  usage,
  x_groq: z.looseObject({ usage }).nullish().catch(undefined),
});

type Delta = z.infer<typeof delta>;
type Call = z.infer<typeof call>;
type Usage = z.infer<typeof usage>;

/** In lower case. */
const STOP_REASONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    stop: "endTurn",
    eos: "endTurn",
    eos_token: "endTurn",
    end: "endTurn",
    end_turn: "endTurn",
    stop_sequence: "stopSequence",
    length: "maxTokens",
    max_tokens: "maxTokens",
    model_length: "maxTokens",
    tool_calls: "toolUse",
    tool_use: "toolUse",
    tool_call: "toolUse",
    function_call: "toolUse",
    content_filter: "refusal",
    safety: "refusal",
    sensitive: "refusal",
    recitation: "refusal",
    blocklist: "refusal",
    prohibited_content: "refusal",
  }),
);
const NO_REASON: ReadonlySet<string> = new Set(["", "null", "none", "undefined"]);
const FAILURES: ReadonlySet<string> = new Set([
  "error",
  "abort",
  "aborted",
  "cancelled",
  "network_error",
  "malformed_function_call",
  "insufficient_system_resource",
]);

/** Members of a call that are not for the server alone. */
const CALL_MEMBERS: ReadonlySet<string> = new Set(["index", "id", "type", "function"]);

/** Reads the chunks of one streamed chat completion. */
export function openaiReader(taken: ReadonlySet<string>): AnswerReader {
  return new OpenaiReader(taken);
}

class OpenaiReader implements AnswerReader {
  done = false;
  readonly #calls: Calls;
  readonly #tags = new ThinkTags();
  #started = false;
  #said = false;
  #refusal = false;
  #finish: string | undefined;
  #inputTokens: number | undefined;
  #outputTokens: number | undefined;
  /** Text that came before a call was whole: calls and text do not overlap. */
  #late: string[] = [];

  constructor(taken: ReadonlySet<string>) {
    this.#calls = new Calls(taken);
  }

  read(data: string): Piece[] {
    if (this.done) return [];
    if (data.trim() === "[DONE]") {
      this.done = true;
      return [];
    }
    return [...this.#pieces(data)];
  }

  rest(): Piece[] {
    return [...this.#rest()];
  }

  ending(): Ending | undefined {
    if (this.#finish === undefined && !(this.done && this.#said)) return undefined;
    const finish = this.#finish ?? "stop";
    const reason = STOP_REASONS.get(finish.toLowerCase()) ?? finish;
    return {
      stopReason: this.#stopReason(reason),
      inputTokens: this.#inputTokens,
      outputTokens: this.#outputTokens,
    };
  }

  /** Some servers end an answer with calls as any other, some the other way round. */
  #stopReason(reason: string): string {
    if (this.#calls.count > 0) return reason === "endTurn" ? "toolUse" : reason;
    if (reason === "toolUse") return "endTurn";
    return reason === "endTurn" && this.#refusal ? "refusal" : reason;
  }

  *#pieces(data: string): Generator<Piece> {
    const value = parseEvent(data);
    const error = errorIn(value);
    if (error !== undefined) throw error;
    const parsed = chunk.safeParse(value);
    if (!parsed.success) throw new UpstreamError("The upstream sent an event that is not a chat completion.");
    const { model, choices, usage: given, x_groq: groq } = parsed.data;
    if (!this.#started && typeof model === "string" && model !== "") {
      this.#started = true;
      yield { type: "start", model };
    }
    const [choice] = choices ?? [];
    for (const each of [choice?.usage, groq?.usage, given]) this.#count(each);
    yield* this.#readDelta(choice?.delta ?? choice?.message);
    const finish = choice?.finish_reason ?? "";
    if (NO_REASON.has(finish.toLowerCase())) return;
    if (FAILURES.has(finish.toLowerCase())) {
      throw brokenOff(saidIn(choice?.error) ?? { message: `${finish}.`, kind: finish, param: "" });
    }
    this.#finish = finish;
  }

  #count(given: Usage): void {
    this.#inputTokens = given?.prompt_tokens ?? given?.input_tokens ?? this.#inputTokens;
    this.#outputTokens = given?.completion_tokens ?? given?.output_tokens ?? this.#outputTokens;
  }

  *#readDelta(given: Delta): Generator<Piece> {
    if (given === null || given === undefined) return;
    let reasoned = false;
    for (const member of ["reasoning_content", "reasoning"] as const) {
      const thought = given[member];
      if (typeof thought !== "string" || thought === "") continue;
      yield { type: "keep", kept: { type: "text", member, text: thought } };
      if (!reasoned) yield* this.#reason(thought);
      reasoned = true;
    }
    const details = given.reasoning_details ?? [];
    if (details.length > 0) {
      yield { type: "keep", kept: { type: "details", details: [...details] } };
      if (!reasoned) yield* this.#reason(details.map(detailText).join(""));
    }
    yield* this.#readContent(given.content);
    if (typeof given.refusal === "string" && given.refusal !== "") {
      this.#refusal = true;
      yield* this.#speak(given.refusal);
    }
    for (const each of given.tool_calls ?? []) yield* this.#readCall(each);
    const { function_call: legacy } = given;
    if (legacy !== null && legacy !== undefined) {
      yield* this.#readCall({ index: 0, function: legacy, type: "function" });
    }
  }

  *#readContent(given: z.infer<typeof content>): Generator<Piece> {
    if (given === null || given === undefined) return;
    for (const each of typeof given === "string" ? [given] : given) {
      if (typeof each === "string") yield* this.#readText(each);
      else if (each.type === "thinking" || each.type === "reasoning") {
        // Mistral's form: a part that holds parts.
        yield* this.#reason(textsIn(each.thinking ?? each.text));
      } else yield* this.#readText(each.text ?? "");
    }
  }

  *#readText(given: string): Generator<Piece> {
    if (given === "") return;
    for (const piece of this.#tags.take(given)) {
      if (piece.type === "text") yield* this.#speak(piece.text);
      else if (piece.type === "reasoning") yield* this.#reason(piece.text);
    }
  }

  *#speak(given: string): Generator<Piece> {
    this.#said = true;
    if (this.#calls.open) this.#late.push(given);
    else yield { type: "text", text: given };
  }

  *#reason(given: string): Generator<Piece> {
    // Reasoning inside of a call would end it.
    if (given !== "" && !this.#calls.open) yield { type: "reasoning", text: given };
  }

  *#readCall({ index, id, function: said, ...others }: Call): Generator<Piece> {
    this.#said = true;
    yield* this.#waiting();
    const members = Object.entries(others).filter(
      ([name, value]) => !CALL_MEMBERS.has(name) && value !== null && value !== undefined,
    );
    yield* this.#calls.take({
      index: index ?? undefined,
      id: id ?? "",
      name: said?.name ?? "",
      json: said?.arguments ?? "",
      members: Object.fromEntries(members),
    });
  }

  *#waiting(): Generator<Piece> {
    for (const piece of this.#tags.end()) {
      if (piece.type === "text") yield* this.#speak(piece.text);
      else yield piece;
    }
  }

  *#rest(): Generator<Piece> {
    yield* this.#waiting();
    const reason = STOP_REASONS.get(this.#finish?.toLowerCase() ?? "");
    const cut = reason === "maxTokens" && this.#late.length === 0;
    yield* this.#calls.end(cut);
    for (const late of this.#late.splice(0)) yield { type: "text", text: late };
  }
}

/** The error that an event tells, in whatever form; answers have choices or counts. */
function errorIn(value: unknown): UpstreamError | undefined {
  const list = Array.isArray(value);
  const event = (list ? (value[0] as unknown) : value) ?? {};
  if (typeof event !== "object") return undefined;
  const { error, choices, detail, message, usage: counted, object } = event as Record<string, unknown>;
  const told = error !== undefined && error !== null && error !== "" && error !== false;
  const bare = choices === undefined && counted === undefined && (detail ?? message) !== undefined;
  if (!told && !bare && object !== "error") return undefined;
  return brokenOff(saidIn(event) ?? { message: "", kind: "", param: "" });
}

function detailText(detail: Readonly<Record<string, unknown>>): string {
  const { text: said, summary } = detail;
  if (typeof said === "string") return said;
  return typeof summary === "string" ? summary : "";
}

function textsIn(value: unknown): string {
  if (typeof value === "string") return value;
  const { data } = z.array(z.looseObject({ text: z.string() })).safeParse(value);
  return (data ?? []).map((each) => each.text).join("");
}
