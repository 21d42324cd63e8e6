/** What a person can set. All of it is of the machine: a repository that is opened must not change who may use the models. */
import * as vscode from "vscode";

export const SECTION = "mcpTokenBridge";

export interface Settings {
  readonly port: number;
  readonly autoStart: boolean;
  /** As `vendor/id`; empty for the provider's own choice. */
  readonly defaultModel: string;
  readonly strictModels: boolean;
  readonly requireKey: boolean;
}

export function readSettings(): Settings {
  const values = vscode.workspace.getConfiguration(SECTION);
  return {
    port: values.get("port", 8000),
    autoStart: values.get("autoStart", true),
    defaultModel: values.get("defaultModel", ""),
    strictModels: values.get("strictModels", false),
    requireKey: values.get("requireKey", false),
  };
}
