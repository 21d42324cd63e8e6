/** `mcptb hosts`: the hosts that are attached to the running bridge. */
import { setTimeout as delay } from "node:timers/promises";
import * as z from "zod";
import { askBridge, type BridgeAddress } from "../ask-bridge.ts";
import { checkBridge, checkKey } from "../doctor/bridge-checks.ts";
import { CliError } from "../failure.ts";
import { hostState, hostTable } from "./host-table.ts";

const EVERY_MS = 1000;

const HOME = "\u001b[H";
const CLEAR_SCREEN = "\u001b[2J";
const CLEAR_LINE_END = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";

export interface HostsOptions {
  readonly address: BridgeAddress;
  readonly json: boolean;
  /** Shows the pool again and again, until the process is stopped. */
  readonly watch: boolean;
}

/** @throws CliError when no bridge answers or lets us in. */
export async function showHosts({ address, json, watch }: HostsOptions): Promise<void> {
  const first = await poolText(address, json);
  if (!watch) {
    process.stdout.write(`${first}\n`);
    return;
  }
  if (!process.stdout.isTTY) return follow(address, json, first);
  process.stdout.write(CLEAR_SCREEN);
  // A terminal without a window says that it has no rows and columns.
  for (let text = first; ; text = await poolText(address, json).catch(problem)) {
    const lines = text.split("\n").slice(0, (process.stdout.rows || Infinity) - 1);
    process.stdout.write(
      `${HOME}${lines.map((line) => `${line}${CLEAR_LINE_END}\n`).join("")}${CLEAR_BELOW}`,
    );
    await delay(EVERY_MS);
  }
}

/** Where nothing can be overwritten, what is new is written below. */
async function follow(address: BridgeAddress, json: boolean, first: string): Promise<void> {
  let shown: string | undefined;
  for (let text = first; ; text = await poolText(address, json).catch(problem)) {
    if (text !== shown) process.stdout.write(`${text}\n`);
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
      "the bridge tells of its hosts in another way; it is of another version than this program",
    );
  }
  return hostTable(hosts, process.stdout.columns || undefined).join("\n");
}

async function whyNot(address: BridgeAddress): Promise<CliError> {
  for (const check of [checkBridge, checkKey]) {
    const { status, detail, remedy } = await check(address);
    if (status === "fail") return new CliError([detail, remedy].join("\n"));
  }
  return new CliError(`the bridge at ${address.url} does not tell of its hosts; try again`);
}

function problem(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Gives a host no new requests, or gives it requests again.
 *
 * @throws CliError when the bridge does not do it.
 */
export async function drainHost(address: BridgeAddress, label: string, drain: boolean): Promise<string> {
  const reply = await askBridge(
    address,
    `/hosts/${encodeURIComponent(label)}/${drain ? "drain" : "resume"}`,
    "POST",
  );
  if ("status" in reply && reply.status === 200) {
    return drain ? `${label} gets no new requests; those it has go on.` : `${label} gets requests again.`;
  }
  const said = "status" in reply ? refusal.safeParse(reply.body).data : undefined;
  throw said === undefined ? await whyNot(address) : new CliError(said.error.message);
}

const refusal = z.object({ error: z.object({ message: z.string() }) });
