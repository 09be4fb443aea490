// The guest's phone: WhatsApp and SMS with any of the businesses.
import { Chat } from "./chat.js";
import { h, icon, moreButton, remembered, toast } from "./dom.js";
import { openSheet } from "./sheet.js";
import { get, post } from "./world.js";

const PLACES = [
  { label: "Hawa Mahal, Jaipur", address: "Badi Choupad, Jaipur", latitude: 26.9239, longitude: 75.8267 },
  { label: "Gateway of India, Mumbai", address: "Apollo Bunder, Colaba, Mumbai", latitude: 18.922, longitude: 72.8347 },
  { label: "Gangaur Ghat, Udaipur", address: "Old City, Udaipur", latitude: 24.58, longitude: 73.6832 },
];
const SUGGESTIONS = ["Hi", "Double room in Jaipur for 2, 24 to 27 December", "Table for 4 tomorrow 8pm"];

export class GuestPhone {
  constructor(stand, config) {
    this.businesses = config.businesses;
    this.number = remembered.get("guest", config.guest);
    this.channel = remembered.get("channel", "whatsapp") === "sms" ? "sms" : "whatsapp";
    const wanted = remembered.get("business", "");
    this.business = this.businesses.find((one) => one.name === wanted) ?? this.businesses[0];
    this.all = new Map();
    this.unread = { whatsapp: 0, sms: 0 };
    this.chat = new Chat({
      placeholder: "Message",
      suggestions: SUGGESTIONS,
      emptyWords: "Say hello to the desk, or try one of these.",
      send: (body) => this.send(body),
      tap: (line, optionId) => this.send({ tap: optionId, reply_to: line.id }),
      again: (line) => this.send({ text: line.text, sid: line.sid }),
      attach: () => this.attach(),
      record: () => this.record(),
      menu: null,
      types: () => this.channel === "whatsapp",
      state: () => (this.channel === "whatsapp" ? "online" : this.business.sms),
    });
    stand.append(this.controls(), this.chat.frame);
    this.dress();
  }

  controls() {
    const press = (channel) => h("button", { type: "button", "data-testid": `channel-${channel}`, onclick: () => this.choose(channel) }, channel === "sms" ? "SMS" : "WhatsApp", h("b", { class: "badge", hidden: true }));
    this.switches = { whatsapp: press("whatsapp"), sms: press("sms") };
    this.picker = h("select", { "data-testid": "business-picker", "aria-label": "Business", onchange: (event) => this.pick(event.target.value) },
      this.businesses.map((one) => h("option", { value: one.name, selected: one === this.business }, one.name)));
    this.numberInput = h("input", { type: "tel", value: this.number, "data-testid": "guest-number", "aria-label": "The guest's number", spellcheck: "false", onchange: (event) => this.become(event.target) });
    return h("div", { class: "controls guest" },
      h("h2", {}, "Guest"), h("label", { class: "field person" }, this.numberInput),
      h("div", { class: "segments", role: "group", "aria-label": "Channel" }, this.switches.whatsapp, this.switches.sms),
      moreButton(),
      h("label", { class: "field business" }, this.picker));
  }

  dress() {
    this.chat.dress(this.channel, this.business.name, this.business !== this.businesses[0]);
    this.chat.input.placeholder = this.channel === "sms" ? "Text message" : "Message";
    for (const [channel, button] of Object.entries(this.switches)) button.setAttribute("aria-pressed", channel === this.channel);
    this.chat.updateSend();
  }

  async load() {
    // What the stream tells while the answer is on its way is newer than the answer.
    const meanwhile = new Map();
    this.meanwhile = meanwhile;
    const lines = await get(`/guests/${encodeURIComponent(this.number)}/messages`);
    if (this.meanwhile !== meanwhile) return;
    this.meanwhile = null;
    this.all = new Map([...lines.map((line) => [line.id, line]), ...meanwhile]);
    this.refresh();
  }

  isHere(line) {
    return line.channel === this.channel && line.business === this.business.name;
  }

  refresh() {
    this.unread[this.channel] = 0;
    this.badges();
    this.dress();
    this.chat.show([...this.all.values()].filter((line) => this.isHere(line)));
    this.see();
  }

  badges() {
    for (const [channel, button] of Object.entries(this.switches)) {
      const badge = button.querySelector(".badge");
      badge.hidden = !this.unread[channel];
      badge.textContent = this.unread[channel];
    }
  }

