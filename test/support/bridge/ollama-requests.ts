/** Requests of Ollama's API, decoded without a server. */
import type { Exchange } from "../../../src/dialects/dialect.ts";
import { ollama } from "../../../src/dialects/ollama/index.ts";
import { BridgeError } from "../../../src/turn/error.ts";
import type { Message } from "../../../src/turn/message.ts";
import { ANYONE } from "../../../src/turn/principal.ts";
import type { TurnRequest } from "../../../src/turn/request.ts";

export const HI = { model: "m", messages: [{ role: "user", content: "hi" }] };
export const PROMPT = { model: "m", prompt: "hi" };

/** At `/api/chat`. */
export function decoded(members: object): Exchange {
  return ollama.decode({ ...HI, ...members }, new Headers(), ANYONE);
}

/** At `/api/generate`. */
export function generated(members: object): Exchange {
  const route = ollama.alsoAt?.find(({ path }) => path === "/api/generate");
  if (route === undefined) throw new Error("Nothing is generated.");
  return route.decode({ ...PROMPT, ...members }, new Headers(), ANYONE);
}

export const request = (members: object): TurnRequest => decoded(members).request;
export const messages = (stated: unknown): readonly Message[] => request({ messages: stated }).messages;
export const codes = (members: object): string[] => decoded(members).notices.map(({ code }) => code);

export function failure(
  members: object,
  decode: (members: object) => Exchange = decoded,
): { code: string; param: string | undefined; message: string } {
  try {
    decode(members);
  } catch (error) {
    if (error instanceof BridgeError) return error;
    throw error;
  }
  throw new Error("It was decoded.");
}
