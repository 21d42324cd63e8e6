/** `mcptb doctor`: checks the path from a client to the host's model, step by step. */
import { oneLine } from "../../util/terminal-text.ts";
import { checkBridge, checkHost, checkKey } from "./bridge-checks.ts";
import type { Finding } from "./check.ts";
import { checkNode } from "./node-version.ts";
import { checkRoundTrip, type RoundTripOptions } from "./round-trip.ts";

export interface DoctorOptions extends RoundTripOptions {
  /** Whether to ask the model, which costs the person a request. */
  readonly ask: boolean;
  /** Called before the model is asked, which may take some time. */
  readonly onAsking?: () => void;
}

/** The results in order, each as soon as it is known; ends where further checks make no sense. */
export async function* examine(options: DoctorOptions): AsyncGenerator<Finding> {
  yield checkNode(process.versions.node);
  const bridge = await checkBridge(options);
  yield bridge;
  if (bridge.status === "fail") return;
  const key = await checkKey(options);
  yield key;
  if (key.status === "fail") return;
  let able = true;
  for (const finding of await checkHost(options)) {
    yield finding;
    if (finding.status === "fail") able = false;
  }
  if (!able || !options.ask) return;
  options.onAsking?.();
  yield checkRoundTrip(options);
}

const MARKS = { ok: "ok  ", warn: "warn", fail: "FAIL" } as const;

const LONGEST = 1000;

/** A result for a person: one line, and one for the remedy; foreign names cannot add a third. */
export function line({ check, status, detail, remedy }: Finding): string {
  const advice = remedy === undefined ? "" : `\n      ${" ".repeat(WIDTH)}→ ${oneLine(remedy, LONGEST)}`;
  return `${MARKS[status]}  ${check.padEnd(WIDTH)}${oneLine(detail, LONGEST)}${advice}\n`;
}

const WIDTH = "round-trip".length + 2;
