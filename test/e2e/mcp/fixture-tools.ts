/** The tools that the MCP conformance suite calls, by the names and results it expects. */
import { setTimeout } from "node:timers/promises";
import {
  acceptedContent,
  CLIENT_CAPABILITIES_META_KEY,
  fromJsonSchema,
  inputRequired,
  type CallToolResult,
  type InputRequiredResult,
  type McpServer,
  type RequestStateCodec,
  type ServerContext,
} from "@modelcontextprotocol/server";
import * as z from "zod";

/** One red pixel, and a WAV file without a sample. */
export const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";
const WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=";

type Reply = CallToolResult | InputRequiredResult;
type Run = (args: Readonly<Record<string, unknown>>, context: ServerContext) => Promise<Reply> | Reply;

const text = (value: string): CallToolResult => ({ content: [{ type: "text", text: value }] });
const prompt = (value: string) => ({
  messages: [{ role: "user" as const, content: { type: "text" as const, text: value } }],
  maxTokens: 100,
});
const asks = (
  message: string,
  name: string,
  answer: { type: "string" } | { type: "boolean" } = { type: "string" },
) =>
  inputRequired.elicit({
    message,
    requestedSchema: { type: "object", properties: { [name]: answer }, required: [name] },
  });

/** Content of several kinds, notifications, and an error. */
const PLAIN: Readonly<Record<string, Run>> = {
  test_simple_text: () => text("This is a simple text response for testing."),
  test_image_content: () => ({ content: [{ type: "image", data: PNG, mimeType: "image/png" }] }),
  test_audio_content: () => ({ content: [{ type: "audio", data: WAV, mimeType: "audio/wav" }] }),
  test_embedded_resource: () => ({
    content: [
      {
        type: "resource",
        resource: {
          uri: "test://embedded-resource",
          mimeType: "text/plain",
          text: "This is an embedded resource content.",
        },
      },
    ],
  }),
  test_multiple_content_types: () => ({
    content: [
      { type: "text", text: "Multiple content types test:" },
      { type: "image", data: PNG, mimeType: "image/png" },
      {
        type: "resource",
        resource: {
          uri: "test://mixed-content-resource",
          mimeType: "application/json",
          text: JSON.stringify({ test: "data", value: 123 }),
        },
      },
    ],
  }),
  test_error_handling() {
    throw new Error("This tool intentionally returns an error for testing");
  },
  async test_tool_with_logging(_, { mcpReq }) {
    for (const line of ["Tool execution started", "Tool processing data", "Tool execution completed"]) {
      await mcpReq.log("info", line);
      await setTimeout(50);
    }
    return text("The tool has logged.");
  },
  async test_logging_tool(_, { mcpReq }) {
    await mcpReq.log("info", "Only for those who asked for a level.");
    return text("The tool has logged.");
  },
  async test_tool_with_progress(_, { mcpReq }) {
    const progressToken = mcpReq._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined) {
        await mcpReq.notify({
          method: "notifications/progress",
          params: { progressToken, progress, total: 100 },
        });
      }
      await setTimeout(50);
    }
    return text("The tool has reported.");
  },
};

/** Requests to the host in the legacy era. */
const LEGACY: Readonly<Record<string, Run>> = {
  async test_sampling(args, { mcpReq }) {
    const { content } = await mcpReq.requestSampling(prompt(String(args["prompt"])));
    const [first] = [content].flat();
    return text(`LLM response: ${first?.type === "text" ? first.text : ""}`);
  },
  test_elicitation: (args, context) =>
    elicit(context, "User response", String(args["message"]), {
      type: "object",
      properties: {
        username: { type: "string", description: "User's response" },
        email: { type: "string", description: "User's email address" },
      },
      required: ["username", "email"],
    }),
  test_elicitation_sep1034_defaults: (_, context) =>
    elicit(context, "Elicitation completed", "Check the defaults.", {
      type: "object",
      properties: {
        name: { type: "string", default: "John Doe" },
        age: { type: "integer", default: 30 },
        score: { type: "number", default: 95.5 },
        status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
        verified: { type: "boolean", default: true },
      },
    }),
  test_elicitation_sep1330_enums: (_, context) =>
    elicit(context, "Elicitation completed", "Choose.", {
      type: "object",
      properties: {
        untitledSingle: { type: "string", enum: ["option1", "option2", "option3"] },
        titledSingle: { type: "string", oneOf: titled("value", "Option") },
        legacyEnum: {
          type: "string",
          enum: ["opt1", "opt2", "opt3"],
          enumNames: ["Option One", "Option Two", "Option Three"],
        },
        untitledMulti: { type: "array", items: { type: "string", enum: ["option1", "option2", "option3"] } },
        titledMulti: { type: "array", items: { anyOf: titled("value", "Choice") } },
      },
    }),
};

function titled(value: string, title: string) {
  return ["First", "Second", "Third"].map((word, index) => ({
    const: `${value}${index + 1}`,
    title: `${word} ${title}`,
  }));
}

async function elicit(
  { mcpReq }: ServerContext,
  label: string,
  message: string,
  requestedSchema: Parameters<typeof mcpReq.elicitInput>[0] extends infer Params
    ? Params extends { requestedSchema: infer Schema }
      ? Schema
      : never
    : never,
): Promise<CallToolResult> {
  const { action, content } = await mcpReq.elicitInput({ mode: "form", message, requestedSchema });
  return text(`${label}: action=${action}, content=${JSON.stringify(content ?? {})}`);
}

