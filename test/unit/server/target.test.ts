import { expect, test } from "vitest";
import { normalisePath, parseTarget } from "../../../src/server/target.ts";
import { verifies } from "../../support/verifies.ts";

verifies("server.base-urls", "paths mean the same however base URL and path were joined", () => {
  const same: Record<string, string> = {
    "/v1/chat/completions": "/v1/chat/completions",
    "/chat/completions": "/v1/chat/completions",
    "//v1/chat/completions": "/v1/chat/completions",
    "/v1//chat/completions/": "/v1/chat/completions",
    "/v1/v1/messages": "/v1/messages",
    "/messages/count_tokens": "/v1/messages/count_tokens",
    "/models": "/v1/models",
    "/models/a/b": "/v1/models/a/b",
    "/v1": "/v1",
    "/v1x/messages": "/v1x/messages",
    "/health/": "/health",
    "/": "/",
    "//": "/",
  };
  for (const [path, expected] of Object.entries(same))
    expect([path, normalisePath(path)]).toEqual([path, expected]);
});

test("query and fragment are no part of the path", () => {
  expect(parseTarget("/v1/messages?beta=true&x=/y#z").path).toBe("/v1/messages");
  expect(parseTarget("/v1/models?a=\nb").path).toBe("/v1/models");
});

test("a whole URL gives its authority", () => {
  expect(parseTarget("http://evil.example:80/v1/models?x")).toEqual({
    path: "/v1/models",
    authority: "evil.example:80",
  });
  expect(parseTarget("HTTP://evil.example")).toEqual({ path: "/", authority: "evil.example" });
  expect(parseTarget("http:///health")).toEqual({ path: "/health", authority: "" });
});

test("anything else is a path that no route has", () => {
  for (const url of ["*", "evil.example:80", "", "?", "ftp://x/"]) {
    expect(parseTarget(url).authority).toBeUndefined();
  }
});
