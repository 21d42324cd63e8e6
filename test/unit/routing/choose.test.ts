import { expect, test } from "vitest";
import { namedHost } from "../../../src/routing/choose.ts";
import { FakeHost } from "../../support/fake-host.ts";
import { turnRequest } from "../../support/turn-request.ts";

const hosts = [
  new FakeHost({ label: "vscode", models: ["copilot/gpt-5"] }).describe(),
  new FakeHost({ label: "copilot" }).describe(),
];

function named(model: string, header?: string) {
  const { label, request } = namedHost(turnRequest({ model }), header, hosts);
  return [label, request.model];
}

test("a host is named in a header, or before the model", () => {
  expect(named("gpt-4o")).toEqual([undefined, "gpt-4o"]);
  expect(named("vscode/gpt-4o")).toEqual(["vscode", "gpt-4o"]);
  expect(named("vscode/copilot/gpt-5")).toEqual(["vscode", "copilot/gpt-5"]);
  expect(named("vscode/auto")).toEqual(["vscode", "auto"]);
  expect(named("anthropic/claude")).toEqual([undefined, "anthropic/claude"]);
  expect(named("/gpt")).toEqual([undefined, "/gpt"]);
  expect(named("gpt-4o", "vscode")).toEqual(["vscode", "gpt-4o"]);
});

test("a model that a host has shown under the whole name is not cut", () => {
  expect(named("copilot/gpt-5")).toEqual([undefined, "copilot/gpt-5"]);
  expect(named("copilot/gpt-4")).toEqual(["copilot", "gpt-4"]);
});
