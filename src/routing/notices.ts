import type { HostAbilities } from "../hosts/host.ts";
import { prefillOf } from "../polyfill/prefill.ts";
import type { Misfit } from "../polyfill/tools/misfit.ts";
import { repairToolHistory } from "../polyfill/tools/repair.ts";
import { addNotice, type Notice } from "../turn/notice.ts";
import type { TurnRequest } from "../turn/request.ts";

/** What turns out only when there is an answer. */
export const SCHEMA_UNCHECKED: Notice = {
  code: "schema-unchecked",
  message:
    "A JSON Schema could not be checked against in the time there is; what it is for was handed on unchecked.",
};

/** Of the calls of a host that has tools of its own, which are passed on as they are. */
export const MISFITS: Readonly<Record<Misfit, Notice>> = {
  "unknown-tool": {
    code: "unknown-tool-called",
    message: "The model called a tool that was not offered; the call was passed on.",
  },
  arguments: {
    code: "arguments-unfit",
    message: "The arguments of a call do not fit the schema of its tool; the call was passed on.",
  },
};

/** What of a request a host with these abilities will not honour, or only approximately. */
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
  const { thinking } = request;
  if (thinking !== undefined && thinking.enabled !== false && !abilities.reasoning) {
    addNotice(notices, {
      code: "parameters-ignored",
      message: "This host cannot be told how much its model should think.",
    });
  }
  if (request.temperature !== undefined && abilities.temperature === "no") {
    addNotice(notices, { code: "temperature-ignored", message: "This host ignores the temperature." });
  }
  return notices;
}
