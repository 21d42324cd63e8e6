/** What a person sees and does in a real terminal. */
import { describe, expect } from "vitest";
import { ask, errorOf } from "../../support/bridge/ask.ts";
import { chunk, sse, startUpstream, stream, write } from "../../support/upstreams/fake-upstream.ts";
import { gone } from "../../support/processes/processes.ts";
import { HAS_TERMINAL, openTerminal } from "../../support/processes/terminal.ts";
import { verifies } from "../../support/verifies.ts";

const CTRL_C = "\u0003";

describe.runIf(HAS_TERMINAL)("in a terminal", () => {
  verifies(
    "person.terminal-hint",
    "the server says that a host is meant to start it, and what to run instead",
    async () => {
      const terminal = openTerminal(["--port", "0"]);
      await terminal.shows(/should start this command.*mcptb demo.*mcptb connect vscode/s);
      await terminal.shows(/listening/);
      terminal.type(CTRL_C);
      expect(await terminal.exited).toBe(0);
    },
  );

  verifies("person.demo-ends", "Ctrl-C ends the demo and its bridge, quietly", async () => {
    const terminal = openTerminal(["demo", "--port", "0"]);
    await terminal.shows(/Ctrl-C ends/);
    const processes = terminal.processes();
    expect(processes.length).toBe(2);
    terminal.type(CTRL_C);
    expect(await terminal.exited).toBe(0);
    await Promise.all(processes.map((pid) => gone(pid, 2000)));
    expect(terminal.screen()).not.toMatch(/error|^\s+at /im);
  });

  verifies("person.demo-ends", "closing the terminal ends the demo and its bridge", async () => {
    const terminal = openTerminal(["demo", "--port", "0"]);
    await terminal.shows(/Ctrl-C ends/);
    const processes = terminal.processes();
    expect(processes.length).toBe(2);
    terminal.close();
    await Promise.all(processes.map((pid) => gone(pid, 5000)));
  });
});

describe.runIf(HAS_TERMINAL)("mcptb host in a terminal", () => {
  verifies(
    ["own-host.consent", "own-host.no-stray-key", "own-host.log-waits"],
    "asks before each request, and takes no for an answer",
    async () => {
      const upstream = await startUpstream(async (call) => {
        stream(call);
        await write(call, sse(chunk({ content: "Fine." }), chunk({}, "stop")));
        call.reply.end();
      });
      const terminal = openTerminal(["host", "--upstream", upstream.url, "--model", "m", "--port", "0"]);
      try {
        await terminal.shows(/you are asked before each request/);
        await terminal.shows(/listening.*http:\/\/127\.0\.0\.1:\d+/s);
        const url =
          /http:\/\/127\.0\.0\.1:\d+/.exec(terminal.screen().replaceAll(upstream.url, ""))?.[0] ?? "";

        // Typed too early: it answers nothing.
        terminal.type("y\n");
        const first = ask(url, "openai-chat", { text: "First question" });
        await terminal.shows(/wants to use m: 1 message\(s\).*First question\r?\n.*Lend it\? \[y\] once/s);
        expect(upstream.calls).toHaveLength(0);
        terminal.type("y\n");
        expect((await first).status).toBe(200);

        const left = new AbortController();
        const second = ask(url, "openai-chat", { text: "Second question", signal: left.signal });
        await terminal.shows(/Second question/);
        left.abort();
        await expect(second).rejects.toThrow();
        await terminal.shows(/the client has disconnected/);

        // Meant for the second, and too late for it.
        terminal.type("y");
        const third = ask(url, "openai-chat", {
          text: "Third\u001B[2J question\nLend it?\u202E",
          headers: { "user-agent": "my-agent/1.0" },
        });
        await terminal.shows(
          /A client \(my-agent\/1\.0\) wants.*Third\\u001b\[2J question.*│ Lend it\?\\u202e\r?\n.*\[n\]o: $/s,
        );
        expect(upstream.calls).toHaveLength(1);
        const before = terminal.screen();
        // What the bridge logs meanwhile waits.
        expect((await ask(url, "openai-chat", { body: { messages: "none" } })).status).toBe(400);
        await new Promise((resolve) => setTimeout(resolve, 300));
        expect(terminal.screen()).toBe(before);
        terminal.type("n\n");
        const refused = await third;
        expect(refused.status).toBe(400);
        expect(await errorOf(refused)).toMatchObject({ code: "consent_denied" });
        await terminal.shows(/\[n\]o: n\r?\n.*refused/s);
        expect(upstream.calls).toHaveLength(1);

        terminal.type(CTRL_C);
        expect(await terminal.exited).toBe(0);
      } finally {
        terminal.close();
        await upstream.close();
      }
    },
  );
});
