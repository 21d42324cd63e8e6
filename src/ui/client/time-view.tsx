/** The course of requests, tokens, speed, errors and times, by hour or day, together or by key, model and host. */
import { signal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Figures, Series } from "../../control/history/queries.ts";
import { askJson, reasonOf } from "./api.ts";
import { compact, duration, name, number, rate } from "./format.ts";
import { filled, texts } from "./page-texts.ts";
import { Choice, Empty, Failure, Figure } from "./parts.tsx";
import { Plot, type PlotLine } from "./plot.tsx";
import { TimeTable } from "./time-table.tsx";

const HOUR_MS = 3_600_000;
const LOOK_MS = 30_000;
const RANGES = { "24h": 24, "7d": 168, "30d": 720, "90d": 2160 } as const;
type Range = keyof typeof RANGES;
export type By = "all" | "key" | "model" | "host";
export type Told = Series & { readonly kept: "file" | "memory" };

/** Kept while another view is looked at. */
const range = signal<Range>("24h");
const by = signal<By>("all");

export function TimeView() {
  const told = useSignal<Told | undefined>(undefined);
  const failure = useSignal("");
  const step = RANGES[range.value] > 168 ? "day" : "hour";
  const look = async (signal?: AbortSignal): Promise<void> => {
    const until = Date.now();
    const query = new URLSearchParams({
      by: by.value,
      step,
      from: String(until - (RANGES[range.value] - 1) * HOUR_MS),
      until: String(until),
    });
    try {
      told.value = await askJson<Told>(
        `/control/history/series?${query}`,
        signal === undefined ? {} : { signal },
      );
      failure.value = "";
    } catch (error) {
      if (signal?.aborted !== true) failure.value = reasonOf(error);
    }
  };
  useEffect(() => {
    const leaving = new AbortController();
    void look(leaving.signal);
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void look(leaving.signal);
    }, LOOK_MS);
    return () => {
      leaving.abort();
      clearInterval(timer);
    };
  }, [range.value, by.value]);
  return (
    <>
      <div class="row">
        <Choice
          label={texts.range}
          value={range.value}
          options={(["24h", "7d", "30d", "90d"] as const).map((each) => [each, texts.ranges[each]] as const)}
          onChange={(value) => {
            range.value = value;
          }}
        />
        <Choice
          label={texts.by}
          value={by.value}
          options={(["all", "key", "model", "host"] as const).map((each) => [each, texts.bys[each]] as const)}
          onChange={(value) => {
            by.value = value;
          }}
        />
      </div>
      <Failure text={failure.value} again={() => void look()} />
      {told.value === undefined ? (
        <p class="quiet">{failure.value === "" ? texts.checking : ""}</p>
      ) : (
        <Shown told={told.value} step={step} />
      )}
    </>
  );
}

function Shown({ told, step }: { readonly told: Told; readonly step: "hour" | "day" }) {
  const { sum } = told.all;
  if (sum.requests === 0) return <Empty title={texts.nothingYet}>{texts.nothingYetHint}</Empty>;
  const kept = told.kept === "memory" ? <p class="notice">{texts.inMemory}</p> : undefined;
  const common = { times: told.times, step };
  const tokens = sum.input + sum.output;
  const errors = texts.percent.replace("{n}", rate((sum.errors / sum.requests) * 100));
  const note =
    sum.estimated === 0 ? texts.tokensCounted : filled(texts.estimatedPart, { n: compact(sum.estimated) });
  return (
    <>
      {kept}
      <dl class="figures">
        <Figure label={texts.requests} value={number(sum.requests)} />
        <Figure label={texts.tokens} value={compact(tokens)} note={note} />
        <Figure label={texts.errors} value={number(sum.errors)} note={errors} />
        <Figure
          label={texts.firstToken}
          value={duration(sum.first[0])}
          note={filled(texts.most, { time: duration(sum.first[1]) })}
        />
        <Figure
          label={texts.duration}
          value={duration(sum.whole[0])}
          note={filled(texts.most, { time: duration(sum.whole[1]) })}
        />
        <Figure label={texts.rate} value={rate(sum.rate)} />
      </dl>
      <div class="plots">
        <Plot
          {...common}
          title={texts.requests}
          figure={number(sum.requests)}
          kind="stack"
          format={compact}
          lines={requestLines(told)}
        />
        <Plot
          {...common}
          title={texts.tokens}
          figure={compact(tokens)}
          note={note}
          kind="stack"
          format={compact}
          lines={tokenLines(told)}
        />
        <Plot
          {...common}
          title={texts.rate}
          figure={rate(sum.rate)}
          kind="line"
          format={rate}
          lines={linesOf(told, (point) => point.rate)}
        />
        <Plot
          {...common}
          title={texts.errors}
          figure={number(sum.errors)}
          note={errors}
          kind="stack"
          format={compact}
          lines={linesOf(told, (point) => point.errors, 4)}
        />
        <Plot
          {...common}
          title={texts.firstToken}
          figure={duration(sum.first[0])}
          note={texts.median}
          kind="line"
          isTime
          format={duration}
          lines={timeLines(told, "first")}
        />
        <Plot
          {...common}
          title={texts.duration}
          figure={duration(sum.whole[0])}
          note={texts.median}
          kind="line"
          isTime
          format={duration}
          lines={timeLines(told, "whole")}
        />
      </div>
      <TimeTable told={told} step={step} />
    </>
  );
}

type Points = readonly (Figures | null)[];

function values(points: Points, of: (point: Figures) => number | null | undefined): (number | null)[] {
  return points.map((point) => (point === null ? null : (of(point) ?? null)));
}

/** One line for each key, model or host, or one for all. */
function linesOf(told: Told, of: (point: Figures) => number | null | undefined, color = 1): PlotLine[] {
  if (told.lines.length === 0) return [{ name: texts.bys.all, color, values: values(told.all.points, of) }];
  return told.lines.map((line, index) => ({
    name: line.name === null ? texts.allOthers : name(line.name),
    color: index + 1,
    values: values(line.points, of),
  }));
}

function requestLines(told: Told): PlotLine[] {
  if (told.lines.length > 0) return linesOf(told, (point) => point.requests);
  const { points } = told.all;
  return [
    { name: texts.answered, color: 1, values: values(points, ({ requests, errors }) => requests - errors) },
    { name: texts.failed, color: 4, values: values(points, ({ errors }) => errors) },
  ];
}

function tokenLines(told: Told): PlotLine[] {
  if (told.lines.length > 0) return linesOf(told, ({ input, output }) => input + output);
  const { points } = told.all;
  return [
    { name: texts.cachedTokens, color: 3, values: values(points, ({ cached }) => cached) },
    {
      name: texts.inputTokens,
      color: 1,
      values: values(points, ({ input, cached }) => Math.max(0, input - cached)),
    },
    { name: texts.outputTokens, color: 2, values: values(points, ({ output }) => output) },
  ];
}

/** All together with their spread; apart only the median of each, for more could not be read. */
function timeLines(told: Told, of: "first" | "whole"): PlotLine[] {
  if (told.lines.length > 0) return linesOf(told, (point) => point[of][0]);
  return texts.percentiles.map((text, index) => ({
    name: text,
    color: [1, 2, 4][index] ?? 1,
    values: values(told.all.points, (point) => point[of][index]),
  }));
}
