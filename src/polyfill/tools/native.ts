/** What sampling with tools cannot say, for hosts that have them: the rules of histories, one tool alone, one call alone. */
import type { TurnEvents } from "../../turn/event.ts";
import type { TurnRequest } from "../../turn/request.ts";
import type { Polyfill } from "../polyfill.ts";
import { repairToolHistory } from "./repair.ts";

export const nativeTools: Polyfill = (next) => (request, signal) => {
  const events = next(prepare(request), signal);
  return request.parallelToolCalls ? events : firstCallOnly(events);
};

function prepare(request: TurnRequest): TurnRequest {
  const { messages } = repairToolHistory(request.messages);
  const { toolChoice } = request;
  if (toolChoice.type !== "tool") return { ...request, messages };
  const tools = request.tools.filter((tool) => tool.name === toolChoice.name);
  return { ...request, messages, tools, toolChoice: { type: "required" } };
}

async function* firstCallOnly(events: TurnEvents): TurnEvents {
  let calls = 0;
  for await (const event of events) {
    if (event.type === "tool-call-start") calls += 1;
    const further = calls > 1 && event.type.startsWith("tool-call-");
    if (!further) yield event;
  }
}
