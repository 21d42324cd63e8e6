/** The validated options of `mcptb host`. */
import { ConfigError } from "../config/load.ts";
import { anthropic } from "../reference-host/upstream/anthropic.ts";
import { openai } from "../reference-host/upstream/openai.ts";
import type { Lent } from "../reference-host/lend-upstream.ts";

export interface HostFlags {
  readonly upstream: string;
  readonly model: string;
  readonly map: readonly string[];
  readonly api?: "openai" | "anthropic";
  readonly keyEnv?: string;
  readonly consent?: string;
  readonly attach?: string;
  readonly attachKeyEnv?: string;
}

export type Consent =
  | { readonly type: "always" }
  /** `always`: a plain yes is valid for all these minutes too. */
  | { readonly type: "ask"; readonly minutes: number; readonly always: boolean };

/** The minutes for the answer `a`. */
const MINUTES = 15;

/** The cloud addresses for the keys in the usual variables; the keys are sent to no other address. */
const CLOUD_KEYS: Readonly<Record<string, string>> = {
  "api.openai.com": "OPENAI_API_KEY",
  "api.anthropic.com": "ANTHROPIC_API_KEY",
};

const APIS = { openai, anthropic } as const;

/** The lent upstream. Throws `ConfigError`. */
export function lentOf(flags: HostFlags, env: NodeJS.ProcessEnv): Lent {
  const base = webAddress("--upstream", flags.upstream);
  const variable = keyVariable(flags, base);
  const key = variable === undefined ? undefined : env[variable];
  if (flags.keyEnv !== undefined && (key === undefined || key === ""))
    throw new ConfigError(`--key-env: the variable ${flags.keyEnv} is not set`);
  const api = APIS[flags.api ?? (isAnthropic(base) ? "anthropic" : "openai")];
  return { api, endpoint: api.endpoint(base), key, model: flags.model, models: modelMap(flags.map) };
}

/** The name of the variable with the upstream's key, which the bridge does not need. */
export function keyVariable({ keyEnv }: HostFlags, base: URL): string | undefined {
  return keyEnv ?? CLOUD_KEYS[base.hostname];
}

/** Throws `ConfigError`, also where there is no terminal to ask on. */
export function consentOf({ consent = "ask" }: HostFlags, terminal: boolean): Consent {
  if (consent === "always") return { type: "always" };
  const minutes = /^minutes:([1-9]\d{0,4})$/.exec(consent)?.[1];
  if (consent !== "ask" && minutes === undefined)
    throw new ConfigError(
      `--consent: ${JSON.stringify(consent)} is not accepted; give ask, always or minutes:N`,
    );
  if (!terminal) {
    throw new ConfigError(
      "there is no terminal on which you could be asked before the model is lent; " +
        "start it in one, or allow every request with --consent always",
    );
  }
  return { type: "ask", minutes: Number(minutes ?? MINUTES), always: minutes !== undefined };
}

/** Throws `ConfigError`. */
export function webAddress(flag: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new ConfigError(`${flag}: ${JSON.stringify(text)} is not accepted; give an http or https address`);
}

function isAnthropic({ hostname, pathname }: URL): boolean {
  return /(?:^|\.)anthropic\.com$/.test(hostname) || /\/anthropic(?:\/|$)|\/messages\/?$/.test(pathname);
}

function modelMap(pairs: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      if (at < 1 || at === pair.length - 1)
        throw new ConfigError(`--map: ${JSON.stringify(pair)} is not accepted; give NAME=MODEL`);
      return [pair.slice(0, at).toLowerCase(), pair.slice(at + 1)];
    }),
  );
}
