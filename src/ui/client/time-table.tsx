/** The figures of the plots as a table, for those who would rather read them or cannot see them. */
import { compact, date, dateTime, duration, name, number, rate } from "./format.ts";
import { texts } from "./page-texts.ts";
import { Table } from "./parts.tsx";
import type { Told } from "./time-view.tsx";
import type { Figures } from "../../control/history/queries.ts";

export function TimeTable({ told, step }: { readonly told: Told; readonly step: "hour" | "day" }) {
  const rows: readonly (readonly [string, Figures])[] =
    told.lines.length > 0
      ? told.lines.map((line) => [line.name === null ? texts.allOthers : name(line.name), line.sum] as const)
      : told.times.flatMap((at, index) => {
          const point = told.all.points[index];
          return point === null || point === undefined
            ? []
            : [[step === "day" ? date(at) : dateTime(at), point] as const];
        });
  const titles = [
    told.lines.length > 0 ? texts.nameWord : texts.time,
    texts.requests,
    texts.errors,
    texts.inputTokens,
    texts.cachedTokens,
    texts.outputTokens,
    texts.rate,
    texts.firstToken,
    texts.duration,
  ];
  return (
    <details open={told.lines.length > 0}>
      <summary>{texts.asTable}</summary>
      <Table label={texts.asTable} titles={titles}>
        {rows.map(([title, { requests, errors, input, cached, output, rate: speed, first, whole }]) => (
          <tr key={title}>
            <th scope="row">{title}</th>
            <td class="number">{number(requests)}</td>
            <td class="number">{number(errors)}</td>
            <td class="number">{compact(input)}</td>
            <td class="number">{compact(cached)}</td>
            <td class="number">{compact(output)}</td>
            <td class="number">{rate(speed)}</td>
            <td class="number">{duration(first[0])}</td>
            <td class="number">{duration(whole[0])}</td>
          </tr>
        ))}
      </Table>
    </details>
  );
}
