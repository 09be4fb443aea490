// The page: two phones, the clock, the skip button, light and dark.
import { h, icon, remembered, toast } from "./dom.js";
import { GuestPhone } from "./guest.js";
import { OwnerPhone } from "./owner.js";
import { clock, shortDay } from "./words.js";
import { get, getOffset, now, post, setOffset, Stream } from "./world.js";

const $ = (id) => document.querySelector(`[data-testid="${id}"]`);
const DESK_EVERY_MS = 2000;

function dressPage(theme) {
  document.documentElement.dataset.theme = theme;
  $("theme").replaceChildren(icon(theme === "dark" ? "sun" : "moon"));
}

function setUpTheme() {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => remembered.get("theme", "") || (system.matches ? "dark" : "light");
  dressPage(chosen());
  system.addEventListener("change", () => dressPage(chosen()));
  $("theme").addEventListener("click", () => {
    const theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    remembered.set("theme", theme);
    dressPage(theme);
  });
}

function tellTime(phones) {
  const ahead = Math.round(getOffset() / 60);
  const words = ahead >= 60 * 24 ? `+${(ahead / 1440).toFixed(ahead % 1440 ? 1 : 0)} d` : ahead >= 120 ? `+${(ahead / 60).toFixed(ahead % 60 ? 1 : 0)} h` : `+${ahead} min`;
  $("clock").replaceChildren(h("span", { class: "date" }, `${shortDay(now())}, `), clock(now()), ahead ? h("b", {}, ` ${words}`) : "");
  for (const phone of phones) {
    phone.chat.time.textContent = clock(now());
    phone.chat.updateTyping();
  }
}

async function skip(button) {
  button.disabled = true;
  try {
    const { product } = await post("/debug/skip", { advance: "PT20M" });
    const refused = product.status ? `the desk refused to move its clock (${product.status})` : "the desk does not answer yet";
    toast(product.moved ? "Twenty minutes have passed." : `Twenty minutes have passed out here, but ${refused}.`);
  } catch (problem) {
    toast(problem.message);
  } finally {
    button.disabled = false;
  }
}

function setUpTabs(phones) {
  const tabs = { guest: $("tab-guest"), owner: $("tab-owner") };
  const stands = { guest: $("guest-phone"), owner: $("owner-phone") };
  const choose = (name) => {
    for (const key of Object.keys(tabs)) {
      tabs[key].setAttribute("aria-selected", key === name);
      tabs[key].tabIndex = key === name ? 0 : -1;
      stands[key].classList.toggle("chosen", key === name);
    }
    unread[name] = 0;
    badge(name);
    phones[name].chat.toBottom();
    phones[name].see?.();
  };
  const unread = { guest: 0, owner: 0 };
  const badge = (name) => {
    const mark = tabs[name].querySelector("b");
    mark.hidden = !unread[name];
    mark.textContent = unread[name];
  };
  for (const name of Object.keys(tabs)) {
    tabs[name].addEventListener("click", () => choose(name));
    tabs[name].addEventListener("keydown", (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const other = name === "guest" ? "owner" : "guest";
      choose(other);
      tabs[other].focus();
    });
  }
  choose(remembered.get("view", "guest") === "owner" ? "owner" : "guest");
  return (name) => {
    if (stands[name].classList.contains("chosen")) return;
    unread[name] += 1;
    badge(name);
  };
}

async function main() {
  setUpTheme();
  const config = await get("/phones/config");
  setOffset(config.offsetSeconds);
  $("product-link").href = config.product;
  const guest = new GuestPhone($("guest-phone"), config);
  const owner = new OwnerPhone($("owner-phone"), config);
  const phones = [guest, owner];
  const news = setUpTabs({ guest, owner });

  const heard = (event) => {
    if (event.type === "line") {
      const { line } = event;
      if (line.side === "guest" && line.person === guest.number && guest.take(line)) news("guest");
      if (line.side === "owner" && line.person === owner.person && owner.take(line)) news("owner");
    } else if (event.type === "desk") phones.forEach((phone) => phone.chat.desk(event.answering));
    else if (event.type === "clock") setOffset(event.offset_seconds);
    else if (event.type === "typing" && event.business === owner.business.name) owner.chat.typingUntil = now() + 5000;
    else if (event.type === "reset") phones.forEach((phone) => phone.load());
    tellTime(phones);
  };
  const stream = new Stream(heard, () => {
    document.documentElement.dataset.live = "yes";
    for (const phone of phones) phone.load().then(() => tellTime(phones), (problem) => toast(problem.message));
  });
  const watch = () => stream.watch(guest.number, owner.person);
  guest.changed = owner.changed = watch;
  watch();

  $("skip").addEventListener("click", (event) => skip(event.currentTarget));
  document.addEventListener("visibilitychange", () => guest.see());
  setInterval(() => tellTime(phones), 1000);
  let isAnswering = null;
  const look = async () => {
    if (document.visibilityState === "visible" && isAnswering !== true) {
      const desk = await get("/phones/desk").catch(() => ({ answering: null }));
      isAnswering = desk.answering;
      phones.forEach((phone) => phone.chat.desk(desk.answering));
    } else if (isAnswering === true) isAnswering = guest.chat.isAnswering;
    setTimeout(look, DESK_EVERY_MS);
  };
  look();
}

main().catch((problem) => toast(problem.message));
