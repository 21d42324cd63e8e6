/** Real NATS servers of the test's own, on the loopback: one, or several as one cluster. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { freePort } from "../../../../src/joining/free-port.ts";
import { installNats } from "./install.ts";

export interface NatsServer {
  readonly url: string;
  readonly process: () => ChildProcess;
  /** Ends it at once. */
  readonly kill: () => Promise<void>;
  /** Starts it again at the same port. */
  readonly start: () => Promise<void>;
}

/** @param extra further lines of the configuration of each. */
export async function startNats(servers = 1, extra = ""): Promise<readonly NatsServer[]> {
  const program = await installNats();
  const folder = await mkdtemp(path.join(tmpdir(), "mcptb-nats-"));
  const ports: number[] = [];
  for (let made = 0; made < 2 * servers; made += 1) ports.push(await freePort("127.0.0.1", 0));
  const routes = ports.slice(servers).map((port) => `nats://127.0.0.1:${port}`);
  const started = await Promise.all(
    routes.map(async (_, index) => {
      const port = ports[index] ?? 0;
      const file = path.join(folder, `${index}.conf`);
      const cluster =
        servers === 1
          ? ""
          : `cluster { name: test, listen: "127.0.0.1:${ports[servers + index]}", routes: [${routes.join(", ")}] }`;
      const text = `server_name: n${index}\nlisten: "127.0.0.1:${port}"\n${cluster}\n${extra}\n`;
      await writeFile(file, text);
      return oneServer(program, file, port);
    }),
  );
  onTestFinished(async () => {
    await Promise.all(started.map((server) => server.kill()));
    await rm(folder, { recursive: true, force: true });
  });
  return started;
}

async function oneServer(program: string, file: string, port: number): Promise<NatsServer> {
  let child: ChildProcess | undefined;
  const start = async (): Promise<void> => {
    child = spawn(program, ["-c", file], { stdio: "ignore" });
    await answers(port);
  };
  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    process() {
      if (child === undefined) throw new Error("It was not started.");
      return child;
    },
    async kill() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    },
    start,
  };
}

/** Resolves when something listens at the port; the test's own time limit is the bound. */
async function answers(port: number): Promise<void> {
  for (;;) {
    const isThere = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => {
        socket.destroy();
        resolve(true);
      });
      socket.once("error", () => setTimeout(resolve, 20, false));
    });
    if (isThere) return;
  }
}
