import { expect, test } from "vitest";
import { consentOf, lentOf, type HostFlags } from "../../../src/cli/host-options.ts";
import { ConfigError } from "../../../src/config/load.ts";
import { modelFor } from "../../../src/reference-host/lend-upstream.ts";
import { anthropic } from "../../../src/reference-host/upstream/anthropic.ts";
import { openai } from "../../../src/reference-host/upstream/openai.ts";
import { verifies } from "../../support/verifies.ts";

const flags = (more: Partial<HostFlags> = {}): HostFlags => ({
  upstream: "http://127.0.0.1:11434",
  model: "m",
  map: [],
  ...more,
});

test("the API is known from the address, or given", () => {
  const apiOf = (upstream: string, more: Partial<HostFlags> = {}) =>
    lentOf(flags({ upstream, ...more }), {}).api;
  expect(apiOf("http://127.0.0.1:11434")).toBe(openai);
  expect(apiOf("https://api.anthropic.com")).toBe(anthropic);
  expect(apiOf("https://gateway.example/anthropic/v1")).toBe(anthropic);
  expect(apiOf("https://notanthropic.com")).toBe(openai);
  expect(apiOf("http://127.0.0.1:9", { api: "anthropic" })).toBe(anthropic);
});

verifies("own-host.key", "keys in the usual variables go to their own clouds alone", () => {
  const env = { OPENAI_API_KEY: "o", ANTHROPIC_API_KEY: "a", MINE: "mine" };
  const keyOf = (upstream: string, more: Partial<HostFlags> = {}) =>
    lentOf(flags({ upstream, ...more }), env).key;
  expect(keyOf("https://api.openai.com/v1")).toBe("o");
  expect(keyOf("https://api.anthropic.com")).toBe("a");
  expect(keyOf("http://127.0.0.1:11434")).toBeUndefined();
  expect(keyOf("https://api.openai.com.evil.example")).toBeUndefined();
  expect(keyOf("http://127.0.0.1:11434", { keyEnv: "MINE" })).toBe("mine");
  expect(() => keyOf("http://127.0.0.1:11434", { keyEnv: "ABSENT" })).toThrow("ABSENT is not set");
});

test("a hint in the map chooses another model", () => {
  const lent = lentOf(flags({ map: ["GPT-5=big", "gpt-5-mini=a=b"] }), {});
  const asked = (...names: string[]) =>
    modelFor(
      { messages: [], maxTokens: 1, modelPreferences: { hints: names.map((name) => ({ name })) } },
      lent,
    );
  expect(asked("gpt-5")).toBe("big");
  expect(asked("unknown", "gpt-5-MINI")).toBe("a=b");
  expect(asked("unknown")).toBe("m");
  expect(modelFor({ messages: [], maxTokens: 1 }, lent)).toBe("m");
});

verifies("own-host.consent", "the modes, and nobody to ask", () => {
  expect(consentOf(flags(), true)).toEqual({ type: "ask", minutes: 15, always: false });
  expect(consentOf(flags({ consent: "minutes:30" }), true)).toEqual({
    type: "ask",
    minutes: 30,
    always: true,
  });
  expect(consentOf(flags({ consent: "always" }), false)).toEqual({ type: "always" });
  expect(() => consentOf(flags(), false)).toThrow(ConfigError);
});

test("what cannot be used is refused with its flag", () => {
  for (const consent of ["never", "minutes:0", "minutes:x", "minutes:"])
    expect(() => consentOf(flags({ consent }), true)).toThrow("--consent");
  for (const upstream of ["11434", "ftp://x", "localhost:11434"])
    expect(() => lentOf(flags({ upstream }), {})).toThrow("--upstream");
  for (const map of ["x", "=y", "x="]) expect(() => lentOf(flags({ map: [map] }), {})).toThrow("--map");
});
