/** What we supply to a host that lacks it, and what we tell the client about it. */
import type { HostAbilities } from "../hosts/host.ts";
import { structured } from "../polyfill/json-schema.ts";
import { limit } from "../polyfill/limit.ts";
import { pairs } from "../polyfill/pairs.ts";
import type { Polyfill } from "../polyfill/polyfill.ts";
import { prefill, prefillOf } from "../polyfill/prefill.ts";
import { stop } from "../polyfill/stop.ts";
import type { TokenEstimator } from "../polyfill/tokens.ts";
import type { SchemaChecker } from "../polyfill/tools/check.ts";
import { nativeTools } from "../polyfill/tools/native.ts";
import { repairToolHistory } from "../polyfill/tools/repair.ts";
import { supplyTools } from "../polyfill/tools/supply.ts";
import { usage } from "../polyfill/usage.ts";
import { addNotice, type Notice } from "../turn/notice.ts";
import type { TurnRequest } from "../turn/request.ts";

/** What the polyfills share. */
export interface Supplies {
  readonly tokens: TokenEstimator;
  readonly checker: SchemaChecker;
}

/** What a host needs of us, in the order in which a request passes through. */
export function polyfillsFor(abilities: HostAbilities, { tokens, checker }: Supplies): Polyfill[] {
  const polyfills: Polyfill[] = [usage(tokens)];
  if (abilities.maxTokens !== "yes") polyfills.push(limit(tokens));
  polyfills.push(stop, prefill, structured(checker), abilities.tools ? nativeTools : supplyTools(checker));
  if (abilities.deltas) polyfills.push(pairs);
  return polyfills;
}

/** What of a request this host does not do as asked. */
export function noticesFor(request: TurnRequest, abilities: HostAbilities): Notice[] {
  const notices: Notice[] = [];
  if (request.tools.length > 0 && !abilities.tools) {
    addNotice(notices, {
      code: "tools-supplied",
      message:
        "This host's sampling has no tools; they are described in the prompt and calls are read from the answer.",
    });
  }
  if (abilities.tools && repairToolHistory(request.messages).mended > 0) {
    addNotice(notices, {
      code: "history-mended",
      message: "Tool calls or results without their counterpart were told to the model as text.",
    });
  }
  if (request.responseFormat.type === "json") {
    addNotice(notices, {
      code: "format-supplied",
      message: "The answer's form is asked for in the prompt and checked here.",
    });
  }
  if (prefillOf(request) !== "") {
    addNotice(notices, {
      code: "prefill-approximated",
      message: "The model is asked in words to continue the last assistant message.",
    });
  }
  if (request.maxTokens !== undefined && abilities.maxTokens === "no") {
    addNotice(notices, {
      code: "max-tokens-cut",
      message: "This host ignores the token limit; longer answers are cut here.",
    });
  }
  if (request.temperature !== undefined && abilities.temperature === "no") {
    addNotice(notices, { code: "temperature-ignored", message: "This host ignores the temperature." });
  }
  return notices;
}
