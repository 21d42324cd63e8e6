import { expect } from "vitest";
import { ask, DIALECTS, errorOf } from "../../support/bridge/ask.ts";
import { hang, answer } from "../../support/hosts/scripts.ts";
import { runCli, type CliResult } from "../../support/processes/run-cli.ts";
import { windows } from "../../support/processes/windows.ts";
import { verifies } from "../../support/verifies.ts";

verifies(
  "control.stop",
  "everything that runs is cancelled in every window, and nothing new begins until it is let go on",
  async () => {
    const { open, ready, url, stateDir } = await windows();
    const mcptb = (command: string): Promise<CliResult> =>
      runCli([command], { env: { MCPTB_STATE_DIR: stateDir } });
    const first = await open({ script: hang });
    const second = await open({ script: hang });
    await ready(2);
    const running = [first, second].flatMap(() =>
      DIALECTS.flatMap((dialect) => [ask(url, dialect), ask(url, dialect, { stream: true })]),
    );
    const calls = (): number => first.host.calls.length + second.host.calls.length;
    await expect.poll(calls).toBe(running.length);
    expect([first.host.calls.length, second.host.calls.length]).toEqual([4, 4]);
    expect(await mcptb("stop")).toMatchObject({ code: 0 });
    for (const response of await Promise.all(running)) {
      const text = await response.text();
      expect(text).toContain("is sent to any model until `mcptb resume`");
    }
    const asked = [...first.host.calls, ...second.host.calls];
    expect(asked.length).toBe(8);
    await Promise.all(asked.map(({ cancelled }) => cancelled));
    const status = async (): Promise<number[]> => {
      const responses = await Promise.all(DIALECTS.map((dialect) => ask(url, dialect)));
      return responses.map((response) => response.status);
    };
    expect(await status()).toEqual([503, 503]);
    const refused = await ask(url, "anthropic-messages", { stream: true });
    expect(refused.headers.get("x-should-retry")).toBe("false");
    expect((await errorOf(refused)).type).toBe("api_error");
    await first.kill();
    await second.kill();
    await open({ script: answer("Hello.") });
    await ready(1);
    expect(await status()).toEqual([503, 503]);
    expect(await (await fetch(`${url}/ready`)).json()).toMatchObject({ ready: false, stopped: true });
    expect(await mcptb("resume")).toMatchObject({ code: 0 });
    expect(await status()).toEqual([200, 200]);
    expect((await mcptb("resume")).stdout).toBe("Nothing was stopped.\n");
  },
);
