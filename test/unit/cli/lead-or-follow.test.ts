import { pino } from "pino";
import { expect, test } from "vitest";
import type { Lending } from "../../../src/bridge.ts";
import { CliError } from "../../../src/cli/failure.ts";
import { leadOrFollow, type LeadOptions } from "../../../src/cli/lead-or-follow.ts";
import { STATE_DIR } from "../../support/spawned-bridge.ts";

function systemError(code: string): Error {
  return Object.assign(new Error(`listen ${code}`), { code });
}

/** A bridge that cannot open its port for this reason. */
function shut(code: string, onTry = (): void => undefined) {
  return {
    start: (): Promise<void> => {
      onTry();
      return Promise.reject(systemError(code));
    },
    lend: (): Promise<Lending> => Promise.reject(new Error("nobody to lend to")),
    waits: (): void => undefined,
  };
}

const options = (signal = new AbortController().signal): LeadOptions => ({
  config: { host: "h", port: 80, apiKey: [], stateDir: STATE_DIR },
  secret: "s".repeat(43),
  log: pino({ level: "silent" }),
  signal,
});

test.each([
  ["EACCES", /does not allow this port; choose one above 1023/],
  ["EADDRNOTAVAIL", /no such address; use --host 127\.0\.0\.1/],
  ["ENOTFOUND", /no such name; use --host 127\.0\.0\.1/],
  ["EMFILE", /EMFILE/],
])("%s will not pass, so it ends with what to do", async (code, message) => {
  await expect(leadOrFollow(shut(code), options())).rejects.toThrow(CliError);
  await expect(leadOrFollow(shut(code), options())).rejects.toThrow(message);
});

test("the waiting for a taken port ends at once when the program does", async () => {
  const ending = new AbortController();
  let tries = 0;
  const bridge = shut("EADDRINUSE", () => {
    tries += 1;
    setImmediate(() => ending.abort());
  });
  await leadOrFollow(bridge, options(ending.signal));
  expect(tries).toBe(1);
});
