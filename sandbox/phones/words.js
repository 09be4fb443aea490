// Turns the text of a message into elements: links, WhatsApp's marks, Telegram's entities, times and days.
import { h } from "./dom.js";

const LINK = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}*_]/g;
const MARKS = [
  [/```([\s\S]+?)```/, "pre"],
  [/(?<![\p{L}\p{N}`])`([^`\n]+)`(?![\p{L}\p{N}`])/u, "code"],
  [/(?<![\p{L}\p{N}*])\*(\S(?:[^*\n]*\S)?)\*(?![\p{L}\p{N}*])/u, "strong"],
  [/(?<![\p{L}\p{N}_])_(\S(?:[^_\n]*\S)?)_(?![\p{L}\p{N}_])/u, "em"],
  [/(?<![\p{L}\p{N}~])~(\S(?:[^~\n]*\S)?)~(?![\p{L}\p{N}~])/u, "s"],
];
const ZONE = "Asia/Kolkata";

export function anchor(url, title, extra = {}) {
  const isPay = /\/(p|pay)\/[^/]+$/.test(url.split("?")[0]);
  return h("a", { href: url, target: "_blank", rel: "noopener", "data-testid": isPay ? "pay-link" : "link", ...extra }, title);
}

function links(text) {
  const parts = [];
  let from = 0;
  for (const found of text.matchAll(LINK)) {
    parts.push(text.slice(from, found.index), anchor(found[0], found[0]));
    from = found.index + found[0].length;
  }
  parts.push(text.slice(from));
  return parts.filter((part) => part !== "");
}

function marked(text) {
  let best = null;
  for (const [pattern, tag] of MARKS) {
    const found = pattern.exec(text);
    if (found && (best === null || found.index < best.found.index)) best = { found, tag };
  }
  if (best === null) return [text];
  const { found, tag } = best;
  const inside = tag === "pre" || tag === "code" ? [found[1]] : marked(found[1]);
  return [text.slice(0, found.index), h(tag, {}, inside), ...marked(text.slice(found.index + found[0].length))];
}

// Links first, so that an underscore inside an address never becomes italics.
export function whatsappText(text) {
  return links(text).flatMap((part) => (typeof part === "string" ? marked(part) : [part]));
}

export const plainText = links;

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre", blockquote: "blockquote", spoiler: "span" };

export function telegramText(text, entities, from = 0, to = text.length) {
  const parts = [];
  let at = from;
  const inside = entities.filter((one) => one.offset >= from && one.offset + one.length <= to);
  while (inside.length) {
    const entity = inside.shift();
    if (entity.offset < at) continue;
    parts.push(...links(text.slice(at, entity.offset)));
    const end = entity.offset + entity.length;
    const nested = inside.filter((one) => one.offset + one.length <= end && one !== entity);
    const content = telegramText(text, nested, entity.offset, end);
    if (entity.type === "text_link") parts.push(anchor(entity.url, content));
    else parts.push(TAGS[entity.type] ? h(TAGS[entity.type], {}, content) : h("span", {}, content));
    at = end;
  }
  parts.push(...links(text.slice(at, to)));
  return parts.filter((part) => part !== "");
}

const format = (options) => new Intl.DateTimeFormat("en-IN", { timeZone: ZONE, ...options });
const CLOCK = format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY = format({ year: "numeric", month: "2-digit", day: "2-digit" });
const LONG_DAY = format({ weekday: "long", day: "numeric", month: "long" });
const SHORT_DAY = format({ weekday: "short", day: "numeric", month: "short" });

export const clock = (at) => CLOCK.format(new Date(at));
export const dayKey = (at) => DAY.format(new Date(at));
export const shortDay = (at) => SHORT_DAY.format(new Date(at));

export function dayName(at, now) {
  const key = dayKey(at);
  if (key === dayKey(now)) return "Today";
  if (key === dayKey(now - 24 * 3600 * 1000)) return "Yesterday";
  return LONG_DAY.format(new Date(at));
}
