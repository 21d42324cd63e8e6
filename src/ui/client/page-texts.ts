/** What the page says, as it was sent with it. */
import type { Texts } from "../texts.ts";

export const texts = JSON.parse(document.getElementById("texts")?.textContent ?? "{}") as Texts & {
  readonly needsKey: boolean;
};
export const language = document.documentElement.lang;

/** Puts values where a text has `{name}`. */
export function filled(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}
