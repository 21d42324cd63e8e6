/** Small parts that all views share. */
import type { ComponentChildren } from "preact";
import { useSignal } from "@preact/signals";
import { texts } from "./page-texts.ts";

/** Where there is nothing: what that means and what to do. */
export function Empty({
  title,
  children,
}: {
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="empty">
      <p>{title}</p>
      {children === undefined ? undefined : <p class="quiet">{children}</p>}
    </div>
  );
}

export function Failure({ text, again }: { readonly text: string; readonly again?: () => void }) {
  if (text === "") return <p class="failure" role="alert" />;
  return (
    <p class="failure" role="alert">
      {text}{" "}
      {again === undefined ? undefined : (
        <button type="button" class="small" onClick={again}>
          {texts.again}
        </button>
      )}
    </p>
  );
}

/** One of a few, as buttons side by side. */
export function Choice<Value extends string>(props: {
  readonly label: string;
  readonly options: readonly (readonly [value: Value, text: string])[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
}) {
  const { label, options, value, onChange } = props;
  return (
    <fieldset class="choice">
      <legend class="hidden">{label}</legend>
      {options.map(([option, text]) => (
        <label key={option}>
          <input type="radio" name={label} checked={option === value} onChange={() => onChange(option)} />
          <span>{text}</span>
        </label>
      ))}
    </fieldset>
  );
}

/** A figure that is to be seen first. */
export function Figure(props: { readonly label: string; readonly value: string; readonly note?: string }) {
  return (
    <div class="figure">
      <dt>{props.label}</dt>
      <dd>
        {props.value}
        {props.note === undefined ? undefined : <small>{props.note}</small>}
      </dd>
    </div>
  );
}

/** A button for what cannot be taken back: the first press asks, the second does. */
export function Sure(props: {
  readonly text: string;
  readonly question: string;
  readonly label?: string;
  readonly onSure: () => void;
}) {
  const asks = useSignal(false);
  return (
    <button
      type="button"
      class={asks.value ? "small danger" : "small"}
      aria-label={`${asks.value ? props.question : props.text}${props.label === undefined ? "" : `: ${props.label}`}`}
      onBlur={() => {
        asks.value = false;
      }}
      onClick={() => {
        if (asks.value) props.onSure();
        asks.value = !asks.value;
      }}
    >
      {asks.value ? props.question : props.text}
    </button>
  );
}

/** A table that may be wider than the window. */
export function Table(props: {
  readonly label: string;
  readonly titles: readonly string[];
  readonly children: ComponentChildren;
}) {
  return (
    <div class="wide" tabIndex={0} role="group" aria-label={props.label}>
      <table>
        <thead>
          <tr>
            {props.titles.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}
