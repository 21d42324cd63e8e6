import { expect } from "vitest";
import { runCli } from "../../support/processes/run-cli.ts";
import { verifies } from "../../support/verifies.ts";

/** Nothing listens there. */
const DOCTOR = ["doctor", "--url", "http://127.0.0.1:1"];

verifies("person.language", "commands speak as the flag says, else as the environment does", async () => {
  const [english, chinese, flag, wrong] = await Promise.all([
    runCli(DOCTOR),
    runCli(DOCTOR, { env: { LC_ALL: "zh_CN.UTF-8" } }),
    runCli([...DOCTOR, "--lang", "en"], { env: { LC_ALL: "zh_CN.UTF-8", MCPTB_LANG: "zh" } }),
    runCli([...DOCTOR, "--lang=klingon"]),
  ]);
  expect(english.stdout).toContain("nothing answers at http://127.0.0.1:1");
  expect(chinese.stdout).toContain("http://127.0.0.1:1 没有响应");
  expect(chinese.stdout).toContain("→ 请在 MCP 宿主里启动服务器");
  expect(flag.stdout).toBe(english.stdout);
  expect([english, chinese, flag, wrong].map(({ code }) => code)).toEqual([1, 1, 1, 2]);
  expect(wrong.stderr).toContain("--lang");
});
