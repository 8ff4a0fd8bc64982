// Who writes, and the list of chats.

import { avatar, dayOf, element, summaryOf, timeOf } from "./dom.js";
import { icon } from "./icons.js";
import { activityOf } from "./header.js";

export class Sidebar {
  /** `become(userId)` switches the person who writes, `open(chatId)` the chat. */
  constructor(store, host, { become, open }) {
    this.store = store;
    this.become = become;
    this.open = open;
    this.people = element("div", { class: "people" });
    this.list = element("ul", { class: "chat-list" });
    host.append(this.people, this.list,
      element("p", { class: "sidebar-note" }, "A local stand-in for Telegram. Everything here stays on this computer."));
    store.on("people", () => this.#drawPeople());
    store.on("chats chat typing", () => this.#drawChats());
    document.addEventListener("click", (event) => !this.people.contains(event.target) && this.#toggle(false));
  }

  #drawPeople() {
    const { me, users } = this.store;
    const row = (user) => [avatar(user.id, user.first_name),
      element("span", { class: "person-words" }, element("span", { class: "person-name" }, user.first_name, user.is_admin && element("span", { class: "admin" }, "admin")))];
    this.menu = element("div", { class: "people-menu", role: "menu", "aria-label": "Write as", hidden: true, onkeydown: (event) => this.#key(event) },
      users.map((user) => element("button", { type: "button", role: "menuitemradio", "aria-checked": String(user.id === me.id), tabindex: -1,
        class: "person", data: { user: user.id }, onclick: () => { this.#toggle(false); this.button.focus(); this.become(user.id); } },
      row(user), user.id === me.id && icon("check", 20))));
    this.button = element("button", { type: "button", class: "person current", "aria-haspopup": "menu", "aria-expanded": "false",
      "aria-label": `You write as ${me.first_name}${me.is_admin ? ", admin" : ""}. Change person`, onclick: () => this.#toggle(this.menu.hidden) },
    avatar(me.id, me.first_name),
    element("span", { class: "person-words" }, element("span", { class: "person-hint" }, "You write as"),
      element("span", { class: "person-name" }, me.first_name, me.is_admin && element("span", { class: "admin" }, "admin"))),
    icon("down", 20));
    this.people.replaceChildren(this.button, this.menu);
  }

  #toggle(open) {
    if (!this.menu || this.menu.hidden === !open) return;
    this.menu.hidden = !open;
    this.button.setAttribute("aria-expanded", String(open));
    if (open) (this.menu.querySelector("[aria-checked=true]") ?? this.menu.firstElementChild)?.focus();
  }

  #key(event) {
    const entries = [...this.menu.children];
    const at = entries.indexOf(document.activeElement);
    const moves = { ArrowDown: at + 1, ArrowUp: at - 1 + entries.length, Home: 0, End: entries.length - 1 };
    if (event.key in moves) entries[moves[event.key] % entries.length].focus();
    else if (event.key === "Escape") { this.#toggle(false); this.button.focus(); } else if (event.key === "Tab") this.#toggle(false);
    if (event.key in moves || event.key === "Escape") event.preventDefault();
  }

  #drawChats() {
    const focused = this.list.contains(document.activeElement) ? document.activeElement.dataset.chat : null;
    this.list.replaceChildren(...this.store.chats.map((chat) => element("li", {}, this.#chat(chat))));
    if (focused) this.list.querySelector(`[data-chat="${focused}"]`)?.focus();
    const unread = this.store.chats.reduce((sum, chat) => sum + chat.unread, 0);
    document.title = unread > 0 ? `(${unread}) ${this.store.bot.first_name}` : this.store.bot.first_name;
  }

  #preview(last, who) {
    if (!last?.date && !last?.text) return "No messages yet";
    const sign = last.photo ? "photo" : last.document && "file";
    return [who, sign && icon(sign, 16), summaryOf(last)].filter(Boolean);
  }

  #chat(chat) {
    const { last } = chat;
    const title = chat.title ?? this.store.bot.first_name;
    const activity = activityOf(this.store, chat.id);
    const who = last?.from === "user" && this.store.isMine(last) ? "You: " : (chat.type !== "private" && last?.sender?.name ? `${last.sender.name}: ` : "");
    const time = last?.date && (dayOf(last.date) === "Today" ? timeOf(last.date) : dayOf(last.date));
    const current = chat.id === this.store.chat;
    return element("button", { type: "button", class: "chat-entry", data: { chat: chat.id }, "aria-current": current ? "true" : null,
      onclick: () => this.open(chat.id) },
    avatar(chat.id, title, chat.type === "private" ? "bot" : "group"),
    element("span", { class: "chat-words" },
      element("span", { class: "chat-top" }, element("span", { class: "chat-title", dir: "auto" }, title),
        time && element("span", { class: "chat-time" }, time)),
      element("span", { class: "chat-bottom" },
        activity ? element("span", { class: "chat-activity" }, activity)
          : element("span", { class: "chat-last", dir: "auto" }, this.#preview(last, who)),
        chat.unread > 0 && element("span", { class: "badge" }, String(chat.unread),
          element("span", { class: "visually-hidden" }, " unread")))));
  }
}
