/** The settings about OpenTelemetry; part of the table in `settings.ts`. */
import type { Setting } from "./settings.ts";
import { httpUrl, onOff, pairs, text, wholeNumber } from "./values.ts";

export const TELEMETRY = {
  otlpEndpoint: {
    group: "watching",
    accepts: httpUrl(),
    value: "url",
    description: "Collector that gets traces and metrics (OTLP over HTTP, with JSON); none: nothing is sent.",
    commonEnv: "OTEL_EXPORTER_OTLP_ENDPOINT",
  },
  otlpHeaders: {
    group: "watching",
    accepts: pairs(),
    value: "name=value,...",
    description: "Headers for the collector, such as a key.",
    secret: true,
    commonEnv: "OTEL_EXPORTER_OTLP_HEADERS",
  },
  otlpContent: {
    group: "watching",
    accepts: onOff(false),
    description: "Send the collector prompts and answers too, the newest 128 KiB of each request.",
  },
  otlpMetricsMs: {
    group: "watching",
    accepts: wholeNumber(100, 86_400_000, 60_000),
    value: "ms",
    description: "How often the collector gets metrics.",
    commonEnv: "OTEL_METRIC_EXPORT_INTERVAL",
  },
  otlpService: {
    group: "watching",
    accepts: text("mcp-token-bridge"),
    value: "name",
    description: "What the bridge is called at the collector.",
    commonEnv: "OTEL_SERVICE_NAME",
  },
  otlpResource: {
    group: "watching",
    accepts: pairs(),
    value: "name=value,...",
    description: "What else is told of the bridge there, such as deployment.environment.name=home.",
    commonEnv: "OTEL_RESOURCE_ATTRIBUTES",
  },
} as const satisfies Readonly<Record<string, Setting>>;
