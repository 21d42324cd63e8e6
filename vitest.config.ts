import { defineConfig } from "vitest/config";

/**
 * `unit` is what `npm test` runs (offline, fast); the other projects install real
 * programs first and run under their own npm scripts.
 */
export default defineConfig({
  test: {
    // Most tests wait for processes and sockets; one core less than there are would leave a small machine idle.
    maxWorkers: "100%",
    // What the commands say is looked for in English.
    env: { LC_ALL: "C.UTF-8", MCPTB_LANG: "" },
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/{unit,integration,requirements,fidelity}/**/*.test.ts"],
          // There is no such package: it is the editor itself.
          alias: { vscode: new URL("test/support/editor/vscode.ts", import.meta.url).pathname },
          globalSetup: ["test/support/processes/build.ts"],
          // No module keeps anything between uses, so files may share a process: starting one for each is a quarter of the time.
          isolate: false,
          // For what never ends: how long something takes on a busy machine is no matter of these tests.
          testTimeout: 240_000,
          hookTimeout: 240_000,
          expect: { poll: { timeout: 120_000, interval: 20 } },
        },
      },
      {
        test: {
          name: "limits",
          // What is slow by itself is slow twice; what a machine shared with others made slow is not.
          retry: 1,
          include: ["test/limits/**/*.test.ts"],
          globalSetup: ["test/support/processes/build.ts"],
          testTimeout: 300_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "clients",
          // Programs of others, on a machine that is not ours alone.
          retry: 1,
          include: ["test/e2e/clients/**/*.test.ts"],
          globalSetup: ["test/support/processes/build.ts"],
          testTimeout: 180_000,
          hookTimeout: 1_200_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "agents",
          // Programs of others, on a machine that is not ours alone.
          retry: 1,
          include: ["test/e2e/agents/**/*.test.ts"],
          globalSetup: ["test/support/processes/build.ts"],
          testTimeout: 180_000,
          hookTimeout: 1_200_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "hosts",
          // Programs of others, on a machine that is not ours alone.
          retry: 1,
          include: ["test/e2e/hosts/**/*.test.ts"],
          globalSetup: ["test/support/processes/build.ts"],
          testTimeout: 20_000,
          hookTimeout: 1_200_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "page",
          include: ["test/e2e/page/**/*.test.ts"],
          globalSetup: ["test/support/processes/build.ts"],
          testTimeout: 120_000,
          hookTimeout: 1_200_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "mcp",
          include: ["test/e2e/mcp/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
      {
        test: {
          name: "cluster",
          // Processes are killed and stopped here, beside whatever else the machine does.
          retry: 1,
          include: ["test/e2e/cluster/**/*.test.ts"],
          globalSetup: ["test/support/processes/build.ts"],
          testTimeout: 120_000,
          hookTimeout: 600_000,
          fileParallelism: false,
          expect: { poll: { timeout: 60_000, interval: 20 } },
        },
      },
      {
        test: {
          name: "vscode",
          // Programs of others, on a machine that is not ours alone.
          retry: 1,
          include: ["test/e2e/vscode/**/*.test.ts"],
          globalSetup: ["test/support/processes/build.ts"],
          testTimeout: 180_000,
          hookTimeout: 1_200_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
