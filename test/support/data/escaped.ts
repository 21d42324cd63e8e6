/** What the polyfill of tools does in steps, done at once. */
import type { Message, TextPart } from "../../../src/turn/message.ts";
import * as escape from "../../../src/polyfill/tools/escape.ts";
import * as history from "../../../src/polyfill/tools/history.ts";
import * as reader from "../../../src/polyfill/tools/read.ts";
import type { Piece } from "../../../src/polyfill/tools/read.ts";
import { atOnce } from "../../../src/util/steps.ts";

export const escapeMarkup = (text: string): string => atOnce(escape.escapeMarkup(text));
export const escapeTogether = (texts: readonly string[]): string[] => atOnce(escape.escapeTogether(texts));
export const escapeValue = (value: unknown): unknown => atOnce(escape.escapeValue(value));
export const renderHistory = (messages: readonly Message[]): Message[] =>
  atOnce(history.renderHistory(messages));
export const renderCall = (call: { readonly name: string; readonly input: string }): TextPart =>
  atOnce(history.renderCall(call));
export const unescapeMarkup = (text: string): string => atOnce(escape.unescapeMarkup(text));
export const unescapeValue = (value: unknown): unknown => atOnce(escape.unescapeValue(value));
export const readAnswer = (text: string, isTool: (name: string) => boolean): Piece[] =>
  atOnce(reader.readAnswer(text, isTool));
