/** `mcptb hosts`: the hosts that are attached to the running bridge. */
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { fit, oneLine, printable } from "../../util/terminal-text.ts";
import { askBridge, type BridgeAddress } from "../../joining/ask-bridge.ts";
import { checkBridge, checkKey } from "../doctor/bridge-checks.ts";
import { CliError } from "../failure.ts";
import { print } from "../print.ts";
import { hostState, hostTable } from "./host-table.ts";
import { say } from "../../util/say.ts";

const EVERY_MS = 1000;

const HOME = { control: "\u001b[H" };
const CLEAR_SCREEN = { control: "\u001b[2J" };
const CLEAR_LINE_END = { control: "\u001b[K" };
const CLEAR_BELOW = { control: "\u001b[J" };
/** A terminal without a window reports zero rows and columns. */
const NO_BOUND = Infinity;

export interface HostsOptions {
  readonly address: BridgeAddress;
  readonly json: boolean;
  /** Shows the pool repeatedly, until the process is stopped. */
  readonly watch: boolean;
}

/** @throws CliError when no bridge answers or accepts us. */
export async function showHosts({ address, json, watch }: HostsOptions): Promise<void> {
  const first = await poolText(address, json);
  if (!watch) {
    print(`${first}\n`);
    return;
  }
  if (!process.stdout.isTTY) return follow(address, json, first);
  print(CLEAR_SCREEN);
  for (let text = first; ; text = await poolText(address, json).catch(problem)) {
    const lines = text.split("\n").slice(0, (process.stdout.rows || NO_BOUND) - 1);
    const columns = process.stdout.columns || NO_BOUND;
    print(
      HOME,
      ...lines.flatMap((line) => [fit(printable(line), columns), CLEAR_LINE_END, "\n"]),
      CLEAR_BELOW,
    );
    await delay(EVERY_MS);
  }
}

/** Where lines cannot be overwritten, changes are written below. */
async function follow(address: BridgeAddress, json: boolean, first: string): Promise<void> {
  let shown: string | undefined;
  for (let text = first; ; text = await poolText(address, json).catch(problem)) {
    if (text !== shown) print(`${text}\n`);
    shown = text;
    await delay(EVERY_MS);
  }
}

async function poolText(address: BridgeAddress, json: boolean): Promise<string> {
  const reply = await askBridge(address, "/ready");
  const body = "error" in reply ? undefined : reply.body;
  const raw = z.object({ hosts: z.array(z.unknown()) }).safeParse(body).data;
  if (raw === undefined) throw await whyNot(address);
  if (json) return JSON.stringify(raw.hosts, undefined, 2);
  const hosts = z.array(hostState).safeParse(raw.hosts).data;
  if (hosts === undefined) {
    throw new CliError(
      say`the bridge describes its hosts in an unknown format; its version differs from this program's`,
    );
  }
  return hostTable(hosts, process.stdout.columns || undefined).join("\n");
}

async function whyNot(address: BridgeAddress): Promise<CliError> {
  for (const check of [checkBridge, checkKey]) {
    const { status, detail, remedy } = await check(address);
    if (status === "fail") return new CliError([detail, remedy].join("\n"));
  }
  return new CliError(say`the bridge at ${address.url} does not list its hosts; try again`);
}

function problem(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Stops giving requests to a host, or starts again.
 *
 * @throws CliError when the bridge does not do it.
 */
export async function drainHost(address: BridgeAddress, label: string, drain: boolean): Promise<string> {
  const reply = await askBridge(
    address,
    `/hosts/${encodeURIComponent(label)}/${drain ? "drain" : "resume"}`,
    { method: "POST" },
  );
  if ("status" in reply && reply.status === 200) {
    return drain
      ? say`${label} gets no new requests; its running ones continue.`
      : say`${label} gets requests again.`;
  }
  const said = "status" in reply ? refusal.safeParse(reply.body).data : undefined;
  throw said === undefined ? await whyNot(address) : new CliError(oneLine(said.error.message, 500));
}

const refusal = z.object({ error: z.object({ message: z.string() }) });
