/** What editors newer than our oldest one have, and its types do not: looked for when it is needed, never taken for granted. */
import * as vscode from "vscode";

/** A part with bytes, e.g. an image. */
export interface DataPart {
  readonly mimeType: string;
  readonly data: Uint8Array;
}

/** A piece of the model's own reasoning. What it carries beside its text the provider wants back. */
export interface ThinkingPart {
  readonly value: string | readonly string[];
  readonly id?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

interface NewerApi {
  readonly LanguageModelDataPart?: new (data: Uint8Array, mimeType: string) => DataPart;
  readonly LanguageModelThinkingPart?: new (
    value: string | string[],
    id?: string,
    metadata?: Readonly<Record<string, unknown>>,
  ) => ThinkingPart;
}

/** A member that an editor does not have is `undefined`. */
export function newerApi(): NewerApi {
  return vscode as NewerApi;
}

/** What a model says of its abilities; an editor that does not tell says nothing, which is no "no". */
interface Capabilities {
  readonly supportsImageToText?: boolean;
  readonly supportsToolCalling?: boolean;
}

export function capabilitiesOf(model: vscode.LanguageModelChat): Capabilities {
  return (model as { readonly capabilities?: Capabilities }).capabilities ?? {};
}