  // Something happened on this phone; returns whether it was news the person has not seen.
  take(line) {
    const isNew = !this.all.has(line.id) && line.direction === "out";
    this.all.set(line.id, line);
    this.meanwhile?.set(line.id, line);
    if (this.isHere(line)) {
      this.chat.take(line);
      if (line.direction === "out" && line.status === "delivered") this.see();
    } else if (isNew && line.business === this.business.name) {
      this.unread[line.channel] += 1;
      this.badges();
    }
    return isNew;
  }

  // Blue ticks for the business, when the person really looks at the conversation.
  see() {
    const isLooking = document.visibilityState === "visible" && this.chat.frame.offsetParent !== null;
    if (!isLooking || this.channel !== "whatsapp") return;
    if (![...this.all.values()].some((line) => this.isHere(line) && line.direction === "out" && line.status === "delivered")) return;
    post(`/guests/${encodeURIComponent(this.number)}/read?business=${encodeURIComponent(this.business.name)}`).catch(() => {});
  }

  choose(channel) {
    this.channel = channel;
    remembered.set("channel", channel);
    this.refresh();
  }

  pick(name) {
    this.business = this.businesses.find((one) => one.name === name);
    remembered.set("business", name);
    this.refresh();
  }

  become(input) {
    const digits = input.value.replace(/[^\d]/g, "");
    if (digits.length < 7 || digits.length > 15) {
      toast("A phone number has 7 to 15 digits, with its country code.");
      input.value = this.number;
      return;
    }
    this.number = `+${digits}`;
    input.value = this.number;
    remembered.set("guest", this.number);
    this.changed();
  }

  async send(body) {
    try {
      const line = await post(`/guests/${encodeURIComponent(this.number)}/messages`, { channel: this.channel, to: this.business.name, ...body });
      // The stream may have told already, and more than this answer knows.
      if (!this.all.has(line.id)) this.take(line);
    } catch (problem) {
      this.chat.snack(problem.message);
    }
  }

  attach() {
    const places = PLACES.map((place) => ({ id: place.label, title: place.label, description: place.address, glyph: "place", choose: () => this.send({ location: place }) }));
    openSheet(this.chat.screen, "Attach", [
      { id: "location", title: "Location", description: "Send a pin on the map", glyph: "place", choose: () => openSheet(this.chat.screen, "Send a location", places) },
      { id: "photo", title: "Photo or file", description: "From this computer", glyph: "image", choose: () => this.pickFile() },
      { id: "voice", title: "Voice note", description: "Three pretend seconds", glyph: "mic", choose: () => this.record() },
    ]);
  }

  pickFile() {
    const chooser = h("input", { type: "file", accept: "image/*,application/pdf,audio/*" });
    chooser.addEventListener("change", async () => {
      const file = chooser.files[0];
      if (!file) return;
      if (file.size > 16 * 1024 * 1024) return this.chat.snack("WhatsApp takes files up to 16 MB.");
      const bytes = new Uint8Array(await file.arrayBuffer());
      let binary = "";
      for (let at = 0; at < bytes.length; at += 32768) binary += String.fromCharCode(...bytes.subarray(at, at + 32768));
      await this.send({ media: { content: btoa(binary), content_type: file.type || "application/octet-stream", name: file.name } });
    });
    chooser.click();
  }

  record() {
    const { composer } = this.chat;
    const kept = [...composer.children];
    const started = Date.now();
    const time = h("span", {}, "0:00");
    const seconds = () => Math.max(1, Math.round((Date.now() - started) / 1000));
    const timer = setInterval(() => { time.textContent = `0:${String(seconds()).padStart(2, "0")}`; }, 250);
    const end = () => {
      clearInterval(timer);
      composer.replaceChildren(...kept);
    };
    const cancel = h("button", { type: "button", onclick: end }, "Cancel");
    const send = h("button", { class: "send", type: "button", "aria-label": "Send the voice note", "data-testid": "send-voice" }, icon("send"));
    send.addEventListener("click", () => { end(); this.send({ media: { content_type: "audio/ogg", seconds: seconds(), name: "voice-note.ogg" } }); });
    composer.replaceChildren(h("div", { class: "recording" }, h("i", { "aria-hidden": "true" }), time, cancel), send);
    send.focus();
  }
}
