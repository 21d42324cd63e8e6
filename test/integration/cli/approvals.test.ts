import { describe, expect } from "vitest";
import { ask } from "../../support/bridge/ask.ts";
import { answer } from "../../support/hosts/scripts.ts";
import { runCli, startCli, type CliResult } from "../../support/processes/run-cli.ts";
import { HAS_TERMINAL, openTerminalOf } from "../../support/processes/terminal.ts";
import { MAIN } from "../../support/processes/spawned-bridge.ts";
import { windows, type Windows } from "../../support/processes/windows.ts";
import { verifies } from "../../support/verifies.ts";

interface Lender extends Windows {
  readonly env: Record<string, string>;
  readonly mcptb: (...args: string[]) => Promise<CliResult>;
}

/** A bridge with a named key, whose clients need permission. */
async function lender(): Promise<Lender & { readonly headers: Record<string, string> }> {
  const places = await windows();
  const env = { MCPTB_STATE_DIR: places.stateDir, MCPTB_PORT: String(places.port) };
  const mcptb = (...args: string[]): Promise<CliResult> => runCli(args, { env });
  const { stdout } = await mcptb("keys", "add", "anna", "--consent", "ask");
  await places.open({ script: answer("Hello.") });
  return { ...places, env, mcptb, headers: { authorization: `Bearer ${stdout.trim()}` } };
}

verifies(
  ["control.asked", "control.operator"],
  "the person who runs the bridge sees what waits and answers, without a key of their own",
  async () => {
    const { mcptb, url, headers } = await lender();
    await expect.poll(async () => (await mcptb("hosts")).stdout).toContain("scripted-host");
    expect((await mcptb("approvals")).stdout).toBe("No request waits for your permission.\n");
    const first = ask(url, "openai-chat", { headers, text: "What is \u001b[31mthis\u202E?" });
    await expect.poll(async () => (await mcptb("approvals")).stdout).toContain("last words");
    const { stdout } = await mcptb("approvals");
    expect(stdout).toContain("key anna, openai-chat");
    expect(stdout).toContain("What is \\u001b[31mthis\\u202e?");
    const id = stdout.slice(0, 8);
    expect(await mcptb("approvals", "allow", "zzz")).toMatchObject({ code: 1 });
    expect(await mcptb("approvals", "allow", id, "--for", "99d")).toMatchObject({ code: 2 });
    expect(await mcptb("approvals", "allow", id, "--for", "10m")).toMatchObject({
      code: 0,
      stdout: "Allowed.\n",
    });
    expect((await first).status).toBe(200);
    expect((await ask(url, "anthropic-messages", { headers })).status).toBe(200);
    const other = ask(url, "openai-chat", { headers: { ...headers, "user-agent": "other" } });
    await expect.poll(async () => (await mcptb("approvals", "--json")).stdout).toContain('"id"');
    const [waiting] = JSON.parse((await mcptb("approvals", "--json")).stdout) as { id: string }[];
    expect((await mcptb("approvals", "deny", waiting?.id ?? "")).stdout).toBe("Denied.\n");
    expect((await other).status).toBe(400);
    expect((await mcptb("audit", "verify")).code).toBe(0);
  },
);

verifies("control.question", "elsewhere than at a terminal each is a line as it comes", async () => {
  const { url, headers, env, mcptb } = await lender();
  await expect.poll(async () => (await mcptb("hosts")).stdout).toContain("scripted-host");
  const watch = startCli(["approvals", "--watch", "--json"], { env });
  const leaving = new AbortController();
  const asked = ask(url, "openai-chat", { headers, signal: leaving.signal }).catch(() => undefined);
  const line = await watch.line(/^\{/);
  expect(JSON.parse(line)).toMatchObject({ key: "anna", last: "Hello?" });
  watch.child.kill();
  leaving.abort();
  await asked;
});

describe.runIf(HAS_TERMINAL)("in a terminal", () => {
  verifies("control.asked", "asks for one request after the other, and one key answers", async () => {
    const { url, headers, env, mcptb } = await lender();
    await expect.poll(async () => (await mcptb("hosts")).stdout).toContain("scripted-host");
    const terminal = openTerminalOf([process.execPath, MAIN, "approvals", "--watch"], {
      env: { ...process.env, ...env },
    });
    await terminal.shows(/Waiting for requests/);
    const first = ask(url, "openai-chat", { headers, text: "number one" });
    await terminal.shows(/number one[\s\S]*\[n\] deny:/);
    terminal.type("y");
    expect((await first).status).toBe(200);
    const leaving = new AbortController();
    const left = ask(url, "openai-chat", { headers, text: "number two", signal: leaving.signal }).catch(
      () => undefined,
    );
    await terminal.shows(/number two[\s\S]*\[n\] deny:/);
    leaving.abort();
    await left;
    await terminal.shows(/the client has disconnected/);
    const third = ask(url, "openai-chat", { headers, text: "number three" });
    await terminal.shows(/number three[\s\S]*\[n\] deny:/);
    terminal.type("n");
    expect((await third).status).toBe(400);
    terminal.type("\u0003");
    expect(await terminal.exited).toBe(130);
  });
});
