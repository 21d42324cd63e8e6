import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { childrenOf, gone } from "../../support/processes/processes.ts";
import { runCli, startCli, type CliRun } from "../../support/processes/run-cli.ts";
import { startBridge } from "../../support/bridge/start-bridge.ts";
import { VERSION } from "../../../src/util/package.ts";
import { verifies } from "../../support/verifies.ts";

const POSIX = process.platform !== "win32";
const run = promisify(execFile);

describe("a running demo", () => {
  let demo: CliRun;
  let url: string;

  beforeAll(async () => {
    demo = startCli(["demo", "--port", "0", "--think-ms", "1"], {
      env: { MCPTB_MAX_TOKENS: "4321" },
    });
    const line = await demo.line(/OpenAI API/);
    url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? "";
    await demo.line(/Ctrl-C ends/);
  });
  afterAll(async () => {
    demo.child.kill("SIGTERM");
    await demo.exited;
  });

  /** The lines under a heading of the banner. */
  function recipe(title: RegExp): string {
    const blocks = demo.stdout().split(/^── /m);
    return (
      blocks
        .find((block) => title.test(block))
        ?.split("\n")
        .slice(1)
        .join("\n")
        .trim() ?? ""
    );
  }

  verifies("person.demo", "streams the demo model's markdown, which repeats what was asked", async () => {
    const response = await fetch(`${url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        model: "auto",
        stream: true,
        messages: [{ role: "user", content: "Ahoy 你好" }],
      }),
    });
    const text = await response.text();
    const pieces = [...text.matchAll(/"delta":\{"content":("(?:[^"\\]|\\.)*")/g)].map(([, json = ""]) =>
      String(JSON.parse(json)),
    );
    expect(pieces.join("")).toMatch(/^## Hello from the demo model\n\nYou wrote:\n\n> Ahoy 你好\n/);
    // As a model writes it, and not all at once.
    expect(pieces.length).toBeGreaterThan(30);
    // The variable was passed on to the bridge.
    expect(pieces.join("")).toContain("**Token limit:** 4321");
    await demo.line(/demo host lends its model to 1 message\(s\), the last: Ahoy 你好/);
  });

  verifies(
    "person.demo-lines",
    "prints both URLs, and lines for curl, the OpenAI SDKs, LiteLLM and Claude Code",
    () => {
      expect(demo.stdout()).toContain(`OpenAI API     ${url}/v1\n`);
      expect(demo.stdout()).toContain(`Anthropic API  ${url}\n`);
      expect(recipe(/^OpenAI SDK, Python/)).toContain(`base_url="${url}/v1"`);
      expect(recipe(/^LiteLLM/)).toContain(`api_base="${url}/v1"`);
      expect(recipe(/^Claude Code/)).toMatch(
        POSIX ? `ANTHROPIC_BASE_URL=${url} ` : `ANTHROPIC_BASE_URL='${url}'`,
      );
    },
  );

  test.runIf(POSIX)("the curl line works as printed", async () => {
    const { stdout } = await run("sh", ["-c", recipe(/^curl/)]);
    expect(stdout).toContain("> Hello!".split(" ")[0]);
    expect(stdout.trimEnd()).toMatch(/data: \[DONE\]$/);
  });

  test("the JavaScript lines work as printed", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "mcptb-demo-"));
    try {
      symlinkSync(path.resolve("node_modules"), path.join(folder, "node_modules"), "junction");
      writeFileSync(path.join(folder, "ask.mjs"), recipe(/^OpenAI SDK, JavaScript/));
      const { stdout } = await run(process.execPath, [path.join(folder, "ask.mjs")]);
      expect(stdout).toContain("> Hello!");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("what a client sends cannot write to the terminal", async () => {
    const content = "\u001B[2Jgone\u0007\r\nnext";
    await fetch(`${url}/v1/messages`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "auto", max_tokens: 9, messages: [{ role: "user", content }] }),
    });
    await demo.line(/the last: \\u001b\[2Jgone\\u0007 next$/);
  });
});

describe.runIf(POSIX)("its end", () => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    verifies(
      "person.demo-ends",
      `${signal} to the whole group, as a terminal sends it, ends both processes`,
      async () => {
        const demo = startCli(["demo", "--port", "0"], { group: true });
        await demo.line(/Ctrl-C ends/);
        const pid = demo.child.pid ?? 0;
        const [bridge = 0, ...others] = childrenOf(pid);
        expect(others).toEqual([]);
        process.kill(-pid, signal);
        expect(await demo.exited).toBe(0);
        await gone(bridge, 2000);
        expect(demo.stderr()).not.toMatch(/^mcptb: /m);
      },
    );
  }

  verifies("person.demo-ends", "Ctrl-C while it is still starting ends both as quietly", async () => {
    const demo = startCli(["demo", "--port", "0"], { group: true });
    const pid = demo.child.pid ?? 0;
    let bridge: number | undefined;
    while (bridge === undefined) {
      await setImmediate();
      [bridge] = childrenOf(pid);
    }
    process.kill(-pid, "SIGINT");
    expect(await demo.exited).toBe(0);
    await gone(bridge, 2000);
    expect(`${demo.stdout()}${demo.stderr()}`).not.toMatch(/mcptb: |OpenAI API|^\s+at /m);
  });

  verifies("person.demo-ends", "SIGTERM to the demo alone ends its bridge as well", async () => {
    const demo = startCli(["demo", "--port", "0"]);
    await demo.line(/Ctrl-C ends/);
    const [bridge = 0] = childrenOf(demo.child.pid ?? 0);
    demo.child.kill("SIGTERM");
    expect(await demo.exited).toBe(0);
    await gone(bridge, 100);
  });

  verifies("person.demo-ends", "a demo that is killed leaves no bridge behind", async () => {
    const demo = startCli(["demo", "--port", "0"]);
    await demo.line(/Ctrl-C ends/);
    const [bridge = 0] = childrenOf(demo.child.pid ?? 0);
    demo.child.kill("SIGKILL");
    await gone(bridge, 4000);
    await demo.exited;
  });

  test("when the bridge ends by itself the demo says so and exits with 1", async () => {
    const demo = startCli(["demo", "--port", "0"]);
    await demo.line(/Ctrl-C ends/);
    const [bridge = 0] = childrenOf(demo.child.pid ?? 0);
    process.kill(bridge, "SIGKILL");
    expect(await demo.exited).toBe(1);
    expect(demo.stderr()).toContain(
      "mcptb: the bridge has ended unexpectedly; its last messages are above\n",
    );
  });
});

verifies(
  "person.demo-port-taken",
  "a taken port is one clear line with the next step, exit code 1",
  async () => {
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { code, stdout, stderr } = await runCli(["demo", "--port", String(port)]);
    server.close();
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe(
      `mcptb: cannot listen on 127.0.0.1, port ${port}: another program uses port ${port}; ` +
        `stop it or choose another, e.g. --port 8000\n`,
    );
  },
);

verifies("person.demo-port-taken", "a port that a bridge of ours holds is said to be that", async () => {
  const { bridge, url } = await startBridge();
  try {
    const { port } = new URL(url);
    const { code, stderr } = await runCli(["demo", "--port", port]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      `mcptb: cannot listen on 127.0.0.1, port ${port}: a bridge (version ${VERSION}) is already running there; ` +
        `use it at ${url}, or choose another port, e.g. --port 8000\n`,
    );
    // As npm starts it: what does not stand behind "--" never reaches the program.
    const npm = await runCli(["demo", "--port", port], {
      env: { npm_lifecycle_event: "start", npm_package_name: "mcp-token-bridge" },
    });
    expect(npm.stderr).toContain("e.g. npm start -- --port 8000\n");
  } finally {
    await bridge.stop();
  }
});
