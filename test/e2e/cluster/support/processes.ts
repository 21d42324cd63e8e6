/** Members of a cluster as processes of their own, and clients that hold them to what is promised. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { expect, onTestFinished } from "vitest";
import { deferred } from "../../../../src/util/async.ts";
import { ask } from "../../../support/bridge/ask.ts";
import { STATE_DIR } from "../../../support/processes/spawned-bridge.ts";
import { eachLine } from "../../../support/streams/json-lines.ts";
import type { NatsServer } from "./nats.ts";

const PROGRAM = path.join(import.meta.dirname, "member.mjs");

export interface MemberProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** The questions that its host got. */
  readonly asked: readonly string[];
  readonly log: readonly string[];
}

export async function spawnMember(
  servers: readonly NatsServer[],
  name: string,
  label = "",
  settings: Readonly<Record<string, unknown>> = {},
): Promise<MemberProcess> {
  const cluster = servers.map(({ url }) => url).join(",");
  const child = spawn(process.execPath, [PROGRAM, cluster, name, label, JSON.stringify(settings)], {
    env: { ...process.env, MCPTB_STATE_DIR: STATE_DIR },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  });
  const asked: string[] = [];
  const log: string[] = [];
  const url = deferred<string>();
  eachLine(child.stdout, (line) => {
    const said = JSON.parse(line) as { readonly url?: string; readonly asked?: string };
    if (said.url !== undefined) url.resolve(said.url);
    if (said.asked !== undefined) asked.push(said.asked);
  });
  eachLine(child.stderr, (line) => void log.push(line));
  child.once("exit", () => url.reject(new Error(`The member ended: ${log.join("\n")}`)));
  return { url: await url.promise, child, asked, log };
}

const COUNTED = Array.from({ length: 100 }, (_, count) => `${count} `).join("");

/** The whole answer, the code of an error that was told as it must be, or that the connection itself was lost. */
export type Outcome = "whole" | "lost" | (string & {});

/** Streams one question and looks at every byte of what comes. Rejects for what no client may ever see. */
export async function outcomeAt(url: string, question: string, onFirst?: () => void): Promise<Outcome> {
  let text: string;
  let status: number;
  try {
    const reply = await ask(url, "openai-chat", { text: question, stream: true });
    ({ status } = reply);
    const pieces: string[] = [];
    const decoder = new TextDecoder();
    for await (const bytes of reply.body ?? []) {
      const piece = decoder.decode(bytes as Uint8Array, { stream: true });
      if (onFirst !== undefined && piece.includes('"content":"0')) onFirst();
      pieces.push(piece);
    }
    text = pieces.join("");
  } catch {
    // Its own gateway was killed.
    return "lost";
  }
  if (status !== 200) return errorCode(JSON.parse(text));
  let answer = "";
  let end: string | undefined;
  for (const line of text.split("\n")) {
    if (!line.startsWith("data: ")) continue;
    const data = line.slice("data: ".length);
    expect(end).toBeUndefined();
    if (data === "[DONE]") {
      end = "whole";
      continue;
    }
    const frame = JSON.parse(data) as {
      readonly error?: unknown;
      readonly choices?: readonly { readonly delta?: { readonly content?: string } }[];
    };
    if (frame.error !== undefined) end = errorCode(frame);
    else answer += frame.choices?.[0]?.delta?.content ?? "";
  }
  const wanted = COUNTED + question;
  if (end === "whole") expect(answer).toBe(wanted);
  // What came before an error is the beginning of the answer, byte for byte.
  else expect(wanted.startsWith(answer)).toBe(true);
  if (end === undefined) throw new Error(`A stream has no end: ${text.slice(-300)}`);
  return end;
}

function errorCode(body: unknown): string {
  const { error } = body as { readonly error: { readonly code?: string | null; readonly message: string } };
  expect(error.message).not.toBe("");
  return error.code ?? "error";
}

/** No host was asked for the same question twice, whoever asked. */
export function expectAskedOnce(lenders: readonly MemberProcess[]): void {
  const all = lenders.flatMap(({ asked }) => asked);
  expect(all).toEqual([...new Set(all)]);
}
