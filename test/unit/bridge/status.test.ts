import { expect, test } from "vitest";
import { statusLine, statusText, type BridgeState } from "../../../src/bridge/status.ts";
import { ERROR_KINDS } from "../../../src/turn/error-kinds.ts";
import { hostInfo } from "../../support/hosts/host-info.ts";
import { verifies } from "../../support/verifies.ts";

const HOST = hostInfo({
  name: "Visual Studio Code",
  version: "1.139.1",
  models: ["copilot/auto"],
  running: 2,
});

const STATE: BridgeState = {
  standing: { role: "listening", url: "http://127.0.0.1:8000" },
  activity: { since: 1000, served: 12, lastError: undefined },
  queued: 3,
  hosts: [HOST],
};

const NOW = 1000 + 7_500_000;

verifies("host.status", "tells URL, uptime, requests, host, permission and models", () => {
  expect(statusText(STATE, NOW).split("\n")).toEqual([
    "The bridge listens on http://127.0.0.1:8000.",
    "OpenAI clients use http://127.0.0.1:8000/v1 as base URL, Anthropic clients http://127.0.0.1:8000.",
    "Up for 2 h 5 min. Requests: 12 served, 2 running, 3 queued.",
    "Host: Visual Studio Code 1.139.1. Permission: given. Models: copilot/auto.",
    "No errors so far.",
  ]);
  expect(statusLine(STATE)).toBe(
    "listening on http://127.0.0.1:8000; Requests: 12 served, 2 running, 3 queued",
  );
});

verifies("host.status", "tells the last error by its code and time, with what to do", () => {
  const lastError = { code: "consent_denied", at: Date.UTC(2026, 10, 22, 9, 30) } as const;
  const lines = statusText({ ...STATE, activity: { ...STATE.activity, lastError } }, NOW).split("\n");
  expect(lines.at(-1)).toBe(
    `Last error: consent_denied at 2026-11-22T09:30:00.000Z. ${ERROR_KINDS.consent_denied.remedy}`,
  );
});

test("before the port is open and without a model that answered it says so", () => {
  const state: BridgeState = {
    ...STATE,
    standing: { role: "waiting", reason: "Port 8000 is taken." },
    hosts: [{ ...HOST, version: "", models: [] }],
  };
  const text = statusText(state, 1000);
  expect(text).toMatch(/^No client can reach this host yet.\nPort 8000 is taken/);
  expect(text).toContain("Up for 0 s.");
  expect(text).toContain("Host: Visual Studio Code. Permission: given. Models: none has answered yet.");
  expect(statusLine(state)).toMatch(/^not listening; /);
});

verifies("host.consent-waiting", "someone who may be asked is told so", () => {
  const state: BridgeState = { ...STATE, hosts: [{ ...HOST, consent: "waiting" }] };
  expect(statusText(state, NOW)).toContain("may be asking you for permission");
  expect(statusLine(state)).toMatch(/; Visual Studio Code may be asking you for permission$/);
});

test("a host that cannot sample is named as such", () => {
  const state: BridgeState = { ...STATE, hosts: [{ ...HOST, canSample: false }] };
  expect(statusText(state, NOW)).toContain("does not support sampling");
});
