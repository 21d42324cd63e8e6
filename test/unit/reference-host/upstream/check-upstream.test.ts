import { afterEach, beforeEach, expect } from "vitest";
import { anthropic } from "../../../../src/reference-host/upstream/anthropic.ts";
import { checkUpstream } from "../../../../src/reference-host/upstream/check-upstream.ts";
import { openai } from "../../../../src/reference-host/upstream/openai.ts";
import { startUpstream, type FakeUpstream } from "../../../support/upstreams/fake-upstream.ts";
import { verifies } from "../../../support/verifies.ts";

let upstream: FakeUpstream;
beforeEach(async () => {
  upstream = await startUpstream(() => undefined);
});
afterEach(() => upstream.close());

const check = (key?: string, models: readonly string[] = ["m"], api: typeof openai = openai) =>
  checkUpstream({ api, endpoint: api.endpoint(new URL(upstream.url)), key }, models);

verifies(
  "own-host.checks-upstream",
  "an upstream that has the model and takes the key is no matter",
  async () => {
    expect(await check("k")).toBeUndefined();
    expect(upstream.lists[0]).toMatchObject({ path: "/v1/models", headers: { authorization: "Bearer k" } });
    expect(await check("k", ["m"], anthropic)).toBeUndefined();
    expect(upstream.lists[1]).toMatchObject({ path: "/v1/models", headers: { "x-api-key": "k" } });
    upstream.models = ["qwen3:latest", "m"];
    expect(await check(undefined, ["qwen3", "m"])).toBeUndefined();
  },
);

verifies(
  "own-host.checks-upstream",
  "a model that it does not list is named, with those it has",
  async () => {
    upstream.models = Array.from({ length: 20 }, (_, index) => `model-${index}`);
    expect(await check(undefined, ["model-3", "other"])).toMatch(
      /^127\.0\.0\.1:\d+ does not list other; it has model-0, .*model-7, and 12 more$/,
    );
  },
);

verifies(
  "own-host.checks-upstream",
  "a key that is missing or wrong, and a server that is not ready",
  async () => {
    for (const status of [401, 403]) {
      upstream.status = status;
      expect(await check()).toContain("wants a key");
      expect(await check("wrong")).toMatch(/does not take the key/);
      expect(await check("wrong")).not.toContain("wrong");
    }
    upstream.status = 503;
    expect(await check()).toContain("not be ready yet");
  },
);

verifies(
  "own-host.checks-upstream",
  "without a list, or with one that cannot be read, nothing is said",
  async () => {
    upstream.models = undefined;
    expect(await check()).toBeUndefined();
    upstream.models = ["x".repeat(5_000_000)];
    expect(await check()).toBeUndefined();
    upstream.models = [];
    expect(await check()).toBeUndefined();
  },
);

verifies("own-host.checks-upstream", "nobody there", async () => {
  const endpoint = openai.endpoint(new URL("http://127.0.0.1:9"));
  expect(await checkUpstream({ api: openai, endpoint, key: undefined }, ["m"])).toMatch(
    /^nothing answers at 127\.0\.0\.1:9 \(.+\); start the model's server/,
  );
});
