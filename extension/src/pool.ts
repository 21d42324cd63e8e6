/** The hosts of the bridge that this window leads or follows, as that bridge tells them. */
import * as z from "zod";
import { catalogModel, MOST_MODELS } from "../../src/turn/catalog.ts";
import { askBridge, type BridgeAddress } from "../../src/joining/ask-bridge.ts";

/** As much of `GET /ready` as is shown; what is missing or has another form is passed over. */
const ready = z.object({
  hosts: z
    .array(
      z.object({
        label: z.string(),
        name: z.string(),
        version: z.string().catch(""),
        transport: z.string().catch(""),
        consent: z.string().catch(""),
        running: z.number().catch(0),
        queued: z.number().catch(0),
        draining: z.boolean().catch(false),
        failing: z.boolean().catch(false),
        canSample: z.boolean().catch(true),
        /** The window of an editor that it is. */
        window: z.string().optional().catch(undefined),
        /** Those that have answered, and all where it knows them. */
        models: z.array(z.string()).max(MOST_MODELS).catch([]),
        catalog: z.array(catalogModel).max(MOST_MODELS).optional().catch(undefined),
        abilities: z.object({ images: z.string().catch("unknown") }).catch({ images: "unknown" }),
      }),
    )
    .max(1000),
});
export type PoolHost = z.output<typeof ready>["hosts"][number];

/** `undefined` where the bridge does not answer, or does not let us in. */
export async function readPool(address: BridgeAddress): Promise<readonly PoolHost[] | undefined> {
  const reply = await askBridge(address, "/ready");
  return "error" in reply ? undefined : ready.safeParse(reply.body).data?.hosts;
}

const refusal = z.object({ error: z.object({ message: z.string() }) });

/** Gives a host no new requests, or gives it requests again. @throws Error saying why not. */
export async function drain(address: BridgeAddress, label: string, isDrained: boolean): Promise<void> {
  const action = isDrained ? "drain" : "resume";
  const reply = await askBridge(address, `/hosts/${encodeURIComponent(label)}/${action}`, { method: "POST" });
  if ("error" in reply) throw new Error(reply.error);
  if (reply.status !== 200)
    throw new Error(refusal.safeParse(reply.body).data?.error.message ?? `${reply.status}`);
}
