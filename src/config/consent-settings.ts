/** The settings for asking the lender before a request goes to a host. */
import { consent, wholeNumber } from "./values.ts";

export const CONSENT = {
  clientConsent: {
    group: "keys",
    accepts: consent("auto"),
    value: "policy",
    description:
      "Whether the requests of clients need your permission: `auto` (no), `ask` (each), `minutes:N` (once every N minutes), `conversation` (once each) or `deny` (all are refused); `mcptb keys add --consent` sets it for one key.",
  },
  consentTimeout: {
    group: "keys",
    accepts: wholeNumber(1, 86_400, 300),
    value: "seconds",
    description: "How long a request waits for your permission.",
  },
} as const;
