import { pino } from "pino";
import { expect, test } from "vitest";
import { clientUrl } from "../../../src/cli/address.ts";
import { CliError } from "../../../src/cli/failure.ts";
import { cannotListen, openPort } from "../../../src/cli/open-port.ts";

const log = pino({ level: "silent" });

function systemError(code: string): Error {
  return Object.assign(new Error(`listen ${code}`), { code });
}

test.each([
  ["EACCES", /does not allow this port; choose one above 1023/],
  ["EADDRNOTAVAIL", /no such address; use --host 127\.0\.0\.1/],
  ["ENOTFOUND", /no such name; use --host 127\.0\.0\.1/],
  ["EMFILE", /EMFILE/],
])("%s will not pass, so it ends with what to do", async (code, message) => {
  const start = (): Promise<void> => Promise.reject(systemError(code));
  const options = { host: "h", port: 80, log, signal: new AbortController().signal };
  await expect(openPort(start, options)).rejects.toThrow(CliError);
  await expect(openPort(start, options)).rejects.toThrow(message);
});

test("the waiting for a taken port ends at once when the program does", async () => {
  const ending = new AbortController();
  let tries = 0;
  const start = (): Promise<void> => {
    tries += 1;
    setImmediate(() => ending.abort());
    return Promise.reject(systemError("EADDRINUSE"));
  };
  await openPort(start, { host: "h", port: 80, log, signal: ending.signal });
  expect(tries).toBe(1);
});

test("another port than the taken one is proposed", () => {
  expect(cannotListen("127.0.0.1", 8000, "EADDRINUSE")).toContain("--port 8001");
  expect(cannotListen("127.0.0.1", 9000, "EADDRINUSE")).toContain("--port 8000");
});

test("an address to listen on becomes one that a client can use", () => {
  expect(clientUrl("127.0.0.1", 1)).toBe("http://127.0.0.1:1");
  expect(clientUrl("0.0.0.0", 1)).toBe("http://127.0.0.1:1");
  expect(clientUrl("::", 1)).toBe("http://[::1]:1");
  expect(clientUrl("::1", 1)).toBe("http://[::1]:1");
  expect(clientUrl("fd00::7", 1)).toBe("http://[fd00::7]:1");
});
