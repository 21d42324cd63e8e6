/** What someone needs to know who is to help: versions, settings, models and hosts, as Markdown. Holds no key and no content of requests. */
import type { HostInfo } from "../../src/index.ts";
import type { LiveTurn } from "./live-turns.ts";
import type { PoolHost } from "./pool.ts";
import type { Settings } from "./settings.ts";
import type { BridgeState } from "./window-bridge.ts";

export interface Findings {
  readonly versions: Readonly<Record<string, string>>;
  readonly state: BridgeState;
  readonly settings: Settings;
  readonly host: HostInfo;
  readonly hosts: readonly PoolHost[] | undefined;
  readonly turns: readonly LiveTurn[];
  /** Of the editor: what may keep a bridge from working. */
  readonly surroundings: Readonly<Record<string, string | boolean>>;
}

export function diagnosis({ versions, state, settings, host, hosts, turns, surroundings }: Findings): string {
  const failed = turns.filter(({ problem }) => problem !== undefined);
  return [
    "# MCP Token Bridge",
    ...list({ ...versions, ...surroundings }),
    "## Bridge",
    ...list({ role: state.role, url: state.url, problem: state.problem ?? "none" }),
    ...(hosts === undefined ? ["The bridge does not answer, or does not tell of its hosts."] : []),
    "## Hosts",
    ...(hosts ?? []).map(
      ({ label, name, version, consent, running, queued, draining, failing }) =>
        `- ${label}: ${name} ${version}, consent ${consent}, ${running} running, ${queued} waiting` +
        `${draining ? ", draining" : ""}${failing ? ", failing" : ""}`,
    ),
    "## Models of this window",
    `Consent: ${host.consent}.`,
    ...(host.catalog ?? []).map(
      ({ id, inputTokens = "?", images = "?", tools = "?" }) =>
        `- ${id}: ${inputTokens} tokens, images ${images}, tools ${tools}`,
    ),
    "## Settings",
    ...list(
      Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, JSON.stringify(value)])),
    ),
    "## Last failures",
    ...(failed.length === 0 ? ["None."] : []),
    ...failed.map(
      ({ began, model, problem = "" }) => `- ${new Date(began).toISOString()}: ${model}: ${problem}`,
    ),
    "",
  ].join("\n");
}

function list(values: Readonly<Record<string, string | boolean>>): string[] {
  return Object.entries(values).map(([name, value]) => `- ${name}: ${String(value)}`);
}
