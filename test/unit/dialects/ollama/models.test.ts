import { expect } from "vitest";
import type { ModelAbilities, NamedModel } from "../../../../src/dialects/dialect.ts";
import { running, shown } from "../../../../src/dialects/ollama/models.ts";
import { verifies } from "../../../support/verifies.ts";

const BLIND: ModelAbilities = {
  deltas: false,
  tools: false,
  images: "no",
  audio: "no",
  reasoning: false,
  cancel: "yes",
  errors: true,
};
const SEEING = { ...BLIND, tools: true, images: "yes", reasoning: true };
const since = new Date(0);

const auto: NamedModel = { id: "auto", owner: "us" };
const blind: NamedModel = { id: "a", owner: "one", host: "one", abilities: BLIND };
const seeing: NamedModel = { id: "b", owner: "two", host: "two", abilities: SEEING };

function capabilities(model: NamedModel, listed: readonly NamedModel[]): unknown {
  return (shown(model, listed, since) as { capabilities: unknown }).capabilities;
}

verifies("ollama.models", "what a host can do is told of its models, and of what may be any of them", () => {
  const all = [auto, blind, seeing];
  expect(capabilities(blind, all)).toEqual(["completion", "tools"]);
  expect(capabilities(seeing, all)).toEqual(["completion", "tools", "vision", "thinking"]);
  expect(capabilities(auto, all)).toEqual(["completion", "tools", "vision", "thinking"]);
  expect(capabilities(auto, [auto, blind])).toEqual(["completion", "tools"]);
  expect(capabilities(auto, [auto])).toEqual(["completion", "tools"]);
});

verifies("ollama.models", "the length of a context is told where a host tells it", () => {
  const long = { ...seeing, inputTokens: 128_000 };
  expect(shown(long, [long], since)).toMatchObject({ model_info: { "mcp.context_length": 128_000 } });
  expect(running([long], since)).toMatchObject({ models: [{ context_length: 128_000 }] });
});

verifies("ollama.models", "no length of a context is made up", () => {
  const { model_info: info } = shown(seeing, [seeing], since) as { model_info: object };
  expect(Object.keys(info).filter((name) => name.includes("context"))).toEqual([]);
  const ran = running([seeing], since);
  expect(ran).toMatchObject({ models: [{ name: "b", model: "b", size_vram: 0 }] });
  expect(JSON.stringify(ran)).not.toContain("context");
});
