#!/usr/bin/env node
// stdout belongs to MCP: whatever a library prints must go elsewhere before it is loaded.
console.log = console.info = console.debug = console.error;

const { main } = await import("./cli/program.ts");
process.exit(await main(process.argv));
