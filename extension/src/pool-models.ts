/** The models of the pool that this editor does not have by itself, as its own picker shows them. Pure functions. */
import type { LanguageModelChatInformation } from "vscode";
import type { CatalogModel } from "../../src/turn/catalog.ts";
import { areOfOneMachine } from "../../src/util/editor-window.ts";
import type { PoolHost } from "./pool.ts";

/** Ours, as a provider of models to this editor: what comes from us must never be lent again. */
export const OWN_VENDOR = "mcp-token-bridge";

/** Of a host that tells none; the editor wants numbers. */
const USUAL_INPUT = 128_000;
const USUAL_OUTPUT = 16_000;
const AUTO = "auto";

export interface PoolModel extends LanguageModelChatInformation {
  /** The host's label in the pool, and the model's name at that host. */
  readonly host: string;
  readonly model: string;
}

/** This editor. */
export interface Own {
  readonly name: string;
  readonly window: string;
}

export function poolModels(hosts: readonly PoolHost[], own: Own): PoolModel[] {
  return hosts.filter((host) => host.canSample && !isOwn(host, own)).flatMap(modelsOf);
}

/** Another window of this editor, or this one by another way, has the very models that its picker shows already. */
function isOwn({ name, window }: PoolHost, own: Own): boolean {
  if (window === own.window) return true;
  // Without a window it may be anywhere, also here.
  return name === own.name && (window === undefined || areOfOneMachine(window, own.window));
}

function modelsOf(host: PoolHost): PoolModel[] {
  const { catalog, models, label, name } = host;
  if (catalog !== undefined) return catalog.map((model) => told(host, model));
  const seen = models.map((id) => told(host, { id }));
  return [told(host, { id: AUTO, name: `${name} (${label})` }), ...seen];
}

function told({ label, name: hostName, version, abilities }: PoolHost, model: CatalogModel): PoolModel {
  const { id, name = id, family = id, inputTokens, outputTokens, images = abilities.images } = model;
  return {
    id: `${label}/${id}`,
    name,
    family,
    version: version || "1",
    detail: label,
    tooltip: `${hostName}, through MCP Token Bridge`,
    maxInputTokens: inputTokens ?? USUAL_INPUT,
    maxOutputTokens: outputTokens ?? USUAL_OUTPUT,
    // Where a host has no tools of its own, the bridge describes them to its model.
    capabilities: { imageInput: images === "yes", toolCalling: true },
    host: label,
    model: id,
  };
}