/** Rounds of the modern era; `state` is signed as that of our own hook. */
function modern(codec: RequestStateCodec): Readonly<Record<string, Run>> {
  const PREFIX = "test_input_required_result";
  const named: Run = (_, { mcpReq }) => {
    const answer = acceptedContent(mcpReq.inputResponses, "user_name");
    if (typeof answer?.["name"] === "string") return text(`Hello, ${answer["name"]}!`);
    return inputRequired({ inputRequests: { user_name: asks("What is your name?", "name") } });
  };
  const signed: Run = async (_, { mcpReq }) => {
    if (
      mcpReq.requestState() !== undefined &&
      acceptedContent(mcpReq.inputResponses, "confirm") !== undefined
    ) {
      return text("state-ok");
    }
    return inputRequired({
      inputRequests: { confirm: asks("Please confirm", "ok", { type: "boolean" }) },
      requestState: await codec.mint({ asked: true }),
    });
  };
  return {
    [`${PREFIX}_elicitation`]: named,
    [`${PREFIX}_sampling`]: (_, { mcpReq }) => {
      const answer = mcpReq.inputResponses?.["capital_question"];
      if (answer !== undefined) return text(JSON.stringify(answer));
      const params = prompt("What is the capital of France?");
      return inputRequired({ inputRequests: { capital_question: inputRequired.createMessage(params) } });
    },
    [`${PREFIX}_list_roots`]: (_, { mcpReq }) => {
      const answer = mcpReq.inputResponses?.["client_roots"];
      if (answer !== undefined) return text(JSON.stringify(answer));
      return inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
    },
    [`${PREFIX}_request_state`]: signed,
    [`${PREFIX}_tampered_state`]: signed,
    [`${PREFIX}_multiple_inputs`]: async (_, { mcpReq }) => {
      const { inputResponses = {} } = mcpReq;
      const keys = ["user_name", "greeting", "client_roots"];
      if (keys.every((key) => key in inputResponses)) return text("All inputs are here.");
      return inputRequired({
        inputRequests: {
          user_name: asks("What is your name?", "name"),
          greeting: inputRequired.createMessage({ ...prompt("Generate a greeting"), maxTokens: 50 }),
          client_roots: inputRequired.listRoots(),
        },
        requestState: await codec.mint({ round: 1 }),
      });
    },
    [`${PREFIX}_multi_round`]: async (_, { mcpReq }) => {
      const { inputResponses = {} } = mcpReq;
      if ("step2" in inputResponses) return text("All steps are done.");
      const [key, message, name] =
        "step1" in inputResponses
          ? (["step2", "Step 2: What is your favorite color?", "color"] as const)
          : (["step1", "Step 1: What is your name?", "name"] as const);
      return inputRequired({
        inputRequests: { [key]: asks(message, name) },
        requestState: await codec.mint({ at: key }),
      });
    },
    test_streaming_elicitation: named,
    test_missing_capability: () =>
      inputRequired({ inputRequests: { ask: inputRequired.createMessage(prompt("Hello?")) } }),
    [`${PREFIX}_capabilities`]: (_, { mcpReq }) => {
      const envelope: Readonly<Record<string, unknown>> = mcpReq.envelope ?? {};
      const declared: object = envelope[CLIENT_CAPABILITIES_META_KEY] ?? {};
      return inputRequired({
        inputRequests: {
          ...("sampling" in declared && { ask: inputRequired.createMessage(prompt("Hello?")) }),
          ...("elicitation" in declared && { name: asks("What is your name?", "name") }),
        },
      });
    },
  };
}

const ARGUMENTS: Readonly<Record<string, string>> = { test_sampling: "prompt", test_elicitation: "message" };

/** Words of JSON Schema that must reach the host as they are. */
const SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  $defs: {
    address: {
      $anchor: "addressDef",
      type: "object",
      properties: { street: { type: "string" }, city: { type: "string" } },
    },
  },
  properties: {
    name: { type: "string" },
    address: { $ref: "#/$defs/address" },
    contactMethod: { type: "string", enum: ["phone", "email"] },
    phone: { type: "string" },
    email: { type: "string" },
  },
  allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
  if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
  // oxlint-disable-next-line unicorn/no-thenable -- a word of JSON Schema
  then: { required: ["phone"] },
  else: { required: ["email"] },
  additionalProperties: false,
} as const;

export function addTools(server: McpServer, codec: RequestStateCodec): void {
  for (const [name, run] of Object.entries({ ...PLAIN, ...LEGACY, ...modern(codec) })) {
    const argument = ARGUMENTS[name];
    const inputSchema = z.object(argument === undefined ? {} : { [argument]: z.string() });
    server.registerTool(name, { description: `Fixture ${name}`, inputSchema }, (args, context) =>
      run(args, context),
    );
  }
  const description = "Tool with JSON Schema 2020-12 features";
  server.registerTool("json_schema_2020_12_tool", { description, inputSchema: fromJsonSchema(SCHEMA) }, () =>
    text("The arguments fit."),
  );
}
