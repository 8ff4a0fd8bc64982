// Short messages to the person: toasts, alerts, the banner of a lost connection, and words for screen readers.

import { element } from "./dom.js";
import { icon } from "./icons.js";

const TOAST_MS = 3600;

export class Notices {
  constructor(store, { toasts, banner, announcer }) {
    this.store = store;
    this.toasts = toasts;
    this.banner = banner;
    this.announcer = announcer;
    this.alertText = element("p", { id: "alert-text", dir: "auto" });
    this.alertTitle = element("h2", { id: "alert-title" });
    this.alert = element("dialog", { class: "card alert", role: "alertdialog", "aria-labelledby": "alert-title", "aria-describedby": "alert-text",
      onclick: (event) => event.target === this.alert && this.alert.close() },
    element("form", { method: "dialog" }, this.alertTitle, this.alertText,
      element("button", { class: "primary", autofocus: true }, "OK")));
    document.body.append(this.alert);
    store.on("connection", () => this.#drawBanner());
    store.on("arrived", ({ detail }) => this.#announce(detail));
  }

  toast(text) {
    const node = element("div", { class: "toast" }, element("span", { dir: "auto" }, text));
    this.toasts.append(node);
    while (this.toasts.children.length > 3) this.toasts.firstElementChild.remove();
    setTimeout(() => {
      node.classList.add("leaving");
      setTimeout(() => node.remove(), 250);
    }, TOAST_MS + Math.min(text.length * 25, 4000));
  }

  /** Shows what a bot answered to a button: quickly passing, or in the way until it is read. */
  answer({ text, alert }) {
    if (!text) return;
    if (!alert) { this.toast(text); return; }
    this.alertTitle.textContent = this.store.bot.first_name;
    this.alertText.textContent = text;
    if (!this.alert.open) this.alert.showModal();
  }

  #drawBanner() {
    this.banner.hidden = this.store.connected;
    this.banner.replaceChildren(...(this.store.connected ? [] : [icon("offline", 18), "Connection lost. Trying again…"]));
  }

  #announce({ chatId, message, mine, summary }) {
    // An album is one thing to hear about, not six.
    const another = !message.media_group_id || message.media_group_id !== this.announcedAlbum;
    if (mine || !another) return;
    this.announcedAlbum = message.media_group_id;
    const name = message.sender?.name ?? this.store.bot.first_name;
    const where = chatId === this.store.chat ? "" : ` in ${this.store.chats.find((chat) => chat.id === chatId)?.title ?? "another chat"}`;
    const line = element("p", {}, `${name}${where}: ${message.photo && summary !== "Photo" ? "photo, " : ""}${summary}`);
    this.announcer.append(line);
    setTimeout(() => line.remove(), 8000);
  }
}
