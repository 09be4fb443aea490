// The owner's phone: a Telegram chat with the business's bot.
import { Chat } from "./chat.js";
import { h, moreButton, remembered, toast } from "./dom.js";
import { openSheet } from "./sheet.js";
import { get, post } from "./world.js";

export class OwnerPhone {
  constructor(stand, config) {
    this.businesses = config.businesses;
    const wanted = remembered.get("bot", "");
    this.business = this.businesses.find((one) => one.name === wanted) ?? this.businesses[0];
    this.person = remembered.get("owner", String(this.business.owner));
    this.all = new Map();
    this.chat = new Chat({
      placeholder: "Message",
      suggestions: ["/start", "/today"],
      emptyWords: "New bookings and questions from guests appear here.",
      send: (body) => this.send(body),
      tap: (line, optionId) => this.send({ tap: optionId, reply_to: line.id }),
      again: (line) => this.send({ text: line.text }),
      attach: null,
      record: null,
      menu: () => this.menu(),
      types: () => true,
      state: () => `bot · @${this.business.bot}`,
    });
    stand.append(this.controls(), this.chat.frame);
    this.dress();
  }

  controls() {
    this.picker = h("select", { "data-testid": "bot-picker", "aria-label": "Bot of", onchange: (event) => this.pick(event.target.value) },
      this.businesses.map((one) => h("option", { value: one.name, selected: one === this.business }, one.name)));
    this.idInput = h("input", { inputmode: "numeric", value: this.person, "data-testid": "owner-id", "aria-label": "The owner's chat id", onchange: (event) => this.become(event.target) });
    return h("div", { class: "controls owner" },
      h("h2", {}, "Owner"), h("label", { class: "field person" }, this.idInput),
      h("span", { class: "segments" }, h("button", { type: "button", "aria-pressed": "true", tabindex: "-1" }, "Telegram")),
      moreButton(),
      h("label", { class: "field business" }, this.picker));
  }

  dress() {
    this.chat.dress("telegram", this.business.name, this.business !== this.businesses[0]);
  }

  async load() {
    // What the stream tells while the answer is on its way is newer than the answer.
    const meanwhile = new Map();
    this.meanwhile = meanwhile;
    const lines = await get(`/owners/${this.person}/messages`);
    if (this.meanwhile !== meanwhile) return;
    this.meanwhile = null;
    this.all = new Map([...lines.map((line) => [line.id, line]), ...meanwhile]);
    this.refresh();
  }

  refresh() {
    this.dress();
    this.chat.show([...this.all.values()].filter((line) => line.business === this.business.name));
  }

  take(line) {
    const before = this.all.get(line.id);
    const isNew = !before && line.direction === "out";
    this.all.set(line.id, line);
    this.meanwhile?.set(line.id, line);
    if (line.business === this.business.name) {
      this.chat.take(line);
      if (line.kind === "tap" && line.answer && before?.answer === null) (line.alert ? this.chat.popup(line.answer) : this.chat.snack(line.answer));
    }
    return isNew;
  }

  pick(name) {
    const old = this.business;
    this.business = this.businesses.find((one) => one.name === name);
    remembered.set("bot", name);
    if (this.person === String(old.owner)) {
      this.person = String(this.business.owner);
      this.idInput.value = this.person;
      this.changed();
    } else this.refresh();
  }

  become(input) {
    const id = input.value.replace(/[^\d]/g, "");
    if (!id || id === "0") {
      toast("A Telegram chat id is a number.");
      input.value = this.person;
      return;
    }
    this.person = id;
    input.value = id;
    remembered.set("owner", id);
    this.changed();
  }

  async send(body) {
    try {
      const line = await post(`/owners/${this.person}/messages`, { to: this.business.name, ...body });
      if (!this.all.has(line.id)) this.take(line);
    } catch (problem) {
      this.chat.snack(problem.message);
    }
  }

  async menu() {
    const commands = await get(`/phones/commands?business=${encodeURIComponent(this.business.name)}`);
    const rows = commands.map((one) => ({ id: `/${one.command}`, title: `/${one.command}`, description: one.description, glyph: "slash", choose: () => this.send({ text: `/${one.command}` }) }));
    if (rows.length) openSheet(this.chat.screen, "Commands", rows);
    else this.chat.snack("This bot has not named its commands yet. Write to it as you like.");
  }
}
