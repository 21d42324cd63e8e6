/** What a person can set. All of it is of the machine: a repository that is opened must not change who may use the models. */
import * as vscode from "vscode";

export const SECTION = "mcpTokenBridge";

export type LogLevel = "debug" | "info" | "warn" | "error";

/** A name or a pattern of names, and the models that it stands for, the best first. */
export type NamesOfModels = Readonly<Record<string, string | readonly string[]>>;

export interface Settings {
  readonly port: number;
  readonly autoStart: boolean;
  /** As `vendor/id`; empty for the provider's own choice. */
  readonly defaultModel: string;
  /** Patterns of the models that are lent, the last that fits decides; one that begins with `!` hides. */
  readonly models: readonly string[];
  /** What names of models mean, and what the host is asked for where a name fits a pattern. */
  readonly modelAlias: NamesOfModels;
  readonly modelFamily: NamesOfModels;
  readonly strictModels: boolean;
  readonly requireKey: boolean;
  /** Whether the requests of programs need the person's permission: `auto`, `ask`, `minutes:N`, `conversation` or `deny`. */
  readonly clientConsent: string;
  /** Lends models of the pool that are not this editor's to the editor itself. */
  readonly lendBack: boolean;
  /** For requests that say nothing of it; empty leaves it to the model. */
  readonly effort: string;
  readonly logLevel: LogLevel;
}

export function readSettings(): Settings {
  const values = vscode.workspace.getConfiguration(SECTION);
  return {
    port: values.get("port", 8000),
    autoStart: values.get("autoStart", true),
    defaultModel: values.get("defaultModel", ""),
    models: values.get<string[]>("models", []),
    modelAlias: plain(values.get<NamesOfModels>("modelAlias", {})),
    modelFamily: plain(values.get<NamesOfModels>("modelFamily", {})),
    strictModels: values.get("strictModels", false),
    requireKey: values.get("requireKey", false),
    clientConsent: values.get("clientConsent", "auto"),
    lendBack: values.get("lendBack", false),
    effort: values.get("effort", ""),
    logLevel: values.get("logLevel", "info"),
  };
}

/** The editor hands out objects that are no plain ones, so that nobody changes its settings by them. */
function plain<Value extends object>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}

/** Changes one for all windows of this machine. */
export async function writeSetting<Name extends keyof Settings>(
  name: Name,
  value: Settings[Name],
): Promise<void> {
  await vscode.workspace.getConfiguration(SECTION).update(name, value, vscode.ConfigurationTarget.Global);
}
