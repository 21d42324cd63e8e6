/** GitHub Copilot CLI with a provider of its person's own, one prompt a run. */
import { cleanEnvironment } from "../../clients/support/environment.ts";
import type { Namespace } from "../../clients/support/namespace.ts";
import { Program } from "../../clients/support/program.ts";

export interface CopilotCliOptions {
  readonly program: string;
  /** Its home, which the runs share: a new one costs it seconds in which it unpacks itself. */
  readonly home: string;
  readonly folder: string;
  /** What says where its provider is and which API that speaks. */
  readonly provider: Readonly<Record<string, string>>;
  readonly prompt: string;
}

/** Starts `copilot -p PROMPT`; its standard output is what the model says. */
export function startCopilotCli(namespace: Namespace, options: CopilotCliOptions): Program {
  const child = namespace.spawn(options.program, ["-p", options.prompt, "--silent", "--allow-all-tools"], {
    env: {
      ...cleanEnvironment(options.home),
      ...options.provider,
      COPILOT_OFFLINE: "true",
      COPILOT_AUTO_UPDATE: "false",
      COPILOT_MODEL: "auto",
    },
    cwd: options.folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Program("Copilot CLI", child);
}
