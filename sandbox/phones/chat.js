// A conversation on a phone: its log, its composer, what it answers and the sheets over it.
import { bare, bubble } from "./bubble.js";
import { h, icon } from "./dom.js";
import { openSheet } from "./sheet.js";
import { dayKey, dayName } from "./words.js";
import { now } from "./world.js";

const TYPING_SECONDS = 25;
const NEAR_BOTTOM = 90;

export class Chat {
  // `habits`: {send(body), tap(line, optionId), again(line), attach(chat)|null, menu(chat)|null, suggestions, placeholder}
  constructor(habits) {
    this.habits = habits;
    this.lines = new Map();
    this.elements = new Map();
    this.answering = null;
    this.typingUntil = 0;
    this.build();
  }

  build() {
    this.title = h("strong", { "data-testid": "chat-title" });
    this.subtitle = h("small", { "data-testid": "chat-state" }, "online");
    this.avatar = h("span", { class: "avatar", "aria-hidden": "true" });
    this.time = h("span", {});
    const signs = h("span", {});
    signs.innerHTML = '<svg viewBox="0 0 46 14" fill="currentColor" aria-hidden="true"><rect x="0" y="8" width="3" height="5" rx="1"/><rect x="4.500" y="5.500" width="3" height="7.500" rx="1"/><rect x="9" y="3" width="3" height="10" rx="1"/><rect x="13.500" y="1" width="3" height="12" rx="1"/><rect x="22" y="2" width="20" height="10" rx="3" fill="none" stroke="currentColor" stroke-width="1.300"/><rect x="24" y="4" width="14" height="6" rx="1.500"/><rect x="43" y="5" width="2" height="4" rx="1"/></svg>';
    this.notice = h("div", { class: "notice", hidden: true, role: "status", "data-testid": "desk-notice" });
    this.log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": "Messages", tabindex: "0", "data-testid": "log" });
    this.stick = true;
    this.log.addEventListener("wheel", () => this.noteScroll(), { passive: true });
    this.log.addEventListener("touchmove", () => this.noteScroll(), { passive: true });
    for (const done of ["keyup", "pointerup"]) this.log.addEventListener(done, () => this.noteScroll());
    this.log.addEventListener("scroll", () => this.nearBottom() && this.hideJump());
    this.log.addEventListener("grown", () => this.stick && this.toBottom());
    this.jump = h("button", { class: "jump", type: "button", hidden: true, "aria-label": "Go to the newest message", onclick: () => this.toBottom(true) }, icon("down"));
    this.answerBar = h("div", { class: "answering", hidden: true });
    this.input = h("textarea", { rows: "1", placeholder: this.habits.placeholder, "aria-label": "Write a message", "data-testid": "message-input" });
    this.input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.submit();
      }
    });
    this.input.addEventListener("input", () => this.updateSend());
    this.sendButton = h("button", { class: "send", type: "submit", "aria-label": "Send", "data-testid": "send" }, icon("send"));
    const left = this.habits.menu
      ? h("button", { type: "button", "aria-label": "Commands", "data-testid": "commands", onclick: () => this.habits.menu(this) }, icon("menu"))
      : this.habits.attach && h("button", { type: "button", "aria-label": "Attach", "data-testid": "attach", onclick: () => this.habits.attach(this) }, icon("clip"));
    this.left = left || "";
    this.composer = h("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); this.submit(); } }, this.left, this.input, this.sendButton);
    this.screen = h(
      "div", { class: "screen" },
      h("div", { class: "statusbar", "aria-hidden": "true" }, this.time, signs.firstElementChild),
      h("div", { class: "head" }, this.avatar, h("div", { class: "who" }, this.title, this.subtitle)),
      this.notice, this.log, this.jump, this.answerBar, this.composer,
    );
    this.frame = h("div", { class: "frame" }, this.screen);
    new ResizeObserver(() => this.stick && this.toBottom()).observe(this.log);
    this.typing = h("div", { class: "row turn", "data-testid": "typing", role: "status" }, h("div", { class: "bubble" }, h("span", { class: "dots", "aria-label": "typing" }, h("i"), h("i"), h("i"))));
    this.updateSend();
  }

  dress(skin, title, second) {
    this.screen.className = `screen skin-${skin}`;
    this.title.textContent = title;
    this.avatar.textContent = title.split(/\s+/).filter((word) => /\p{L}/u.test(word[0])).slice(0, 2).map((word) => word[0]).join("").toUpperCase();
    this.avatar.classList.toggle("two", second);
    this.canReply = skin !== "sms";
    if (this.left) this.left.hidden = skin === "sms";
    this.replyTo(null);
  }

  show(lines) {
    this.lines = new Map(lines.map((line) => [line.id, line]));
    this.elements.clear();
    this.redraw();
    this.toBottom();
  }

  shown() {
    return [...this.lines.values()].filter((line) => !line.deleted && !(line.channel === "telegram" && line.kind === "tap"));
  }

  redraw(freshId = null) {
    const rows = [];
    let previous = null;
    const shown = this.shown();
    const lastMine = shown.findLast((line) => line.direction === "in");
    for (const line of shown) {
      const day = dayKey(line.at);
      if (!previous || dayKey(previous.at) !== day) {
        const name = dayName(line.at, now());
        rows.push(this.cached(`day ${day}`, name, () => h("div", { class: "day", "data-testid": "day" }, name)));
      }
      rows.push(this.draw(line, previous, line === lastMine));
      previous = line;
    }
    if (!shown.length) rows.push(this.cached("empty", "", () => this.emptiness()));
    this.place(rows);
    if (freshId !== null) this.elements.get(freshId)?.element.classList.add("fresh");
    this.markWaiting();
    this.updateTyping();
  }

  // An element stays the same as long as what it shows stays the same.
  cached(id, key, make) {
    const known = this.elements.get(id);
    if (known && known.key === key) return known.element;
    const element = make();
    this.elements.set(id, { key, element });
    return element;
  }

  // Puts the rows into the log, touching only what is new or gone, so that focus, scroll and pictures stay put.
  place(rows) {
    let at = this.log.firstChild;
    for (const row of rows) {
      if (row === at) at = at.nextSibling;
      else this.log.insertBefore(row, at);
    }
    while (at) {
      const next = at.nextSibling;
      if (at !== this.typing) at.remove();
      at = next;
    }
    if (this.typing.isConnected) this.log.append(this.typing);
  }

  draw(line, previous, isLast) {
    const lines = [...this.lines.values()];
    const isAnswered = line.direction === "in" && line.status === "delivered" && lines.some((one) => one.id > line.id && one.direction === "out");
    const view = {
      status: isAnswered && line.channel === "whatsapp" ? "read" : line.status,
      startsTurn: !previous || previous.direction !== line.direction,
      isLast,
    };
    const tools = {
      find: (id) => this.lines.get(id),
      show: (id) => this.flash(id),
      act: {
        tap: (one, optionId) => this.habits.tap(one, optionId),
        again: (one) => this.habits.again(one),
        replyTo: (one) => this.replyTo(one),
        openList: (one) => this.openList(one),
      },
    };
    return this.cached(line.id, JSON.stringify([line, view]), () => bubble(line, { ...view, ...tools }));
  }

  emptiness() {
    const picks = this.habits.suggestions.map((words) => h("button", { type: "button", "data-testid": "suggestion", onclick: () => this.habits.send({ text: words }) }, words));
    return h("div", { class: "empty" }, h("p", {}, this.habits.emptyWords), picks);
  }

  // A message came or changed.
  take(line) {
    const isNew = !this.lines.has(line.id);
    this.stick = this.stick || this.nearBottom();
    const focused = this.log.contains(document.activeElement) ? document.activeElement.closest("[data-id]")?.dataset.id : null;
    if (isNew && line.direction === "out") this.typingUntil = 0;
    this.lines.set(line.id, line);
    this.lines = new Map([...this.lines].sort(([a], [b]) => a - b));
    this.redraw(isNew ? line.id : null);
    if (focused && !this.log.contains(document.activeElement)) this.elements.get(Number(focused))?.element.querySelector("button, a")?.focus({ preventScroll: true });
    if (this.stick || (isNew && line.direction === "in")) this.toBottom();
    else if (isNew && line.direction === "out") this.jump.hidden = false;
  }

  markWaiting() {
    for (const line of this.lines.values()) {
      if (line.channel !== "telegram" || line.kind !== "tap" || line.answer !== null || line.status === "failed") continue;
      if (now() - Date.parse(line.at) > TYPING_SECONDS * 1000) continue;
      const card = this.elements.get(line.reply_to)?.element;
      // A card edited meanwhile is a new element without the sign, which is right: the bot has acted.
      for (const key of card?.querySelectorAll("[data-option-id]") ?? []) if (key.textContent === line.text) key.classList.add("waiting");
    }
  }

  desk(answering) {
    this.isAnswering = answering;
    this.updateNotice();
  }

  updateNotice() {
    const waits = [...this.lines.values()].some((line) => line.direction === "in" && line.status === "queued");
    this.notice.hidden = this.isAnswering !== false;
    this.notice.textContent = waits ? "The desk is starting; your message will be delivered." : "The desk is starting. You can already write.";
    if (this.isAnswering === false) this.setState("connecting…");
  }

  setState(words, typing = false) {
    this.subtitle.textContent = words;
    this.subtitle.classList.toggle("typing", typing);
  }

  updateTyping() {
    const last = [...this.lines.values()].at(-1);
    const isWaited = last && last.direction === "in" && last.status === "delivered" && now() - Date.parse(last.at) < TYPING_SECONDS * 1000 && !(last.channel === "telegram" && last.kind === "tap" && last.answer !== null);
    const typing = this.isAnswering !== false && this.habits.types() && (isWaited || now() < this.typingUntil);
    if (typing && !this.typing.isConnected) {
      const stick = this.nearBottom();
      this.log.append(this.typing);
      if (stick) this.toBottom();
    } else if (!typing) this.typing.remove();
    this.setState(typing ? "typing…" : this.habits.state(), typing);
    this.updateNotice();
  }

  async submit() {
    const words = this.input.value;
    if (!words.trim()) {
      if (this.habits.record) this.habits.record(this);
      return;
    }
    const body = { text: words };
    if (this.answering) body.reply_to = this.answering.id;
    this.input.value = "";
    this.replyTo(null);
    this.updateSend();
    this.input.focus();
    await this.habits.send(body);
  }

  updateSend() {
    const records = this.habits.record && this.canReply && !this.input.value.trim();
    this.sendButton.replaceChildren(icon(records ? "mic" : "send"));
    this.sendButton.setAttribute("aria-label", records ? "Record a voice note" : "Send");
    this.sendButton.dataset.mode = records ? "record" : "send";
  }

  replyTo(line) {
    this.answering = line && this.canReply ? line : null;
    this.answerBar.hidden = !this.answering;
    if (this.answering) {
      const who = line.direction === "in" ? "You" : line.business;
      this.answerBar.replaceChildren(
        h("div", { class: "quote" }, h("b", {}, who), h("span", {}, bare(line) || "Attachment")),
        h("button", { type: "button", "aria-label": "Do not reply to this message", onclick: () => this.replyTo(null) }, "×"),
      );
      this.input.focus();
    }
  }

  openList(line) {
    openSheet(this.screen, line.button, line.options.map((option) => ({
      id: option.id, title: option.title, description: option.description, choose: () => this.habits.tap(line, option.id),
    })));
  }

  // Only a person scrolling away lets go of the bottom; a growing picture or a turned phone does not.
  noteScroll() {
    requestAnimationFrame(() => {
      this.stick = this.nearBottom();
    });
  }

  nearBottom() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR_BOTTOM;
  }

  toBottom(smooth = false) {
    this.log.scrollTo({ top: this.log.scrollHeight, behavior: smooth ? "smooth" : "instant" });
    this.stick = true;
    this.hideJump();
  }

  hideJump() {
    this.jump.hidden = true;
  }

  flash(id) {
    const element = this.elements.get(id)?.element;
    if (!element) return;
    element.scrollIntoView({ block: "center", behavior: "smooth" });
    element.classList.add("flash");
    setTimeout(() => element.classList.remove("flash"), 1100);
  }

  snack(words) {
    const one = h("div", { class: "snack", role: "status", "data-testid": "snack" }, words);
    this.screen.append(one);
    setTimeout(() => one.remove(), 3600);
  }

  popup(words) {
    const close = h("button", { type: "button" }, "OK");
    const one = h("div", { class: "popup", role: "alertdialog", "aria-label": "Message", "data-testid": "popup" }, h("div", {}, words), close);
    close.addEventListener("click", () => one.remove());
    this.screen.append(one);
    close.focus();
  }
}
