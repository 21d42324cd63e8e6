import { afterEach, expect } from "vitest";
import { ask } from "../../support/bridge/ask.ts";
import { Gate } from "../../support/streams/gate.ts";
import { answer, answerAfter } from "../../support/hosts/scripts.ts";
import { spawnBridge, type SpawnedBridge } from "../../support/processes/spawned-bridge.ts";
import { verifies } from "../../support/verifies.ts";

/** Code that is loaded before the program, and makes the mistakes that a defect of ours or of a library would make. */
const defects = (count: number): string =>
  `process.on("SIGUSR2", () => {
     for (let index = 0; index < ${count}; index += 1) {
       setTimeout(() => { throw new Error("a defect of a timer"); });
       Promise.reject(new Error("a defect of a promise"));
     }
     Promise.reject("a prompt");
   });`;

let bridge: SpawnedBridge;

async function startWith(count: number): Promise<void> {
  const code = `data:text/javascript,${encodeURIComponent(defects(count))}`;
  bridge = spawnBridge({}, [], { NODE_OPTIONS: `--import ${code}` });
  await bridge.host.initialize();
  await bridge.url;
}

afterEach(() => bridge.kill());

verifies(
  "server.last-resort",
  "errors that nobody awaits are logged, and nobody's request ends",
  async () => {
    await startWith(1);
    const url = await bridge.url;
    const gate = new Gate();
    bridge.host.script = answerAfter(gate.pass(), "Nothing was noticed.");
    const inFlight = ask(url, "openai-chat");
    await bridge.host.next();
    bridge.child.kill("SIGUSR2");
    await bridge.logged(/a defect of a timer/);
    await bridge.logged(/a defect of a promise/);
    await bridge.logged(/thrown: string/);
    expect(bridge.log.join("\n")).not.toContain("a prompt");
    gate.open();
    expect(await (await inFlight).text()).toContain("Nothing was noticed.");
    bridge.host.script = answer("And it goes on.");
    expect(await (await ask(url, "anthropic-messages")).text()).toContain("And it goes on.");
  },
);

verifies("server.last-resort", "a storm of them ends the process, and little of it is logged", async () => {
  await startWith(1000);
  bridge.child.kill("SIGUSR2");
  expect(await bridge.exited).toBe(1);
  expect(bridge.log.filter((line) => line.includes("a defect of a")).length).toBeLessThan(20);
});
