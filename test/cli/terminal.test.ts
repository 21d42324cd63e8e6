/** What a person sees and does in a real terminal. */
import { describe, expect } from "vitest";
import { gone } from "../support/processes.ts";
import { HAS_TERMINAL, openTerminal } from "../support/terminal.ts";
import { verifies } from "../support/verifies.ts";

const CTRL_C = "\u0003";

describe.runIf(HAS_TERMINAL)("in a terminal", () => {
  verifies(
    "person.terminal-hint",
    "the server says that a host is meant to start it, and what to run instead",
    async () => {
      const terminal = openTerminal(["--port", "0"]);
      await terminal.shows(/meant to be started by one.*mcptb demo.*mcptb connect vscode/s);
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
