/** The two kinds of host an agent may meet: one whose sampling has tools, and one that knows only text. */
import type { Bridge } from "../../../src/bridge/bridge.ts";
import { attachHost } from "./in-process-host.ts";
import type { JsonObject, Script } from "./sampling-call.ts";
import type { ScriptedHost } from "./scripted-host.ts";
import { startBridge } from "../bridge/start-bridge.ts";

export const HOST_KINDS = ["native", "text"] as const;

export type HostKind = (typeof HOST_KINDS)[number];

export interface Call {
  readonly name: string;
  readonly input: JsonObject;
}

export interface ToolHost {
  readonly kind: HostKind;
  readonly bridge: Bridge;
  readonly url: string;
  readonly host: ScriptedHost;
  /** An answer of text and calls, in the form this host has for them. */
  readonly calling: (text: string, ...calls: readonly Call[]) => Script;
}

/** A bridge with a host of this kind. Stopping the bridge ends both. */
export async function startToolHost(kind: HostKind): Promise<ToolHost> {
  const { bridge, url } = await startBridge();
  const { host } = await attachHost(bridge, {
    capabilities: { sampling: kind === "native" ? { tools: {} } : {} },
  });
  return { kind, bridge, url, host, calling: kind === "native" ? useBlocks : useText };
}

const useText: ToolHost["calling"] =
  (text, ...calls) =>
  (call) =>
    call.answer(
      [
        text,
        ...calls.map(
          ({ name, input }) => `<tool_call>\n${JSON.stringify({ name, arguments: input })}\n</tool_call>`,
        ),
      ].join("\n"),
    );

let used = 0;

const useBlocks: ToolHost["calling"] =
  (text, ...calls) =>
  (call) =>
    call.answer({
      role: "assistant",
      model: "test/model",
      stopReason: calls.length > 0 ? "toolUse" : "endTurn",
      content: [
        { type: "text", text },
        ...calls.map(({ name, input }) => {
          used += 1;
          return { type: "tool_use", id: `use-${used}`, name, input };
        }),
      ],
    });

/** What a call of the weather tool gives. */
export const sunnyIn = (city: string): string => `It is sunny in ${city}.`;

/**
 * A model that asks for the weather of two cities at once, and answers when both results stand in the last message, in
 * the order of the calls.
 */
export function weatherModel({ calling }: ToolHost): Script {
  return (call) => {
    const last = lastMessage(call.params);
    const places = ["Bern", "Oslo"].map((city) => last.indexOf(sunnyIn(city)));
    const [bern = -1, oslo = -1] = places;
    if (bern < 0 && oslo < 0) {
      const ask = (city: string): Call => ({ name: "get_weather", input: { city } });
      return calling("Let me look.", ask("Bern"), ask("Oslo"))(call);
    }
    return call.answer(bern >= 0 && oslo > bern ? "Sunny in both." : `Not both, in order: ${last}`);
  };
}

/** The last message as JSON. */
function lastMessage(params: JsonObject): string {
  const { messages } = params as { readonly messages: readonly unknown[] };
  return JSON.stringify(messages.at(-1));
}

/** The parameters of the weather tool, as JSON Schema. */
export const WEATHER_PARAMETERS = {
  type: "object" as const,
  properties: { city: { type: "string" as const } },
  required: ["city"],
  additionalProperties: false as const,
};
