// A sheet that comes up from the bottom of one phone; Escape, the veil and the cross close it.
import { h, icon } from "./dom.js";

// `rows`: [{id, title, description, glyph, choose}]
export function openSheet(screen, title, rows) {
  const before = document.activeElement;
  const close = () => {
    veil.remove();
    before?.focus?.({ preventScroll: true });
  };
  const buttons = rows.map((row) =>
    h(
      "button",
      { type: "button", "data-testid": row.glyph ? "sheet-action" : "option", "data-option-id": row.id, onclick: () => { close(); row.choose(); } },
      row.glyph && h("span", { class: "glyph", style: "flex:none" }, icon(row.glyph)),
      h("span", {}, h("strong", {}, row.title), row.description && h("small", {}, row.description)),
      !row.glyph && h("i", { class: "radio", "aria-hidden": "true" }),
    ),
  );
  const cross = h("button", { type: "button", "aria-label": "Close", onclick: close }, "×");
  const sheet = h(
    "div",
    { class: "sheet", role: "dialog", "aria-modal": "true", "aria-label": title, "data-testid": "sheet" },
    h("header", {}, h("h3", {}, title), cross),
    h("ul", {}, buttons.map((button) => h("li", {}, button))),
  );
  const veil = h("div", { class: "veil" }, sheet);
  veil.addEventListener("click", (event) => event.target === veil && close());
  veil.addEventListener("keydown", (event) => {
    const stops = [...buttons, cross];
    const at = stops.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1, Tab: event.shiftKey ? -1 : 1 }[event.key];
    if (event.key === "Escape") close();
    else if (step) {
      event.preventDefault();
      stops[(at + step + stops.length) % stops.length].focus();
    }
  });
  screen.append(veil);
  (buttons[0] ?? cross).focus({ preventScroll: true });
  return close;
}
