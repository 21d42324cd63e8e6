/** The settings in force, and where each comes from. */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { askJson, reasonOf } from "./api.ts";
import { texts } from "./page-texts.ts";
import { Choice, Failure, Table } from "./parts.tsx";

interface Setting {
  readonly setting: string;
  readonly flag: string;
  readonly env: string;
  readonly description: string;
  readonly group: string;
  readonly value: unknown;
  readonly source: "flag" | "variable" | "file" | "default" | "program";
  readonly from: string | null;
}

export function SettingsView() {
  const settings = useSignal<readonly Setting[] | undefined>(undefined);
  const failure = useSignal("");
  const shown = useSignal<"given" | "all">("all");
  const look = async (): Promise<void> => {
    try {
      settings.value = (
        await askJson<{ readonly settings: readonly Setting[] }>("/control/settings")
      ).settings;
      failure.value = "";
    } catch (error) {
      failure.value = reasonOf(error);
    }
  };
  useEffect(() => {
    void look();
  }, []);
  const fitting = (settings.value ?? []).filter(
    ({ source }) => shown.value === "all" || source !== "default",
  );
  return (
    <>
      <div class="row">
        <Choice
          label={texts.shownSettings}
          value={shown.value}
          options={[
            ["all", texts.allSettings],
            ["given", texts.givenSettings],
          ]}
          onChange={(value) => {
            shown.value = value;
          }}
        />
      </div>
      <p class="quiet">{texts.settingsHint}</p>
      <Failure text={failure.value} again={() => void look()} />
      {settings.value === undefined && failure.value === "" ? (
        <p class="quiet">{texts.checking}</p>
      ) : undefined}
      {settings.value !== undefined && fitting.length === 0 ? (
        <p class="quiet">{texts.onlyDefaults}</p>
      ) : undefined}
      {[...new Set(fitting.map(({ group }) => group))].map((group) => (
        <section key={group}>
          <h3>{group}</h3>
          <Table label={group} titles={[texts.setting, texts.value, texts.from]}>
            {fitting
              .filter((setting) => setting.group === group)
              .map(({ setting, flag, description, value, source, from }) => (
                <tr key={setting}>
                  <th scope="row">
                    <code>{flag}</code>
                    <small>{description}</small>
                  </th>
                  <td>
                    <code>{valueText(value)}</code>
                  </td>
                  <td>{from ?? texts.sources[source]}</td>
                </tr>
              ))}
          </Table>
        </section>
      ))}
    </>
  );
}

function valueText(value: unknown): string {
  if (value === null || (Array.isArray(value) && value.length === 0)) return texts.none;
  return typeof value === "string" ? value : JSON.stringify(value);
}
