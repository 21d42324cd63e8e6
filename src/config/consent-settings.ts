/** The settings for asking the lender before a request goes to a host. */
import { consent, wholeNumber } from "./values.ts";

export const CONSENT = {
  clientConsent: {
    group: "keys",
    accepts: consent("auto"),
    value: "auto|ask|minutes:N|conversation|deny",
    description:
      "Whether the requests of clients need your permission: never, each, once every N minutes, once per conversation, or all are refused; `mcptb keys add --consent` sets it for one key.",
  },
  consentTimeout: {
    group: "keys",
    accepts: wholeNumber(1, 86_400, 300),
    value: "seconds",
    description: "How long a request waits for your permission.",
  },
} as const;
