// The line at the bottom: text, photos, commands, and what is being replied to.

import { CommandMenu } from "./commands.js";
import { element, iconButton, summaryOf } from "./dom.js";
import { icon } from "./icons.js";
import { InlineMode } from "./inline.js";
import { nameOf } from "./transcript.js";

const TALLEST_PX = 180;

export class Composer {
  #drafts = new Map();
  #chat = null;

  /** `attach(files)` opens the preview of photos, `start(payload)` the bot; `failed(error)` says what went wrong. */
  constructor(store, host, { attach, start, failed }) {
    this.store = store;
    this.attach = attach;
    this.failed = failed;
    this.field = element("textarea", { class: "field", rows: 1, placeholder: "Message", "aria-label": "Message",
      dir: "auto", autocomplete: "off", enterkeyhint: "send", "aria-describedby": "composer-keys",
      oninput: () => this.#changed(), onkeydown: (event) => this.#key(event) });
    this.menu = new CommandMenu(store, this.field, {
      choose: (command) => this.#submit(`/${command}`),
      complete: (command) => this.fill(`/${command} `),
    });
    this.inline = new InlineMode(store, this.field, { start, failed, posted: () => this.fill("") });
    this.picker = element("input", { type: "file", accept: "image/*", multiple: true, class: "visually-hidden", tabindex: -1,
      "aria-label": "Photos to send", onchange: () => this.#picked() });
    this.send = iconButton("Send message", icon("send"), null, { class: "send", type: "submit" });
    this.commandButton = iconButton("Commands", icon("slash"), () => this.menu.toggle(),
      { class: "command-button", "aria-haspopup": "listbox", "aria-expanded": "false" });
    this.menu.button = this.commandButton;
    this.reply = element("div", { class: "reply-preview", hidden: true });
    host.append(element("form", { class: "composer-form", onsubmit: (event) => this.#submitted(event) },
      this.menu.list, this.inline.panel,
      element("div", { class: "composer-box" }, this.reply,
        element("div", { class: "composer-line" },
          this.commandButton, this.field,
          iconButton("Attach photos", icon("attach"), () => this.picker.click(), { class: "attach" }), this.picker)),
      this.send),
    element("span", { id: "composer-keys", class: "visually-hidden" },
      "Enter sends, Shift and Enter starts a new line. Alt and arrow up chooses the message to reply to."));
    store.on("chat", () => this.#opened());
    store.on("reply messages", () => this.#drawReply());
    store.on("chats", () => { this.commandButton.hidden = store.commands.length === 0; });
    this.#changed();
  }

  focus() {
    this.field.focus({ preventScroll: true });
  }

  fill(text) {
    this.field.value = text;
    this.#changed();
    this.focus();
  }

  #opened() {
    if (this.#chat === this.store.chat) return;
    if (this.#chat !== null) this.#drafts.set(this.#chat, this.field.value);
    this.#chat = this.store.chat;
    this.field.value = this.#drafts.get(this.#chat) ?? "";
    this.#changed();
    this.#drawReply();
  }

  #changed() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, TALLEST_PX)}px`;
    this.field.style.overflowY = this.field.scrollHeight > TALLEST_PX ? "auto" : "hidden";
    this.send.disabled = this.field.value.trim() === "";
    this.menu.typed();
    this.inline.typed();
  }

  #key(event) {
    if (event.isComposing || this.menu.key(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit(this.field.value);
    } else if (event.key === "Escape" && !this.inline.panel.hidden) {
      this.inline.close();
    } else if (event.key === "Escape" && this.store.replyTo !== null) {
      this.store.setReply(null);
    } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      this.#stepReply(event.key === "ArrowUp" ? -1 : 1);
    }
  }

  #stepReply(direction) {
    const ids = this.store.messages.map((message) => message.message_id);
    const at = this.store.replyTo === null ? ids.length : ids.indexOf(this.store.replyTo);
    const next = at + direction;
    if (next < 0) return;
    this.store.setReply(ids[next] ?? null);
  }

  #submitted(event) {
    event.preventDefault();
    this.#submit(this.field.value);
    this.focus();
  }

  async #submit(text) {
    if (text.trim() === "") return;
    const { replyTo } = this.store;
    this.field.value = "";
    this.#changed();
    try {
      await this.store.send(text.trim());
    } catch (error) {
      if (this.field.value === "") this.field.value = text;
      this.store.setReply(replyTo);
      this.#changed();
      this.failed(error);
    }
  }

  /** Sends a command from a message or a card, as if it had been typed. */
  async command(text) {
    try {
      await this.store.send(text);
    } catch (error) {
      this.failed(error);
    }
  }

  #picked() {
    const files = [...this.picker.files];
    this.picker.value = "";
    if (files.length > 0) this.attach(files);
  }

  /** Gives what was typed so far to the preview of photos, as its caption. */
  takeText() {
    const text = this.field.value;
    this.field.value = "";
    this.#changed();
    return text;
  }

  #drawReply() {
    const original = this.store.replyTo === null ? null : this.store.message(this.store.replyTo);
    this.reply.hidden = !original;
    if (!original) { this.reply.replaceChildren(); return; }
    const name = this.store.isMine(original) ? "yourself" : nameOf(original, this.store);
    this.reply.replaceChildren(
      element("span", { class: "reply-sign" }, icon("reply")),
      element("div", { class: "reply-original" },
        original.photo && element("img", { src: original.photo.thumb ?? original.photo.url, alt: "" }),
        element("div", { class: "reply-words", role: "status" },
          element("span", { class: "quote-name" }, `Reply to ${name}`),
          element("span", { class: "quote-text", dir: "auto" }, original.photo && !original.caption ? this.#picture(original) : summaryOf(original)))),
      iconButton("Do not reply", icon("close", 20), () => { this.store.setReply(null); this.focus(); }));
  }

  #picture(message) {
    if (!message.media_group_id) return "Photo";
    const album = this.store.messages.filter((other) => other.media_group_id === message.media_group_id);
    return `Picture ${album.indexOf(message) + 1} of ${album.length}`;
  }
}
