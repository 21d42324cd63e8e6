import { oneLine } from "../../util/terminal-text.ts";
import { print, tell } from "../print.ts";
import { examine, line, type DoctorOptions } from "./doctor.ts";
import type { Finding } from "./check.ts";

/** Prints the findings, as lines or as one JSON array; resolves with whether all is well. */
export async function runDoctor(options: Omit<DoctorOptions, "onWaiting">, json: boolean): Promise<boolean> {
  const findings: Finding[] = [];
  const onWaiting = (text: string): void => tell(`      … ${oneLine(text, 300)}\n`);
  for await (const finding of examine({ ...options, onWaiting })) {
    findings.push(finding);
    if (!json) print(line(finding));
  }
  if (json) print(`${JSON.stringify(findings, undefined, 2)}\n`);
  return findings.every(({ status }) => status !== "fail");
}
