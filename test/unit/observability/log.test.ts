import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { createLog, openLog } from "../../../src/observability/log.ts";
import { ask } from "../../support/bridge/ask.ts";
import { ScriptedHost } from "../../support/hosts/scripted-host.ts";
import { MAIN } from "../../support/processes/spawned-bridge.ts";
import { verifies } from "../../support/verifies.ts";

class Terminal extends Writable {
  text = "";
  isTTY = false;
  release: (() => void) | undefined;
  stuck = false;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    if (this.stuck) this.release = done;
    else done();
  }
}

const ESCAPE = "\u001B[";

test("JSON lines where nobody looks", async () => {
  const out = new Terminal();
  const log = await openLog({ logLevel: "info", forceColor: false }, out);
  log.child({ id: "7" }).info({ status: 200 }, "TX");
  expect(JSON.parse(out.text)).toMatchObject({ level: 30, id: "7", status: 200, msg: "TX" });
  expect(out.text.endsWith("\n")).toBe(true);
});

test("readable lines on a terminal, coloured where that is forced", async () => {
  const terminal = new Terminal();
  terminal.isTTY = true;
  const log = await openLog({ logLevel: "info", forceColor: false }, terminal);
  log.info({ url: "http://x" }, "listening");
  expect(terminal.text).toContain("listening");
  expect(() => JSON.parse(terminal.text) as unknown).toThrow(SyntaxError);
  const forced = new Terminal();
  const coloured = await openLog({ logLevel: "info", forceColor: true }, forced);
  coloured.warn("careful");
  expect(forced.text).toContain(ESCAPE);
});

test("the level decides", () => {
  const out = new Terminal();
  const log = createLog({ logLevel: "warn" }, out);
  log.info("not this");
  log.warn("this");
  expect(out.text).toContain("this");
  expect(out.text).not.toContain("not this");
  createLog({ logLevel: "silent" }, out).error("nor this");
  expect(out.text).not.toContain("nor this");
});

verifies("server.log-unread", "lines that nobody takes are dropped and counted", () => {
  const out = new Terminal();
  out.stuck = true;
  const log = createLog({ logLevel: "info" }, out);
  for (let line = 0; line < 100; line += 1) log.info("x".repeat(100_000));
  expect(out.writableLength).toBeLessThan(1_300_000);
  out.stuck = false;
  out.release?.();
  log.info("after");
  const lines = out.text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { msg: string; dropped?: number });
  const lost = lines.find(({ dropped }) => dropped !== undefined);
  expect((lost?.dropped ?? 0) + lines.length - 2).toBe(100);
  expect(lines.at(-1)?.msg).toBe("after");
});

verifies("server.log-unread", "a closed stream is no error", () => {
  const out = new Terminal();
  const log = createLog({ logLevel: "info" }, out);
  out.destroy(new Error("EPIPE"));
  log.info("to nobody");
  expect(out.text).toBe("");
});

for (const closed of [false, true]) {
  verifies(
    "server.log-unread",
    `the program goes on when its stderr is ${closed ? "closed" : "never read"}, and exits`,
    async () => {
      const port = await freePort();
      const flags = ["--port", String(port), "--log-content"];
      const child = spawn(process.execPath, [MAIN, ...flags], { stdio: ["pipe", "pipe", "pipe"] });
      const exited = once(child, "exit");
      try {
        if (closed) child.stderr.destroy();
        const host = new ScriptedHost(child.stdout, child.stdin);
        await host.initialize();
        const url = `http://127.0.0.1:${port}`;
        await expect
          .poll(
            () =>
              fetch(`${url}/health`).then(
                ({ ok }) => ok,
                () => false,
              ),
            { timeout: 10_000 },
          )
          .toBe(true);
        // Far more than a pipe holds.
        for (let request = 0; request < 20; request += 1) {
          const response = await ask(url, "openai-chat", { text: "x".repeat(100_000) });
          expect(response.status).toBe(200);
        }
        host.close();
        await exited;
      } finally {
        child.kill("SIGKILL");
      }
    },
  );
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
