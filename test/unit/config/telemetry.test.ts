import { expect, test } from "vitest";
import { explainConfig, loadConfig } from "../../../src/config/load.ts";

const load = (env: Record<string, string>) => loadConfig({ flags: {}, env });

test("the variables of OpenTelemetry hold, behind ours", () => {
  const env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318",
    OTEL_EXPORTER_OTLP_HEADERS: "api-key=a%20b%2Cc, x = y=z",
    OTEL_SERVICE_NAME: "mine",
    OTEL_RESOURCE_ATTRIBUTES: "deployment.environment.name=home",
  };
  expect(load(env)).toMatchObject({
    otlpEndpoint: "http://127.0.0.1:4318",
    otlpHeaders: [
      { name: "api-key", value: "a b,c" },
      { name: "x", value: "y=z" },
    ],
    otlpService: "mine",
    otlpResource: [{ name: "deployment.environment.name", value: "home" }],
  });
  const both = explainConfig({ flags: {}, env: { ...env, MCPTB_OTLP_ENDPOINT: "https://example.com/otlp" } });
  expect(both.config.otlpEndpoint).toBe("https://example.com/otlp");
  expect(both.origins.otlpEndpoint).toEqual({ source: "variable", name: "MCPTB_OTLP_ENDPOINT" });
  expect(both.origins.otlpService).toEqual({ source: "variable", name: "OTEL_SERVICE_NAME" });
  expect(load({}).otlpEndpoint).toBeUndefined();
});

test.each(["127.0.0.1:4318", "ftp://example.com", "http://user:secret@example.com", "http://", "http://a b"])(
  "%s is no address of a collector",
  (address) => {
    expect(() => load({ MCPTB_OTLP_ENDPOINT: address })).toThrow(/MCPTB_OTLP_ENDPOINT/);
  },
);

test.each(["name", "=value", "a b=c", "x=a%0d%0ab"])("%s is no header", (text) => {
  expect(() => load({ MCPTB_OTLP_HEADERS: text })).toThrow(/this is not accepted/);
});
