import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import type { VsCodeWindow } from "./window.ts";

const EXTENSION = fileURLToPath(new URL("../../../../extension/pictures", import.meta.url));

/** What of the window a picture shows, in pixels. */
export type Clip = NonNullable<Parameters<VsCodeWindow["page"]["screenshot"]>[0]["clip"]>;

/** Takes a picture for the page of the extension, where pictures are wanted (`npm run pictures:vscode`). */
export async function extensionPicture({ page }: VsCodeWindow, name: string, clip?: Clip): Promise<void> {
  if (process.env["MCPTB_PICTURES"] === undefined) return;
  mkdirSync(EXTENSION, { recursive: true });
  await page.screenshot({ path: path.join(EXTENSION, name), ...(clip !== undefined && { clip }) });
}
