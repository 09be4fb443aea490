// One message as it looks on a phone.
import { h, icon, tick } from "./dom.js";
import { anchor, clock, plainText, telegramText, whatsappText } from "./words.js";

function spoken(line) {
  if (line.channel === "telegram") return telegramText(line.text, line.entities);
  return line.channel === "whatsapp" ? whatsappText(line.text) : plainText(line.text);
}

// The words without marks or links, for a quotation.
export const bare = (line) => h("span", {}, spoken(line)).textContent;

function map(place) {
  const spot = h("span");
  spot.innerHTML = `<svg viewBox="0 0 236 118" aria-hidden="true"><rect width="236" height="118" fill="#dfe8d8"/><path d="M-5 84C40 70 70 96 118 84s74-34 124-22" stroke="#9fcbe8" stroke-width="15" fill="none"/><path d="M30-5 64 124M150-5l-26 128M-5 34l250-16M190-5l22 130" stroke="#fff" stroke-width="7"/><path d="M-5 60 240 44" stroke="#fbe3a6" stroke-width="8"/><path d="M118 74s-16-13-16-26a16 16 0 0 1 32 0c0 13-16 26-16 26z" fill="#e0483d"/><circle cx="118" cy="48" r="6" fill="#fff"/></svg>`;
  const at = `${Number(place.latitude).toFixed(4)}, ${Number(place.longitude).toFixed(4)}`;
  const url = `https://www.openstreetmap.org/?mlat=${place.latitude}&mlon=${place.longitude}#map=16/${place.latitude}/${place.longitude}`;
  return h(
    "a",
    { class: "pin", href: url, target: "_blank", rel: "noopener", "data-testid": "location", "aria-label": `Location ${place.label || at}` },
    spot.firstElementChild,
    h("strong", {}, place.label || "Location"),
    h("small", {}, place.address || at),
  );
}

function voice(line) {
  const bars = Array.from({ length: 30 }, (_, i) => h("i", { style: `height:${18 + ((line.id * 31 + i * 47) % 82)}%` }));
  const box = h("div", { class: "voice", "data-testid": "voice-note" });
  const length = line.media[0].seconds || 3;
  const button = h("button", { type: "button", "aria-label": "Play the voice note" }, icon("play"));
  button.addEventListener("click", () => {
    const playing = box.classList.toggle("playing");
    button.replaceChildren(icon(playing ? "pause" : "play"));
    if (playing) setTimeout(() => box.classList.contains("playing") && button.click(), length * 1000);
  });
  const seconds = String(Math.round(length)).padStart(2, "0");
  box.append(button, h("div", { class: "wave", "aria-hidden": "true" }, bars), h("small", {}, `0:${seconds}`));
  return box;
}

function attachment(line, media) {
  const kind = media.content_type || "";
  if (kind.startsWith("audio/")) return voice(line);
  if (kind.startsWith("image/")) {
    const image = h("img", { class: "picture", src: media.url, alt: media.name || "Picture", loading: "lazy", "data-testid": "picture" });
    image.addEventListener("load", () => {
      if (image.naturalHeight >= image.naturalWidth) image.classList.add("whole");
      image.closest(".log")?.dispatchEvent(new CustomEvent("grown"));
    });
    return anchor(media.url, image, { class: "", "data-testid": "picture-link" });
  }
  const name = media.name || "File";
  const what = name.endsWith(".ics") || kind === "text/calendar" ? "Calendar entry" : kind || "File";
  return h(
    "a",
    { class: "file", href: media.url, target: "_blank", rel: "noopener", download: name, "data-testid": "file" },
    icon("file"),
    h("span", {}, h("strong", {}, name), h("small", {}, what)),
  );
}

function quoted(line, find, show) {
  const other = line.reply_to && find(line.reply_to);
  if (!other || (line.kind === "tap" && line.channel === "telegram")) return null;
  const who = other.direction === "in" ? "You" : other.business;
  const words = bare(other) || (other.location ? "Location" : other.media.length ? "Attachment" : "");
  return h("button", { class: "quote", type: "button", onclick: () => show(other.id) }, h("b", {}, who), h("span", {}, words));
}

function options(line, act) {
  if (line.channel === "telegram") {
    const rows = line.keyboard.map((row) =>
      h("div", {}, row.map((key) =>
        key.url
          ? anchor(key.url, key.text)
          : h("button", { type: "button", "data-testid": "option", "data-option-id": key.callback_data, title: key.text, onclick: () => act.tap(line, key.callback_data) }, key.text),
      )),
    );
    return rows.length ? h("div", { class: "keys", role: "group", "aria-label": "Buttons" }, rows) : null;
  }
  const shown = line.links.map((link) => anchor(link.url, [icon("link"), link.title]));
  if (line.button) {
    const open = () => act.openList(line);
    shown.push(h("button", { type: "button", "data-testid": "open-list", "aria-haspopup": "dialog", onclick: open }, icon("list"), line.button));
  } else {
    for (const option of line.options) {
      const tap = () => act.tap(line, option.id);
      shown.push(h("button", { type: "button", "data-testid": "option", "data-option-id": option.id, onclick: tap }, icon("reply"), option.title));
    }
  }
  return shown.length ? h("div", { class: "actions", role: "group", "aria-label": "Answers" }, shown) : null;
}

function footer(line, status, isLast) {
  if (line.channel === "sms") {
    if (line.direction === "out" || (!isLast && status !== "failed")) return null;
    const words = { queued: "Sending…", failed: "Not delivered" }[status] ?? "Delivered";
    return h("div", { class: "sms-meta" }, status === "failed" ? h("span", { class: "bad" }, words) : words);
  }
  return h(
    "div",
    { class: "meta" },
    line.edited && h("span", {}, "edited"),
    h("time", { datetime: line.at }, clock(line.at)),
    line.direction === "in" && tick(status),
  );
}

// `view`: {status, startsTurn, isLast, find, show, act}
export function bubble(line, view) {
  const mine = line.direction === "in";
  const inside = [
    quoted(line, view.find, view.show),
    line.media.map((media) => attachment(line, media)),
    line.location && map(line.location),
    line.text && !(line.location && line.text === line.location.label) && h("div", { class: "text", "data-testid": "text" }, spoken(line)),
  ];
  const foot = footer(line, view.status, view.isLast);
  const isSms = line.channel === "sms";
  const body = h("div", { class: "bubble" }, inside, isSms ? null : foot);
  return h(
    "div",
    {
      class: `row${mine ? " mine" : ""}${view.startsTurn ? " turn" : ""}`,
      "data-testid": "message",
      "data-id": line.id,
      "data-direction": line.direction,
      "data-status": line.status,
      "data-channel": line.channel,
      "data-kind": line.kind,
    },
    body,
    options(line, view.act),
    isSms && foot,
    mine && view.status === "failed" && h("button", { class: "again", type: "button", onclick: () => view.act.again(line) }, "Try again"),
    h("button", { class: "reply-to", type: "button", "aria-label": "Reply to this message", "data-testid": "reply", onclick: () => view.act.replyTo(line) }, icon("reply")),
  );
}
