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
    "/v1beta/v1beta/models": "/v1beta/models",
    "/v1/v1beta/models/m:generateContent": "/v1beta/models/m:generateContent",
    "/v1beta/v1/chat/completions": "/v1/chat/completions",
    "/v1alpha/models": "/v1beta/models",
    "/v1betamax/models": "/v1betamax/models",
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

test("the query ends at the fragment, and there is none in it", () => {
  expect(parseTarget("/v1beta/models?key=a&pageSize=2#?x").search).toBe("key=a&pageSize=2");
  expect(parseTarget("/v1beta/models#?key=a").search).toBe("");
});

test("a whole URL gives its authority", () => {
  expect(parseTarget("http://evil.example:80/v1/models?x")).toEqual({
    path: "/v1/models",
    authority: "evil.example:80",
    search: "x",
  });
  expect(parseTarget("HTTP://evil.example")).toEqual({ path: "/", authority: "evil.example", search: "" });
  expect(parseTarget("http:///health")).toEqual({ path: "/health", authority: "", search: "" });
});

test("anything else is a path that no route has", () => {
  for (const url of ["*", "evil.example:80", "", "?", "ftp://x/"]) {
    expect(parseTarget(url).authority).toBeUndefined();
  }
});
