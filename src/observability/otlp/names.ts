/**
 * Every name of OpenTelemetry that we send, and by which version of its conventions: GenAI's are young and change, so that a new version
 * of them is a change of this file.
 */

/** https://github.com/open-telemetry/semantic-conventions-genai, docs/gen-ai/client-inference.md. */
export const GEN_AI_VERSION = "0.1.0";
/** https://github.com/open-telemetry/semantic-conventions, for HTTP, errors and services. */
export const SEMCONV_VERSION = "1.44.0";
/** Under which both can be looked up. */
export const SCHEMA_URL = `https://opentelemetry.io/schemas/${SEMCONV_VERSION}`;

/** What our metrics and spans come from. */
export const SCOPE = "mcp-token-bridge";

export const RESOURCE = {
  service: "service.name",
  version: "service.version",
  instance: "service.instance.id",
} as const;

export const ATTRIBUTE = {
  operation: "gen_ai.operation.name",
  provider: "gen_ai.provider.name",
  requestModel: "gen_ai.request.model",
  responseModel: "gen_ai.response.model",
  stream: "gen_ai.request.stream",
  maxTokens: "gen_ai.request.max_tokens",
  temperature: "gen_ai.request.temperature",
  choices: "gen_ai.request.choice.count",
  reasoning: "gen_ai.request.reasoning.level",
  outputType: "gen_ai.output.type",
  conversation: "gen_ai.conversation.id",
  finishReasons: "gen_ai.response.finish_reasons",
  firstChunk: "gen_ai.response.time_to_first_chunk",
  inputTokens: "gen_ai.usage.input_tokens",
  cachedTokens: "gen_ai.usage.cache_read.input_tokens",
  outputTokens: "gen_ai.usage.output_tokens",
  /** Only where content is asked for. */
  system: "gen_ai.system_instructions",
  input: "gen_ai.input.messages",
  output: "gen_ai.output.messages",
  error: "error.type",
  method: "http.request.method",
  route: "http.route",
  status: "http.response.status_code",
  path: "url.path",
  scheme: "url.scheme",
  agent: "user_agent.original",
  /** Ours. */
  requestId: "mcptb.request.id",
  key: "mcptb.key.name",
  host: "mcptb.host.label",
  api: "mcptb.api",
  notices: "mcptb.notices",
  outcome: "mcptb.outcome",
  /** Whether the tokens are our estimate. */
  estimated: "mcptb.usage.estimated",
  /** The version of GenAI's conventions, told with each batch. */
  conventions: "mcptb.conventions.gen_ai",
  auditEvent: "mcptb.audit.event",
  auditLine: "mcptb.audit.line",
  auditDigest: "mcptb.audit.digest",
} as const;

/** What an MCP host lends may be any vendor's: the conventions let those who do not know name what they speak with. */
export const PROVIDER = "mcp_host";
export const OPERATION = "chat";
/** The event of a log record with where the chain of the audit log stands. */
export const AUDIT_EVENT = "mcptb.audit.head";

interface Histogram {
  readonly name: string;
  readonly help: string;
  readonly unit: string;
  readonly buckets: readonly number[];
}

const DURATION_BUCKETS = [
  0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92,
];

export const HISTOGRAMS = {
  duration: {
    name: "gen_ai.client.inference.duration",
    help: "GenAI client inference operation duration.",
    unit: "s",
    buckets: DURATION_BUCKETS,
  },
  firstChunk: {
    name: "gen_ai.client.inference.time_to_first_chunk",
    help: "Time to receive the first chunk of a streamed answer.",
    unit: "s",
    buckets: [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  },
  perChunk: {
    name: "gen_ai.client.inference.time_per_output_chunk",
    help: "Time between two chunks of a streamed answer.",
    unit: "s",
    buckets: [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5],
  },
  http: {
    name: "http.server.request.duration",
    help: "Duration of HTTP server requests.",
    unit: "s",
    buckets: [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10],
  },
} as const satisfies Readonly<Record<string, Histogram>>;

export const COUNTERS = {
  input: {
    name: "gen_ai.client.inference.usage.input_tokens",
    help: "Number of input tokens used.",
    unit: "{token}",
  },
  cached: {
    name: "gen_ai.client.inference.usage.cache_read.input_tokens",
    help: "Number of input tokens read from a cache.",
    unit: "{token}",
  },
  output: {
    name: "gen_ai.client.inference.usage.output_tokens",
    help: "Number of output tokens used.",
    unit: "{token}",
  },
} as const;

/** A member of content. */
export const MIME_TYPE = "mime_type";
