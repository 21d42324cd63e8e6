/**
 * Known behaviour of hosts beyond their declarations. The table only tunes: an unknown host gets `DEFAULT`, which
 * must be safe for every host.
 */
import type { Honours } from "../../turn/abilities.ts";

export interface Quirks {
  /** A short name for hosts with a long one. */
  readonly label?: string;
  /** Whether `notifications/cancelled` stops the model; where it does not, none is sent. */
  readonly cancel: Honours;
  /** Whether a message may have several content blocks (from revision 2025-11-25 on). */
  readonly contentArrays: Honours;
  readonly images: Honours;
  readonly audio: Honours;
  readonly maxTokens: Honours;
  readonly temperature: Honours;
  readonly stopSequences: Honours;
  /** Whether model preferences are sent; "no" for hosts that fail because of the field. */
  readonly modelPreferences: Honours;
  /** An answer with this beginning is really an error. */
  readonly errorText?: RegExp;
  /** Where the person gives consent, for the hint shown during the wait. */
  readonly consentHint?: string;
  /**
   * The host asks the person once for all waiting requests, but a refusal ends only one of them and the others are
   * served: the bridge ends them.
   */
  readonly refusalEndsAll: boolean;
  /** What the person should do after a refusal. */
  readonly refusalStep?: string;
}

const DEFAULT: Quirks = {
  cancel: "unknown",
  contentArrays: "unknown",
  images: "unknown",
  audio: "unknown",
  maxTokens: "unknown",
  temperature: "unknown",
  stopSequences: "unknown",
  modelPreferences: "unknown",
  refusalEndsAll: false,
};

const TABLE: readonly (readonly [RegExp, Partial<Quirks>])[] = [
  [
    /visual studio code|vscode|code-server|code - oss|vscodium|cursor|windsurf/i,
    {
      label: "vscode",
      // It cancels its own request with that id instead, and the model keeps running.
      cancel: "no",
      contentArrays: "yes",
      images: "yes",
      audio: "no",
      maxTokens: "no",
      temperature: "no",
      stopSequences: "no",
      // "Not Now" sets a flag that it later treats as a permission.
      refusalEndsAll: true,
      consentHint:
        "answer the notification (bell icon, bottom right) or run MCP: List Servers > Configure Model Access",
      // It sends the same error when nobody was asked because no model is allowed.
      refusalStep:
        "If you were not asked, run MCP: List Servers > (this server) > Configure Model Access and tick a model; " +
        "else allow the request when the notification comes. Then wait a minute and send a new message.",
    },
  ],
  [
    /goose/i,
    {
      // It reads only the text of the first block of a message.
      contentArrays: "no",
      images: "no",
      audio: "no",
      maxTokens: "no",
      temperature: "no",
      stopSequences: "no",
    },
  ],
  [
    /fast-agent/i,
    {
      cancel: "yes",
      images: "yes",
      // It passes the field to its model's library, which refuses it.
      modelPreferences: "no",
      // It sends a failure of its model as a normal answer.
      errorText: /^(?:Error in sampling:|I hit an internal error while calling the model[:;])/,
    },
  ],
  [
    /copilot.?cli|^github[ -]?copilot/i,
    {
      // It continues a cancelled request.
      cancel: "no",
      images: "yes",
      // It sends its own values to its model.
      maxTokens: "no",
      temperature: "no",
      stopSequences: "no",
      consentHint: 'answer "Approve inference request?" in its terminal',
      // It sends the same error when its model has failed.
      refusalStep:
        "If you were not asked, or have allowed it, its model has failed: see ~/.copilot/logs. " +
        'Else answer "Approve inference request?" there with Yes. Then wait a minute and send a new message.',
    },
  ],
  // pi-mcp-adapter, which uses the server's name as its own and refuses unknown fields. A cancelled request continues.
  [
    /^pi-mcp-/i,
    {
      label: "pi",
      cancel: "no",
      images: "no",
      audio: "no",
      maxTokens: "yes",
      temperature: "yes",
      stopSequences: "no",
      consentHint: 'answer "Approve MCP sampling request" in pi',
    },
  ],
  // Its SDK reads nothing more until an answer is sent, so a cancellation comes too late.
  [/^mcp-use$/i, { cancel: "no" }],
];

/** The quirks of the host with this name. */
export function quirksOf(name: string): Quirks {
  const start = name.slice(0, LOOKED_AT);
  const row = TABLE.find(([pattern]) => pattern.test(start));
  return row === undefined ? DEFAULT : { ...DEFAULT, ...row[1] };
}

const LABEL_LENGTH = 40;
/** Maximum length of a label. */
const LOOKED_AT = 200;

/** A name as clients can write it before a slash: lower case, digits and dashes. */
export function labelOf(name: string): string {
  const plain = name
    .slice(0, LOOKED_AT)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-");
  return plain.slice(0, LABEL_LENGTH).replaceAll(/^-|-$/g, "") || "host";
}
