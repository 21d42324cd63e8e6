import type { HostAbilities } from "../hosts/host.ts";
import { prefillOf } from "../polyfill/prefill.ts";
import { addNotice, type Notice } from "../turn/notice.ts";
import type { TurnRequest } from "../turn/request.ts";

/** What of a request a host with these abilities will not honour, or only approximately. */
export function noticesFor(request: TurnRequest, abilities: HostAbilities): Notice[] {
  const notices: Notice[] = [];
  if (request.tools.length > 0 && !abilities.tools) {
    addNotice(notices, {
      code: "tools-ignored",
      message: "This host's sampling has no tools; they were left out.",
    });
  }
  if (request.responseFormat.type === "json") {
    addNotice(notices, { code: "response-format-ignored", message: "The answer's format is not enforced." });
  }
  if (prefillOf(request) !== "") {
    addNotice(notices, {
      code: "prefill-approximated",
      message: "The model is asked in words to continue the last assistant message.",
    });
  }
  if (request.maxTokens !== undefined && abilities.maxTokens === "no") {
    addNotice(notices, { code: "max-tokens-ignored", message: "This host ignores the token limit." });
  }
  if (request.temperature !== undefined && abilities.temperature === "no") {
    addNotice(notices, { code: "temperature-ignored", message: "This host ignores the temperature." });
  }
  return notices;
}
