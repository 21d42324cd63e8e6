/** A bridge to which the models of an editor are attached, and the vendors' own clients of it. */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { onTestFinished } from "vitest";
import { VsCodeHost, type HostSettings } from "../../../extension/src/vscode-host.ts";
import type { Config } from "../../../src/config/settings.ts";
import { startBridge } from "../bridge/start-bridge.ts";
import { useEditor, type ModelParts } from "./vscode.ts";

export function editorHost(own: Partial<HostSettings> = {}): VsCodeHost {
  return new VsCodeHost(() => ({ defaultModel: "", models: [], effort: "", ...own }));
}

export interface EditorBridge {
  readonly url: string;
  readonly host: VsCodeHost;
  readonly editor: ReturnType<typeof useEditor>;
  readonly openai: OpenAI;
  readonly anthropic: Anthropic;
}

export async function editorBridge(
  models: readonly ModelParts[] = [{ id: "gpt" }],
  settings: Partial<Record<keyof Config, unknown>> = {},
  own: Partial<HostSettings> = {},
): Promise<EditorBridge> {
  const editor = useEditor(...models);
  const host = editorHost(own);
  await host.refresh();
  const { bridge, url } = await startBridge(settings);
  bridge.attach(host);
  onTestFinished(() => bridge.stop());
  const options = { apiKey: "unused", maxRetries: 0 };
  return {
    url,
    host,
    editor,
    openai: new OpenAI({ ...options, baseURL: `${url}/v1` }),
    anthropic: new Anthropic({ ...options, baseURL: url }),
  };
}

/** A model that says these parts and ends. */
export function says(...parts: readonly unknown[]): () => AsyncIterable<unknown> {
  return async function* () {
    for (const part of parts) yield await Promise.resolve(part);
  };
}

/** A model that says these parts and fails. */
export function failsWith(error: unknown, ...parts: readonly unknown[]): () => AsyncIterable<unknown> {
  return async function* () {
    yield* says(...parts)();
    throw error;
  };
}
