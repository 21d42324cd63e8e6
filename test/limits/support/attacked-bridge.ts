/** A running bridge with a host, on which cases are tried while a neighbour's request is in flight. */
import { Gate } from "../../support/streams/gate.ts";
import { EXTENSION, OFFER } from "../../../src/hosts/mcp/sampling-stream.ts";
import type { JsonObject, Script } from "../../support/hosts/sampling-call.ts";
import { answer } from "../../support/hosts/scripts.ts";
import { spawnBridge } from "../../support/processes/spawned-bridge.ts";
import { chat, checkReply, send, type LimitCase, type Target } from "../case.ts";

const NEIGHBOUR = "I am the neighbour.";
const UNMOVED = "Nothing was noticed.";

const CAPABILITIES: Readonly<Record<NonNullable<LimitCase["host"]>, JsonObject>> = {
  text: { sampling: {} },
  native: { sampling: { tools: {} } },
  streaming: { sampling: {}, experimental: { [EXTENSION]: OFFER } },
};

export interface AttackedBridge extends Target {
  readonly pid: number;
  /** Tries the case once at a size; rejects when the wrong thing comes back. */
  attack(one: LimitCase, size: number): Promise<void>;
  /** Opens a request that the host works on until the function returned is called; that rejects when its answer is not as it should be. */
  neighbour(): Promise<() => Promise<void>>;
  /** Throws when the process has ended, or has logged what must never happen. */
  check(): void;
  kill(): Promise<void>;
}

/** Starts the real program as a case needs it. */
export async function attackedBridge({
  host: kind = "text",
  flags = [],
  env = {},
}: Pick<LimitCase, "host" | "flags" | "env">): Promise<AttackedBridge> {
  const bridge = spawnBridge({ capabilities: CAPABILITIES[kind] }, flags, env);
  const { host, child, log } = bridge;
  let script: Script = answer("Hello from the host.");
  let gate = new Gate();
  host.script = async (call) => {
    if (call.lastText !== NEIGHBOUR) return script(call);
    await gate.pass();
    call.answer(UNMOVED);
  };
  await host.initialize();
  const url = await bridge.url;
  const { pid } = child;
  if (pid === undefined) throw new Error("The bridge did not start.");

  return {
    url,
    host,
    child,
    log,
    pid,
    async attack(one, size) {
      script = one.script?.(size) ?? answer("Hello from the host.");
      if ("act" in one) await one.act({ url, host, child, log }, size);
      else checkReply(await send(url, one.request(size)), one.comes);
    },
    async neighbour() {
      const opened = gate;
      const held = host.calls.length;
      const reply = send(url, chat({ messages: [{ role: "user", content: NEIGHBOUR }], stream: true }));
      reply.catch(() => undefined);
      await host.until(() => host.calls.slice(held).some((call) => call.lastText === NEIGHBOUR));
      return async () => {
        opened.open();
        gate = new Gate();
        const { status, body } = await reply;
        const text = textOf(body);
        if (status !== 200 || text !== UNMOVED || !body.trimEnd().endsWith("data: [DONE]"))
          throw new Error(`The neighbour got ${status}: ${body.slice(0, 600)}`);
      };
    },
    check() {
      if (child.exitCode !== null || child.signalCode !== null)
        throw new Error(
          `The bridge has ended (${child.exitCode ?? child.signalCode}); its last words: ${log.at(-1)}`,
        );
      const defects = log.filter((line) => levelOf(line) >= 50);
      if (defects.length > 0) throw new Error(`Logged: ${defects[0]?.slice(0, 2000)}`);
    },
    kill: bridge.kill,
  };
}

/** The text of a streamed answer in OpenAI's form. */
function textOf(body: string): string {
  const frames = body.matchAll(/^data: (\{.*\})$/gm);
  return [...frames]
    .map(([, json = ""]) => JSON.parse(json) as { choices: { delta?: { content?: string } }[] })
    .map(({ choices }) => choices[0]?.delta?.content ?? "")
    .join("");
}

function levelOf(line: string): number {
  try {
    return (JSON.parse(line) as { level?: number }).level ?? 0;
  } catch {
    // No line of ours: a warning or the last words of the runtime.
    return line.includes("Error") ? 60 : 0;
  }
}
