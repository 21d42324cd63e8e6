/** One plot: its name, the figure that matters first, and the course over time; the values under the pointer or the arrow keys as text. */
import { signal, useSignal } from "@preact/signals";
import { useEffect, useId, useMemo, useRef } from "preact/hooks";
import { date, dateTime, hour } from "./format.ts";
import { filled, texts } from "./page-texts.ts";
import { areaPath, barsPath, linePath, namedTimes, roundTimes, roundValues } from "./scales.ts";

export interface PlotLine {
  readonly name: string;
  /** Which of the colours of the style sheet. */
  readonly color: number;
  readonly values: readonly (number | null)[];
}

export interface PlotProps {
  readonly title: string;
  readonly figure: string;
  readonly note?: string;
  readonly times: readonly number[];
  readonly step: "hour" | "day";
  readonly lines: readonly PlotLine[];
  /** `stack`: bars on each other, for what makes a sum. */
  readonly kind: "stack" | "line";
  readonly isTime?: true;
  readonly format: (value: number | null | undefined) => string;
}

const HEIGHT = 176;
const TOP = 8;
const BOTTOM = 22;
const LEFT = 52;
const RIGHT = 8;
const WIDEST_BAR = 26;
/** So that none is cut at the right. */
const HALF_NAME = 24;

/** The place in time that is looked at: the same in all plots. */
const looked = signal<number | undefined>(undefined);

export function Plot(props: PlotProps) {
  const place = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  const id = useId();
  const { title, figure, note, times, lines, format, step } = props;
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const sizes = new ResizeObserver(() => {
      width.value = element.clientWidth;
    });
    sizes.observe(element);
    return () => sizes.disconnect();
  }, []);
  const index = looked.value === undefined || looked.value >= times.length ? undefined : looked.value;
  const at = index === undefined ? undefined : times[index];
  const { x, y } = scalesOf(props, width.value);
  const move = (event: KeyboardEvent): void => {
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    looked.value = Math.min(times.length - 1, Math.max(0, (index ?? times.length) + by));
  };
  const point = (event: PointerEvent): void => {
    const box = place.current?.getBoundingClientRect();
    if (box === undefined) return;
    const part = (event.clientX - box.left - LEFT) / Math.max(1, box.width - LEFT - RIGHT);
    looked.value = Math.min(times.length - 1, Math.max(0, Math.floor(part * times.length)));
  };
  const leave = (): void => {
    looked.value = undefined;
  };
  return (
    <figure class="plot card" aria-labelledby={id}>
      <figcaption id={id}>
        <span>{title}</span>
        <strong>{figure}</strong>
        {note === undefined ? undefined : <small>{note}</small>}
      </figcaption>
      <div
        ref={place}
        class="canvas"
        tabIndex={0}
        role="img"
        aria-label={filled(texts.plotOf, { title, figure })}
        onKeyDown={move}
        onBlur={leave}
        onPointerMove={point}
        onPointerLeave={leave}
      >
        {width.value === 0 ? undefined : (
          <svg width={width.value} height={HEIGHT} aria-hidden="true">
            <Course {...props} width={width.value} />
            {index === undefined ? undefined : (
              <>
                <path class="looked" d={`M${x(index)} ${TOP}V${HEIGHT - BOTTOM}`} />
                {props.kind === "stack"
                  ? undefined
                  : lines.map(({ name, color, values }) => {
                      const value = values[index] ?? null;
                      return value === null ? undefined : (
                        <circle key={name} class={`plot-${color}`} cx={x(index)} cy={y(value)} r={3.5} />
                      );
                    })}
              </>
            )}
          </svg>
        )}
      </div>
      <ul class="legend" aria-live="polite">
        <li class="when">{at === undefined ? texts.plotHint : step === "day" ? date(at) : dateTime(at)}</li>
        {lines.map((line) => (
          <li key={line.name}>
            <i class={`swatch plot-${line.color}`} />
            {line.name}
            {index === undefined ? undefined : <b>{format(line.values[index])}</b>}
          </li>
        ))}
      </ul>
    </figure>
  );
}

/** What does not change while it is looked at. */
function Course(props: PlotProps & { readonly width: number }) {
  const { times, step, lines, kind, format, width } = props;
  return useMemo(() => {
    const { x, y, named } = scalesOf(props, width);
    const bar = Math.min(WIDEST_BAR, ((width - LEFT - RIGHT) / times.length) * 0.72);
    return (
      <>
        {named.map((value) => (
          <g key={value}>
            <path class="grid" d={`M${LEFT} ${Math.round(y(value)) + 0.5}H${width - RIGHT}`} />
            <text x={LEFT - 8} y={y(value) + 4} text-anchor="end">
              {format(value)}
            </text>
          </g>
        ))}
        {namedTimes(times, step, width - LEFT - RIGHT).map((index) => (
          <text key={index} x={Math.min(x(index), width - HALF_NAME)} y={HEIGHT - 5} text-anchor="middle">
            {timeName(times[index] ?? 0, step)}
          </text>
        ))}
        {lines.map((line, index) =>
          kind === "stack" ? (
            <path
              key={line.name}
              class={`bars plot-${line.color}`}
              d={barsPath(sums(lines.slice(0, index)), line.values, x, y, bar)}
            />
          ) : (
            <g key={line.name} class={`plot-${line.color}`}>
              {lines.length === 1 ? <path class="area" d={areaPath(line.values, x, y)} /> : undefined}
              <path class="line" d={linePath(line.values, x, y)} />
            </g>
          ),
        )}
      </>
    );
  }, [times, lines, width]);
}

function scalesOf({ times, lines, kind, isTime }: PlotProps, width: number) {
  const values =
    kind === "stack" ? sums(lines) : lines.flatMap((line) => line.values.map((value) => value ?? 0));
  const highest = values.reduce((most, value) => Math.max(most, value), 0);
  const named = isTime === true ? roundTimes(highest) : roundValues(highest);
  const top = named.at(-1) ?? 1;
  return {
    named,
    x: (index: number) => LEFT + ((index + 0.5) / Math.max(1, times.length)) * (width - LEFT - RIGHT),
    y: (value: number) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - BOTTOM - TOP),
  };
}

/** What bars are together at each time. */
function sums(lines: readonly PlotLine[]): number[] {
  const all: number[] = [];
  for (const { values } of lines) {
    for (const [index, value] of values.entries()) all[index] = (all[index] ?? 0) + (value ?? 0);
  }
  return all;
}

function timeName(at: number, step: "hour" | "day"): string {
  return step === "day" || new Date(at).getHours() === 0 ? date(at) : hour(at);
}
