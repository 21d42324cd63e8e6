import { examine, line, type DoctorOptions } from "./doctor.ts";
import type { Finding } from "./check.ts";

/** Prints the findings, as lines or as one JSON array; resolves with whether all is well. */
export async function runDoctor(options: Omit<DoctorOptions, "onWaiting">, json: boolean): Promise<boolean> {
  const findings: Finding[] = [];
  const onWaiting = (text: string): void => void process.stderr.write(`      … ${text}\n`);
  for await (const finding of examine({ ...options, onWaiting })) {
    findings.push(finding);
    if (!json) process.stdout.write(line(finding));
  }
  if (json) process.stdout.write(`${JSON.stringify(findings, undefined, 2)}\n`);
  return findings.every(({ status }) => status !== "fail");
}
