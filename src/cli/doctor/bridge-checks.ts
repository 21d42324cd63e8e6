/** Checks whether there is a bridge, whether it accepts our key, and whether a host lends its model. */
import * as z from "zod";
import { attachedHost } from "../../routing/choose.ts";
import { ERROR_KINDS } from "../../turn/error-kinds.ts";
import { VERSION } from "../../util/package.ts";
import { askBridge, type BridgeAddress, type Reply } from "../../joining/ask-bridge.ts";
import { fail, ok, warn, type Finding } from "./check.ts";
import { said, say } from "../../util/say.ts";

const NAME = "mcp-token-bridge";

const refusalText = z.object({
  error: z.object({ code: z.literal("origin_refused"), message: z.string() }),
});

const health = z.object({ name: z.literal(NAME), version: z.string() });

/** Whether a bridge, not another program, listens there. */
export async function checkBridge({ url }: BridgeAddress): Promise<Finding> {
  const reply = await askBridge({ url, key: undefined }, "/health");
  if ("error" in reply) {
    return fail(
      "bridge",
      say`nothing answers at ${url} (${reply.error})`,
      say`Start the server in your MCP host (in VS Code: MCP: List Servers > mcp-token-bridge > Start Server), or run "mcptb demo". If it listens on another port: mcptb --port PORT, then the command.`,
    );
  }
  const { data } = health.safeParse(reply.body);
  const refusal = refusalText.safeParse(reply.body).data;
  if (refusal !== undefined) {
    return fail(
      "bridge",
      say`a bridge refuses ${url}: ${refusal.error.message}`,
      said(ERROR_KINDS.origin_refused.remedy),
    );
  }
  if (data === undefined) {
    return fail(
      "bridge",
      say`another program answers at ${url} (status ${reply.status})`,
      say`Give the bridge another --port in your MCP host, and use the same port in your clients and for the doctor.`,
    );
  }
  if (data.version !== VERSION) {
    return warn(
      "bridge",
      say`a bridge of version ${data.version} listens at ${url}, this is ${VERSION}`,
      say`Restart the server in your MCP host to have the same version everywhere.`,
    );
  }
  return ok("bridge", say`version ${data.version} listens at ${url}`);
}

/** Whether the bridge accepts our key. */
export async function checkKey({ url, key }: BridgeAddress): Promise<Finding> {
  const open = await askBridge({ url, key: undefined }, "/ready");
  if (!refused(open)) return ok("key", say`none needed`);
  if (key === undefined) {
    return fail(
      "key",
      say`the bridge requires a key, but none was given`,
      say`Give one of its keys with MCPTB_API_KEY or --api-key-file.`,
    );
  }
  return refused(await askBridge({ url, key }, "/ready"))
    ? fail(
        "key",
        say`the bridge does not know this key`,
        say`Give one of the keys the bridge was started with.`,
      )
    : ok("key", say`accepted`);
}

const readiness = z.object({
  hosts: z.array(attachedHost.pick({ name: true, version: true, canSample: true, consent: true })),
});
type HostState = z.output<typeof readiness>["hosts"][number];

/** Which host is attached, whether it supports sampling, and whether it has answered so far. */
export async function checkHost({ url, key }: BridgeAddress): Promise<Finding[]> {
  const reply = await askBridge({ url, key }, "/ready");
  const hosts = ("error" in reply ? undefined : readiness.safeParse(reply.body).data)?.hosts ?? [];
  const [first] = hosts;
  if (first === undefined)
    return [fail("host", say`no MCP host is attached`, said(ERROR_KINDS.no_host.remedy))];
  const attached = ok("host", hosts.map(({ name, version }) => `${name} ${version}`).join(", "));
  const able = hosts.filter(({ canSample }) => canSample);
  if (able.length === 0) {
    const remedy = said(ERROR_KINDS.host_cannot_sample.remedy);
    return [attached, fail("sampling", say`${first.name} does not support it`, remedy)];
  }
  return [attached, ok("sampling", say`supported by the host`), ...able.map(consentOf)];
}

function consentOf({ name, consent }: HostState): Finding {
  switch (consent) {
    case "granted":
      return ok("consent", say`${name} has answered before`);
    case "unknown":
      return ok("consent", say`${name} has not been asked yet; the round trip below asks it`);
    case "waiting":
      return warn(
        "consent",
        say`${name} may be waiting for your consent`,
        say`Look for a question in its window.`,
      );
    case "denied":
      return warn("consent", say`${name} refused the last request`, said(ERROR_KINDS.consent_denied.remedy));
    default:
      return consent satisfies never;
  }
}

function refused(reply: Reply): boolean {
  return "status" in reply && reply.status === 401;
}
