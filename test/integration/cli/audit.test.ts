import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import { ask } from "../../support/bridge/ask.ts";
import { answer } from "../../support/hosts/scripts.ts";
import { runCli, type CliResult } from "../../support/processes/run-cli.ts";
import { windows } from "../../support/processes/windows.ts";
import { verifies } from "../../support/verifies.ts";

verifies(
  "control.audit",
  "what was done and refused is in the log, which is verified and found broken",
  async () => {
    const { open, ready, url, stateDir } = await windows();
    const mcptb = (...args: string[]): Promise<CliResult> =>
      runCli(args, { env: { MCPTB_STATE_DIR: stateDir } });
    expect(await mcptb("audit", "verify")).toMatchObject({ code: 0, stdout: "There is no audit log yet.\n" });
    await open({ script: answer("Hello.") }, ["--operator-key", "operator"]);
    await ready(1);
    const secret = (await mcptb("keys", "add", "anna", "--apis", "gemini")).stdout.trim();
    expect((await ask(url, "openai-chat", { headers: { "x-api-key": secret } })).status).toBe(403);
    expect((await ask(url, "openai-chat")).status).toBe(401);
    for (const [label, status] of [
      ["nobody", 404],
      ["scripted-host", 200],
    ] as const) {
      const drained = await fetch(`${url}/hosts/${label}/drain`, {
        method: "POST",
        headers: { "x-api-key": "operator" },
      });
      expect(drained.status).toBe(status);
    }
    for (const command of ["stop", "resume"]) await mcptb(command);
    for (const command of ["rotate", "revoke"]) await mcptb("keys", command, "anna");
    const file = path.join(stateDir, "audit.jsonl");
    const told = async (): Promise<string[]> => {
      const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
      return lines.map((line) => {
        const { event, about } = JSON.parse(line) as { event: string; about: { code?: string } };
        return [event, about.code].join(" ").trim();
      });
    };
    await expect
      .poll(async () => (await told()).toSorted())
      .toEqual([
        "host-drained",
        "key-added",
        "key-revoked",
        "key-rotated",
        "refused outside_scope",
        "refused unauthorized",
        "resumed",
        "stopped",
      ]);
    const whole = await readFile(file, "utf8");
    expect(whole).not.toContain(secret.slice(-43));
    const verified = await mcptb("audit", "verify");
    expect(verified).toMatchObject({ code: 0 });
    const [, head = ""] = /Head: (8:[\w-]{43})\n$/.exec(verified.stdout) ?? [];
    expect(await mcptb("audit", "verify", "--head", head)).toMatchObject({ code: 0 });
    expect(await mcptb("audit", "verify", "--head", "8")).toMatchObject({ code: 2 });
    await writeFile(file, whole.replace('"anna"', '"emma"'));
    expect(await mcptb("audit", "verify")).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Line \d: the line before it was changed/) as string,
    });
  },
);
