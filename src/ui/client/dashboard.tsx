/** What those who run the bridge see beside the page that everybody sees. */
import { effect, signal } from "@preact/signals";
import { render } from "preact";
import { isSignedIn, right, signIn, signInFailure, signOut } from "./api.ts";
import { HistoryView } from "./history-view.tsx";
import { KeysView } from "./keys-view.tsx";
import { LiveView } from "./live-view.tsx";
import { follow, unfollow } from "./live.ts";
import { texts } from "./page-texts.ts";
import { SettingsView } from "./settings-view.tsx";
import { TimeView } from "./time-view.tsx";

const VIEWS = {
  start: undefined,
  live: LiveView,
  time: TimeView,
  keys: KeysView,
  history: HistoryView,
  settings: SettingsView,
} as const;
type View = keyof typeof VIEWS;
const NAMES = Object.keys(VIEWS) as View[];

const view = signal<View>("start");

function viewOfAddress(): View {
  return NAMES.find((name) => location.hash === `#${name}`) ?? "start";
}

function look(): void {
  view.value = viewOfAddress();
}

function Tabs() {
  return (
    <>
      <nav class="tabs" aria-label={texts.views}>
        {NAMES.map((name) => (
          <a key={name} href={`#${name}`} aria-current={view.value === name ? "page" : undefined}>
            {texts.viewNames[name]}
          </a>
        ))}
      </nav>
      {isSignedIn.value ? (
        <button type="button" class="small" onClick={() => void signOut()}>
          {texts.signOut}
        </button>
      ) : undefined}
    </>
  );
}

function Shown() {
  const Which = VIEWS[view.value];
  return Which === undefined ? undefined : (
    <>
      <h2 class="hidden" tabIndex={-1} id="view-title">
        {texts.viewNames[view.value]}
      </h2>
      <Which />
    </>
  );
}

/** Begins as soon as the person's right is known, and ends with it. */
export async function startDashboard(): Promise<void> {
  const [tabs, main, start] = ["tabs", "dashboard", "start"].map((id) => document.getElementById(id));
  const failure = document.getElementById("sign-in-failure");
  if (!tabs || !main || !start || !failure) return;
  addEventListener("hashchange", () => {
    if (location.hash.startsWith("#token=")) void signIn().then(look);
    else {
      look();
      document.getElementById("view-title")?.focus();
    }
  });
  effect(() => {
    failure.textContent = signInFailure.value;
  });
  effect(() => {
    const isOperator = right.value === "operator";
    tabs.hidden = !isOperator;
    render(isOperator ? <Tabs /> : null, tabs);
    render(isOperator ? <Shown /> : null, main);
    if (isOperator) void follow();
    else unfollow();
  });
  effect(() => {
    const isStart = right.value !== "operator" || view.value === "start";
    start.hidden = !isStart;
    main.hidden = isStart;
    document.body.classList.toggle("broad", !isStart);
  });
  look();
  await signIn();
  look();
}
