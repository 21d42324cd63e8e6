import { say } from "../../util/say.ts";
import { oneLine } from "../../util/terminal-text.ts";
import { print, tell } from "../print.ts";
import { examine, line, type DoctorOptions } from "./doctor.ts";
import type { Finding } from "./check.ts";

/** Prints the results, as lines or as one JSON array; resolves with true when no check failed. */
export async function runDoctor(
  options: Omit<DoctorOptions, "onWaiting" | "onAsking">,
  json: boolean,
): Promise<boolean> {
  const findings: Finding[] = [];
  const onWaiting = (text: string): void => tell(`      … ${oneLine(text, 300)}\n`);
  const onAsking = (): void => {
    if (!json && process.stderr.isTTY) tell(`      … ${say`asking the model`}\n`);
  };
  for await (const finding of examine({ ...options, onWaiting, onAsking })) {
    findings.push(finding);
    if (!json) print(line(finding));
  }
  if (json) print(`${JSON.stringify(findings, undefined, 2)}\n`);
  return findings.every(({ status }) => status !== "fail");
}
