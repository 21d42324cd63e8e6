/**
 * A host in a process of its own: starts the bridge (its arguments), shakes hands, never answers, and prints a line
 * of JSON with the bridge's process id and URL when that listens.
 */
import { spawn } from "node:child_process";
import process from "node:process";

const bridge = spawn(process.execPath, process.argv.slice(2), { stdio: ["pipe", "pipe", "pipe"] });
const send = (message) => bridge.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);

bridge.stdout.once("data", () => send({ method: "notifications/initialized" }));
let log = "";
bridge.stderr.on("data", (chunk) => {
  log += chunk;
  const url = / listening url=(\S+)\n/.exec(log)?.[1];
  if (url === undefined) return;
  log = "";
  process.stdout.write(`${JSON.stringify({ pid: bridge.pid, url })}\n`);
});
send({
  id: 1,
  method: "initialize",
  params: {
    protocolVersion: "2025-11-25",
    capabilities: { sampling: {} },
    clientInfo: { name: "host-process", version: "1" },
  },
});
