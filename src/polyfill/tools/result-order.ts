/** Clients send the results of parallel calls as they get ready; as text they can be told apart by their order alone. */
import type { Message, ToolResultPart } from "../../turn/message.ts";

interface Answer {
  readonly result: ToolResultPart;
  /** The place of its call among those of the message. */
  readonly place: number;
}

/** Which result belongs where another stands, so that those of one message's calls come in the order of the calls. */
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
