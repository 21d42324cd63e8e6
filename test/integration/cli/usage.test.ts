import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import { ask, DIALECTS } from "../../support/bridge/ask.ts";
import { answer } from "../../support/hosts/scripts.ts";
import { runCli, type CliResult } from "../../support/processes/run-cli.ts";
import { windows } from "../../support/processes/windows.ts";
import { verifies } from "../../support/verifies.ts";

const MARK = "my-secret-prompt-4711";

verifies(
  "control.history",
  "usage counts by key, and no prompt, answer or secret is in any file",
  async () => {
    const { open, ready, url, port, stateDir } = await windows();
    const env = { MCPTB_STATE_DIR: stateDir, MCPTB_PORT: String(port), MCPTB_OPERATOR_KEY: "operator" };
    const usage = (...args: string[]): Promise<CliResult> => runCli(["usage", ...args], { env });
    const bridge = await open({ script: answer(`answer to ${MARK}`) }, ["--operator-key", "operator"]);
    await ready(1);
    const made = await runCli(["keys", "add", "anna"], { env });
    const headers = { authorization: `Bearer ${made.stdout.trim()}` };
    for (const dialect of DIALECTS) {
      for (const stream of [true, false])
        await (await ask(url, dialect, { headers, stream, text: MARK })).text();
    }
    await ask(url, "openai-chat", { headers, body: { messages: [], model: MARK } });
    const byKey = async (): Promise<unknown> => {
      const totals = JSON.parse((await usage("--json")).stdout) as { name: string; requests: number }[];
      return totals.map(({ name, requests }) => [name, requests]);
    };
    await expect.poll(byKey).toEqual([["anna", 4]]);
    expect((await usage("--by", "host")).stdout).toMatch(/^host +requests +errors .*\nscripted-host +4 +0 /);
    expect((await usage("--by", "model", "--csv", "--since", "1d")).stdout).toMatch(
      /^model,requests,errors,inputTokens,outputTokens,estimatedTokens\nscripted\/model,4,0,\d+,\d+,\d+\n$/,
    );
    expect(await usage("--since", "soon")).toMatchObject({ code: 2 });
    expect((await fetch(`${url}/usage`, { headers })).status).toBe(403);
    expect((await fetch(`${url}/usage?by=prompt`, { headers: { "x-api-key": "operator" } })).status).toBe(
      400,
    );
    await bridge.kill();
    for (const name of await readdir(stateDir)) {
      const text = await readFile(path.join(stateDir, name), "latin1");
      expect([name, text.includes(MARK)]).toEqual([name, false]);
      expect([name, text.includes(made.stdout.trim().slice(-43))]).toEqual([name, false]);
    }
  },
);
