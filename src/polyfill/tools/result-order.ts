/** Clients send the results of parallel calls in any order; as text, results can be matched to calls only by their order. */
import type { Message, ToolResultPart } from "../../turn/message.ts";

interface Answer {
  readonly result: ToolResultPart;
  /** The position of its call in the message. */
  readonly place: number;
}

/** For each result the one that belongs in its place, so that the results of one message's calls are in the order of the calls. */
export function resultOrder(messages: readonly Message[]): ReadonlyMap<ToolResultPart, ToolResultPart> {
  const calls = new Map<string, { readonly round: Answer[]; readonly place: number }>();
  const rounds: Answer[][] = [];
  for (const { parts } of messages) {
    const round: Answer[] = [];
    rounds.push(round);
    for (const [place, part] of parts.entries()) {
      if (part.type === "tool-call") calls.set(part.id, { round, place });
      if (part.type !== "tool-result") continue;
      const call = calls.get(part.callId);
      call?.round.push({ result: part, place: call.place });
    }
  }
  return new Map(
    rounds.flatMap((round) => {
      const sorted = round.toSorted((one, other) => one.place - other.place);
      return round.map(({ result }, index) => [result, sorted[index]?.result ?? result] as const);
    }),
  );
}
