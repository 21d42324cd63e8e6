/** What the sidebar shows, as sections of items with buttons, made from what is known. No text of it is HTML. */
import * as z from "zod";
import type { CatalogModel } from "../../src/turn/catalog.ts";
import { isRunning, type LiveTurn } from "./live-turns.ts";
import type { PoolHost } from "./pool.ts";

/** The commands that its buttons may run. */
const COMMANDS = ["start", "stop", "copyUrl", "allow", "test", "showLog"] as const;

/** Of the requests that are over, the last so many. */
const OVER_SHOWN = 8;

/** What a button of the sidebar tells. Whatever else comes from there is passed over. */
export const sidebarMessage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("command"), name: z.enum(COMMANDS) }),
  z.object({ type: z.literal("cancel"), id: z.number() }),
  z.object({ type: z.literal("default"), model: z.string() }),
  z.object({ type: z.literal("lend"), model: z.string(), lend: z.boolean() }),
  z.object({ type: z.literal("drain"), host: z.string(), drain: z.boolean() }),
]);
export type SidebarMessage = z.output<typeof sidebarMessage>;

/** The editor's translation of a sentence, with what stands in its places. */
export type Translate = (sentence: string, ...values: readonly (string | number)[]) => string;

interface Action {
  readonly label: string;
  /** For screen readers, which hear a button without what stands beside it. */
  readonly title: string;
  readonly message: SidebarMessage;
}

interface Item {
  readonly name: string;
  /** The name is one to be copied. */
  readonly code?: true;
  readonly state?: { readonly kind: string; readonly text: string };
  readonly details: readonly string[];
  readonly actions: readonly Action[];
}

export interface Section {
  readonly title: string;
  /** Said where there are no items. */
  readonly empty: string;
  readonly items: readonly Item[];
  /** Changes of it are read out. */
  readonly role?: "status";
}

export interface Known {
  readonly url: string;
  readonly isRunning: boolean;
  readonly standing: string;
  readonly problem: string | undefined;
  readonly isDenied: boolean;
  readonly turns: readonly LiveTurn[];
  /** The models that are lent, the default first, and the names of those that are not. */
  readonly lent: readonly CatalogModel[];
  readonly hidden: readonly string[];
  /** The default as it is set; empty for none. */
  readonly defaultModel: string;
  readonly asked: (model: string) => number;
  /** `undefined` where the bridge does not tell. */
  readonly hosts: readonly PoolHost[] | undefined;
}

export function sectionsOf(known: Known, t: Translate): Section[] {
  return [bridgeSection(known, t), turnsSection(known, t), modelsSection(known, t), hostsSection(known, t)];
}

function bridgeSection({ url, isRunning, standing, problem, isDenied }: Known, t: Translate): Section {
  const command = (name: (typeof COMMANDS)[number], label: string): Action => ({
    label,
    title: label,
    message: { type: "command", name },
  });
  const actions = [
    ...(isRunning ? [command("copyUrl", t("Copy URL")), command("test", t("Test"))] : []),
    ...(isDenied ? [command("allow", t("Allow Access"))] : []),
    command("showLog", t("Show Log")),
    isRunning ? command("stop", t("Stop")) : command("start", t("Start")),
  ];
  const state = problem === undefined ? {} : { state: { kind: "problem", text: problem } };
  const name = isRunning ? { name: `${url}/v1`, code: true as const } : { name: standing };
  const item = { ...name, ...state, details: isRunning ? [standing] : [], actions };
  return { title: t("Bridge"), empty: "", items: [item], role: "status" };
}

function turnsSection({ turns }: Known, t: Translate): Section {
  return {
    title: t("Requests"),
    empty: t("No request yet."),
    items: turns
      .filter((turn, index) => isRunning(turn) || index < OVER_SHOWN)
      .map((turn) => {
        const cancel: Action = {
          label: t("Cancel"),
          title: t("Cancel the request of {0}", clientOf(turn, t)),
          message: { type: "cancel", id: turn.id },
        };
        return {
          name: `${clientOf(turn, t)} → ${turn.model}`,
          state: { kind: turn.state, text: stateOf(turn, t) },
          details: [figuresOf(turn, t)],
          actions: isRunning(turn) ? [cancel] : [],
        };
      }),
  };
}

