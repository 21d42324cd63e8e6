import { expect, test } from "vitest";
import { listModels } from "../../../../src/routing/models/list.ts";
import { FakeHost } from "../../../support/hosts/fake-host.ts";

test("the list has auto, each host, every model that answered, and the aliases that hide none of them", () => {
  const hosts = [
    new FakeHost({ name: "mute", label: "mute", canSample: false, models: ["x"] }).describe(),
    new FakeHost({ name: "one", label: "one", models: ["gpt-5", "copilot/auto"] }).describe(),
    new FakeHost({ name: "other", label: "other", models: ["gpt-5", "auto"] }).describe(),
  ];
  const aliases = [
    { name: "fast", hints: ["gpt-5-mini", "haiku"] },
    { name: "gpt-5", hints: ["claude"] },
  ];
  const abilities = hosts[1]?.abilities;
  const one = { owner: "one", host: "one", abilities };
  const other = { owner: "other", host: "other", abilities };
  expect(listModels(hosts, aliases)).toEqual([
    { id: "auto", owner: "mcp-token-bridge" },
    { id: "one/auto", ...one },
    { id: "gpt-5", ...one },
    { id: "copilot/auto", ...one },
    { id: "other/auto", ...other },
    { id: "other/gpt-5", ...other },
    { id: "fast", owner: "mcp-token-bridge", standsFor: ["gpt-5-mini", "haiku"] },
  ]);
});
