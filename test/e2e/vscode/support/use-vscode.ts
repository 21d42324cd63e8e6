import { afterAll, afterEach, beforeAll } from "vitest";

import { startVsCode, type VsCode, type VsCodeOptions } from "./vscode.ts";

/** A VS Code for the tests of a file; what its windows show when a test fails is kept as pictures. */
export function useVsCode(options: () => Promise<VsCodeOptions> = async () => ({})): () => VsCode {
  let vscode: VsCode | undefined;
  beforeAll(async () => {
    vscode = await startVsCode(await options());
  });
  afterEach(async ({ task }) => {
    if (task.result?.state !== "fail") return;
    const pictures = await vscode?.photograph(task.id);
    process.stderr.write(`What VS Code showed when "${task.name}" failed:\n${pictures?.join("\n")}\n`);
  });
  afterAll(() => vscode?.stop());
  return () => {
    if (vscode === undefined) throw new Error("VS Code has not been started.");
    return vscode;
  };
}
