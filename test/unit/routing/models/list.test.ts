import { expect, test } from "vitest";
import { listModels } from "../../../../src/routing/models/list.ts";
import { FakeHost } from "../../../support/fake-host.ts";

test("the list has auto, every model that answered once, and the aliases that hide none of them", () => {
  const hosts = [
    new FakeHost({ name: "one", models: ["gpt-5", "copilot/auto"] }).describe(),
    new FakeHost({ name: "other", models: ["gpt-5", "auto"] }).describe(),
  ];
  const aliases = [
    { name: "fast", hints: ["gpt-5-mini", "haiku"] },
    { name: "gpt-5", hints: ["claude"] },
  ];
  const own = { host: hosts[0]?.label, abilities: hosts[0]?.abilities };
  expect(listModels(hosts, aliases)).toEqual([
    { id: "auto", owner: "mcp-token-bridge" },
    { id: "gpt-5", owner: "one", ...own },
    { id: "copilot/auto", owner: "one", ...own },
    { id: "fast", owner: "mcp-token-bridge", standsFor: ["gpt-5-mini", "haiku"] },
  ]);
});
