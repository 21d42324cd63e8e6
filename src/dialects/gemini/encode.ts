import type { Answer, Turn } from "../../turn/collect.ts";
import type { StopReason, Usage } from "../../turn/event.ts";
import { argumentsObject } from "../call-arguments.ts";
import type { ReplyContext } from "../dialect.ts";
import { encodeSignatures } from "./signature.ts";

/** The whole answer as a `GenerateContentResponse`. */
export function encode(turn: Turn, context: ReplyContext, thoughts: boolean): unknown {
  return {
    candidates: [turn, ...turn.others].map((answer, index) => ({
      content: { parts: encodeParts(answer, thoughts), role: "model" },
      finishReason: finishReason(answer.stopReason),
      index,
    })),
    usageMetadata: encodeUsage(turn.usage),
    modelVersion: turn.model,
    responseId: context.id,
  };
}

function encodeParts({ parts }: Answer, thoughts: boolean): object[] {
  const encoded: object[] = [];
  let signatures: string[] = [];
  for (const part of parts) {
    switch (part.type) {
      case "reasoning":
        if (thoughts && part.text !== "") encoded.push(thought(part.text));
        if (part.signature !== undefined) signatures.push(part.signature);
        break;
      case "text":
        if (part.text === "") break;
        encoded.push({ text: part.text, ...signed(signatures) });
        signatures = [];
        break;
      case "tool-call":
        encoded.push({ functionCall: functionCall(part.id, part.name, part.input), ...signed(signatures) });
        signatures = [];
        break;
      default:
        part satisfies never;
    }
  }
  // Clients keep no content that has no part.
  if (signatures.length > 0 || encoded.length === 0) encoded.push({ text: "", ...signed(signatures) });
  return encoded;
}

export function thought(text: string): object {
  return { text, thought: true };
}

export function functionCall(id: string, name: string, input: string): object {
  return { id, name, args: argumentsObject(input) };
}

/** The signatures of the reasoning before a part travel with it, as Google's own do. */
export function signed(signatures: readonly string[]): object {
  return signatures.length === 0 ? {} : { thoughtSignature: encodeSignatures(signatures) };
}

/** An answer with calls has stopped here, too: clients look at its parts. */
export function finishReason({ unified }: StopReason): string {
  switch (unified) {
    case "end":
    case "stop-sequence":
    case "tool-calls":
      return "STOP";
    case "max-tokens":
      return "MAX_TOKENS";
    case "refusal":
      return "SAFETY";
    default:
      return unified satisfies never;
  }
}

/** An unknown count is left out; `estimated` marks figures of our own tokenizer. */
export function encodeUsage({ inputTokens, cachedTokens, outputTokens, estimated }: Usage): object {
  return {
    ...(inputTokens !== undefined && { promptTokenCount: inputTokens }),
    ...(cachedTokens !== undefined && { cachedContentTokenCount: cachedTokens }),
    ...(outputTokens !== undefined && { candidatesTokenCount: outputTokens }),
    ...(inputTokens !== undefined &&
      outputTokens !== undefined && { totalTokenCount: inputTokens + outputTokens }),
    ...(estimated && { estimated: true }),
  };
}
