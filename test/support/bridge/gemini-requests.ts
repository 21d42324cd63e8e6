/** Requests of Google's API, decoded without a server. */
import { gemini } from "../../../src/dialects/gemini/index.ts";
import type { Exchange } from "../../../src/dialects/dialect.ts";
import { BridgeError } from "../../../src/turn/error.ts";
import type { Message } from "../../../src/turn/message.ts";
import { ANYONE } from "../../../src/turn/principal.ts";
import type { TurnRequest } from "../../../src/turn/request.ts";

export const HI = [{ role: "user", parts: [{ text: "hi" }] }];

export function decoded(members: object, model = "m"): Exchange {
  return gemini.decode({ contents: HI, ...members }, new Headers(), ANYONE, {
    params: { model },
    query: new URLSearchParams(),
  });
}

export const request = (members: object): TurnRequest => decoded(members).request;
export const messages = (contents: unknown): readonly Message[] => request({ contents }).messages;
export const codes = (members: object): string[] => decoded(members).notices.map(({ code }) => code);

export function failure(members: object): { code: string; param: string | undefined; message: string } {
  try {
    decoded(members);
  } catch (error) {
    if (error instanceof BridgeError) return error;
    throw error;
  }
  throw new Error("It was decoded.");
}
