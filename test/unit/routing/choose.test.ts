import { expect, test } from "vitest";
import { choose, namedHost } from "../../../src/routing/choose.ts";
import { FakeHost } from "../../support/hosts/fake-host.ts";
import { turnRequest } from "../../support/data/turn-request.ts";

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

test("of hosts that differ in nothing else, the one that has shown a model asked for by a hint is best", () => {
  const attached = [
    new FakeHost({ label: "one", models: ["copilot/gpt-5"] }),
    new FakeHost({ label: "two", models: ["copilot/gpt-5-mini"] }),
  ].map((host) => ({ ...host.describe(), queued: 0, draining: false, failing: false }));
  const labelFor = (hints?: readonly string[]): string | undefined =>
    choose(
      attached.map((info) => ({ info })),
      turnRequest({ model: "fast", ...(hints !== undefined && { hints }) }),
    )?.info.label;
  expect(labelFor()).toBe("one");
  expect(labelFor(["copilot/gpt-5-mini"])).toBe("two");
});
