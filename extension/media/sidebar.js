// The sidebar, in the webview: shows what the extension says, and tells it what was pressed. Texts of others become text nodes, never HTML.
const editor = acquireVsCodeApi();
const root = document.querySelector("main");

let shown = "";
addEventListener("message", ({ data }) => {
  // What has not changed is not read out again.
  const next = JSON.stringify(data);
  if (next !== shown) render(data);
  shown = next;
});
root.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (button !== null) editor.postMessage(JSON.parse(button.dataset.message));
});
editor.postMessage({ type: "ready" });

function render({ sections }) {
  // Whoever is on a button stays on it.
  const focused = document.activeElement?.dataset?.message;
  root.replaceChildren(...sections.map(section));
  if (focused === undefined) return;
  for (const button of root.querySelectorAll("button")) {
    if (button.dataset.message === focused) button.focus();
  }
}

function section({ title, empty, items, role }) {
  const heading = element("h2", {}, title);
  const list = element("ul", { "aria-label": title }, ...items.map(item));
  const content = items.length > 0 ? list : element("p", { class: "detail" }, empty);
  return element("section", role === undefined ? {} : { role }, heading, content);
}

function item({ name, code, details, state, actions }) {
  const lines = details.map((detail) => element("div", { class: "detail" }, detail));
  if (state !== undefined) lines.unshift(element("div", { class: state.kind }, state.text));
  const buttons = actions.map(({ label, title, message }) =>
    element(
      "button",
      { type: "button", "aria-label": title, title, "data-message": JSON.stringify(message) },
      label,
    ),
  );
  return element(
    "li",
    {},
    element("div", { class: "name" }, code === true ? element("code", {}, name) : name),
    ...lines,
    ...(buttons.length > 0 ? [element("div", { class: "actions" }, ...buttons)] : []),
  );
}

function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}
