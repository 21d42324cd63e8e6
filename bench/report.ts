import { type Aim, type Results, kb, load, reference, sameCell } from "./aims.ts";
import type { Editor } from "./editor.ts";
import type { Footprint } from "./footprint.ts";
import type { LatencyRow } from "./latency.ts";
import type { Figure } from "./rounds.ts";
import { DELTAS, type WayRow } from "./ways.ts";

/** Markdown, so that what a terminal shows can be pasted into a document as it is. */
export function report(results: Results, aims: readonly Aim[]): string {
  return [
    section(
      "Aims",
      table(
        ["aim", "measured", ""],
        aims.map(({ aim, measured, met }) => [aim, measured, met ? "met" : "**missed**"]),
      ),
    ),
    ...results.footprint.map((footprint) => section("Before anything is done", footprintTable(footprint))),
    section("Latency and throughput", latencyTable(results.latency)),
    section("CPU of streamed deltas", deltasTable(results)),
    section("CPU of a request by size of the prompt", promptsTable(results)),
    section("Memory of waiting streams", memoryTable(results)),
    section("Tools for a host without them", toolsTable(results)),
    ...[...new Set(results.ways.map(({ group }) => group))].map((group) =>
      section(group, waysTable(results.ways.filter((row) => row.group === group))),
    ),
    ...results.editor.map((editor) => section("The extension in VS Code", editorTable(editor))),
  ].join("");
}

function editorTable({ rows }: Editor): string {
  const cells = rows.map(({ subject, firstMs, perSecond, deltasPerSecond }) => [
    subject,
    spread(firstMs),
    spread(perSecond),
    spread(deltasPerSecond),
  ]);
  return table(["subject", "first character ms", "whole answers/s, 16 callers", "deltas/s"], cells);
}

function footprintTable({ size, starts, idle }: Footprint): string {
  const megabytes = (bytes: number): string => `${number(bytes / 1_000_000)} MB`;
  const [bare] = starts;
  return table(
    ["what", "measured", "x"],
    [
      ["installed: the package", megabytes(size.own), ""],
      [`installed: ${size.packages} other packages`, megabytes(size.dependencies), ""],
      ...starts.map(({ program, time }) => [
        `start: ${program}`,
        `${spread(time)} ms`,
        bare ? number(time.median / bare.time.median) : "",
      ]),
      ...idle.map(({ subject, rss }) => [`resident memory, idle: ${subject}`, megabytes(rss), ""]),
    ],
  );
}

function latencyTable(rows: readonly LatencyRow[]): string {
  const head = [
    "load",
    "answer",
    "prompt",
    "callers",
    "subject",
    "p50 ms",
    "p99 ms",
    "req/s",
    "CPU µs/req",
    "p50 x",
    "req/s x",
  ];
  const cells = rows.map((row) => {
    const base = rows.find((other) => other.subject === "baseline" && sameCell(row, other));
    return [
      load(row),
      row.stream ? "stream" : "JSON",
      kb(row.promptBytes),
      String(row.concurrency),
      row.subject,
      spread(row.p50Ms),
      spread(row.p99Ms),
      number(row.perSecond.median),
      row.cpuMicros ? number(row.cpuMicros.median) : "",
      base ? number(row.p50Ms.median / base.p50Ms.median) : "",
      base ? number(row.perSecond.median / base.perSecond.median) : "",
    ];
  });
  return table(head, cells);
}

function deltasTable({ deltas }: Results): string {
  const cells = deltas.map(({ subject, unit, path, cpuMicrosPerDelta, growth, points }) => [
    path,
    unit,
    subject,
    spread(cpuMicrosPerDelta),
    number(growth),
    points.map((at) => `${at.deltas}: ${number(at.cpuMicros.median / 1_000)} ms`).join(", "),
  ]);
  return table(["path", "unit", "subject", "CPU µs/delta", "growth", "deltas: CPU of the answer"], cells);
}

function promptsTable({ prompts }: Results): string {
  const cells = prompts.map(({ subject, cpuMicrosPerKb, growth, points }) => [
    subject,
    number(cpuMicrosPerKb),
    number(growth),
    points.map((at) => `${kb(at.promptBytes)}: ${number(at.cpuMicros.median / 1_000)} ms`).join(", "),
  ]);
  return table(["subject", "CPU µs/kB", "growth", "prompt: CPU of the request"], cells);
}

function memoryTable({ memory }: Results): string {
  const cells = memory.map((row) => [
    kb(row.promptBytes),
    String(row.streams),
    row.subject,
    number(row.rssPerStream / 1_000),
    number(row.heapPerStream / 1_000),
    number(row.cpuMicrosPerSecond / 10_000),
    number(row.heapLeft / 1_000),
  ]);
  const head = [
    "prompt",
    "streams",
    "subject",
    "RSS kB/stream",
    "heap kB/stream",
    "CPU % while waiting",
    "heap kB left in all",
  ];
  return table(head, cells);
}

function toolsTable({ tools }: Results): string {
  const cells = tools.map(({ what, time, tokensPerTool }) => [
    what,
    spread(time),
    tokensPerTool === undefined ? "" : number(tokensPerTool),
  ]);
  return table(["work", "ms", "tokens a tool"], cells);
}

function waysTable(rows: readonly WayRow[]): string {
  const deltas = rows.some(({ group }) => group === DELTAS);
  const what = deltas ? "deltas" : "req";
  const cells = rows.map((row) => {
    const base = reference(rows, row);
    return [
      row.way,
      String(row.callers),
      spread(row.p50Ms),
      number(row.p50Ms.median - base.p50Ms.median),
      number(row.p50Ms.median / base.p50Ms.median),
      number(row.perSecond.median),
      number(row.perSecond.median / base.perSecond.median),
      row.cpuMicros ? number(row.cpuMicros.median) : "",
    ];
  });
  const head = ["way", "callers", "p50 ms", "p50 added ms", "p50 x", `${what}/s`, `${what}/s x`];
  return table([...head, `CPU µs/${deltas ? "delta" : "req"}`], cells);
}

function section(title: string, body: string): string {
  return body === "" ? "" : `\n## ${title}\n\n${body}\n`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return "";
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(head), rule, ...rows.map(line)].join("\n");
}

/** The middle of the rounds, and the best and worst of them. */
function spread({ median, min, max }: Figure): string {
  return `${number(median)} (${number(min)}-${number(max)})`;
}

function number(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}
