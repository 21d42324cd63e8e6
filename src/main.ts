#!/usr/bin/env node
import { Console } from "node:console";
import { useCompileCache } from "./util/compile-cache.ts";

// stdout belongs to MCP: whatever a library prints must go elsewhere before it is loaded.
globalThis.console = new Console(process.stderr, process.stderr);
// A reader that has gone must not end us in the middle of closing.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

useCompileCache();
const { fail, main } = await import("./cli/program.ts");
process.on("uncaughtException", (error) => process.exit(fail(error)));
exit(await main(process.argv));

/** Exits when stdout is written, without waiting long for a reader that does not read. */
function exit(code: number): void {
  process.stdout.write("", () => process.exit(code));
  setTimeout(() => process.exit(code), 200);
}