function clientOf({ client }: LiveTurn, t: Translate): string {
  // The program and its version; what it says of its platform is of no use here.
  return client.split(" ")[0] || t("unknown program");
}

function stateOf({ state, problem }: LiveTurn, t: Translate): string {
  switch (state) {
    case "waiting":
      return t("waiting");
    case "answering":
      return t("answering");
    case "done":
      return t("done");
    case "cancelled":
      return t("cancelled");
    case "failed":
      return t("failed: {0}", problem ?? "");
    default:
      return state satisfies never;
  }
}

function figuresOf(turn: LiveTurn, t: Translate): string {
  const { firstMs, ms, inputTokens, outputTokens, characters, calls } = turn;
  return [
    outputTokens === undefined
      ? t("{0} characters", characters)
      : t("{0} tokens in, {1} out", inputTokens ?? "?", outputTokens),
    ...(calls > 0 ? [t("{0} tool calls", calls)] : []),
    ...(firstMs === undefined ? [] : [t("first piece after {0} ms", firstMs)]),
    ...(ms === undefined ? [] : [t("{0} s in all", (ms / 1000).toFixed(1))]),
  ].join(", ");
}

function modelsSection({ lent, hidden, defaultModel, asked }: Known, t: Translate): Section {
  const lend = (model: string, to: boolean): Action => ({
    label: to ? t("Lend") : t("Hide"),
    title: to ? t("Lend {0}", model) : t("Hide {0}", model),
    message: { type: "lend", model, lend: to },
  });
  return {
    title: t("Models"),
    empty: t("No language model. Sign in to GitHub Copilot, or add a model provider."),
    items: [
      ...lent.map((model, index) => {
        const { id, name, inputTokens, images, tools } = model;
        const isDefault = index === 0;
        const asDefault: Action = {
          label: t("Use as Default"),
          title: t("Use {0} as default", id),
          message: { type: "default", model: id },
        };
        const count = asked(id);
        const abilities = [
          ...(isDefault ? [t("default")] : []),
          ...(inputTokens === undefined ? [] : [t("{0} tokens", inputTokens.toLocaleString())]),
          ...(images === "yes" ? [t("images")] : []),
          ...(tools === false ? [t("no tools")] : []),
          ...(count > 0 ? [t("{0} requests", count)] : []),
        ];
        return {
          name: id,
          code: true as const,
          details: [name, abilities.join(", ")].filter(
            (line) => line !== undefined && line !== "",
          ) as string[],
          actions: [...(isDefault && defaultModel === id ? [] : [asDefault]), lend(id, false)],
        };
      }),
      ...hidden.map((id) => ({
        name: id,
        code: true as const,
        details: [t("hidden")],
        actions: [lend(id, true)],
      })),
    ],
  };
}

function hostsSection({ hosts }: Known, t: Translate): Section {
  return {
    title: t("Hosts"),
    empty: hosts === undefined ? t("The bridge does not tell of its hosts.") : t("No host is attached."),
    items: (hosts ?? []).map(({ label, name, version, running, queued, ...host }) => ({
      name: label,
      code: true as const,
      ...(host.failing && { state: { kind: "failed", text: t("its last requests have failed") } }),
      details: [
        `${name} ${version}`.trim(),
        [
          t("{0} running, {1} waiting", running, queued),
          ...(host.draining ? [t("gets no new requests")] : []),
          ...(host.canSample ? [] : [t("lends no model")]),
          ...(host.consent === "denied" ? [t("access was refused")] : []),
        ].join(", "),
      ],
      actions: [
        {
          label: host.draining ? t("Resume") : t("Drain"),
          title: host.draining ? t("Give {0} requests again", label) : t("Give {0} no new requests", label),
          message: { type: "drain", host: label, drain: !host.draining },
        },
      ],
    })),
  };
}
