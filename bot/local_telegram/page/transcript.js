// The list of messages: groups, day marks, scrolling, and drawing again only what changed.

import { bubble } from "./bubble.js";
import { dayOf, element, iconButton } from "./dom.js";
import { icon } from "./icons.js";
import { welcome } from "./welcome.js";
import { swipeToReply } from "./gestures.js";

const TOGETHER_S = 600;
const NEAR_PX = 90;
// So many bubbles are drawn at first, and again each time somebody scrolls to the top.
const PAGE_GROUPS = 100;

/** Collects messages into bubbles: an album is one, and neighbours of one sender know that they belong together. */
export function groupsOf(messages, store) {
  const groups = [];
  const albums = new Map();
  for (const message of messages) {
    // An answer may arrive between two pictures of an album; they stay together all the same.
    const album = message.media_group_id && albums.get(message.media_group_id);
    if (album) {
      album.messages.push(message);
      continue;
    }
    const group = { messages: [message], mine: store.isMine(message), name: nameOf(message, store), first: true, last: true, answered: false };
    if (message.media_group_id) albums.set(message.media_group_id, group);
    groups.push(group);
  }
  groups.forEach((group, position) => {
    const before = groups[position - 1];
    if (before && together(before.messages.at(-1), group.messages[0])) {
      group.first = false;
      before.last = false;
    }
  });
  let answered = false;
  for (const group of groups.toReversed()) {
    answered ||= group.messages[0].from === "bot";
    group.answered = answered;
  }
  return groups;
}

function together(a, b) {
  return !a.service && !b.service && a.from === b.from && a.sender?.id === b.sender?.id && b.date - a.date < TOGETHER_S && dayOf(a.date) === dayOf(b.date);
}

export function nameOf(message, store) {
  if (message.sender?.name) return message.sender.name;
  return message.from === "bot" ? store.bot.first_name : store.me.first_name;
}

export class Transcript {
  #rows = new Map();
  #stick = true;
  #lastTop = 0;
  #missed = 0;
  #chat = null;
  #shown = PAGE_GROUPS;
  #earlier = 0;

  constructor(store, host, downPlace, actions) {
    this.store = store;
    this.host = host;
    this.list = element("div", { class: "messages" });
    host.append(this.list);
    this.badge = element("span", { class: "badge", hidden: true });
    this.down = iconButton("Go to the newest message", icon("down"), () => this.toBottom(true), { class: "scroll-down" });
    this.down.append(this.badge);
    this.down.hidden = true;
    downPlace.append(this.down);
    this.actions = { ...actions, jump: (id) => this.jump(id) };
    store.on("messages chat", () => this.draw());
    store.on("arrived", ({ detail }) => this.#arrived(detail));
    host.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    new ResizeObserver(() => this.#stick && this.toBottom(false)).observe(host);
    new ResizeObserver(() => this.#stick && this.toBottom(false)).observe(this.list);
    swipeToReply(this.list, (id) => actions.reply(id));
    this.list.addEventListener("dblclick", (event) => {
      if (event.target.closest("button, a, .text, dialog")) return;
      const row = event.target.closest(".row");
      if (row) actions.reply(Number(row.dataset.message));
    });
  }

  draw() {
    const { store } = this;
    const other = this.#chat !== store.chat;
    if (other) {
      this.#rows.clear();
      this.#chat = store.chat;
      this.#stick = true;
      this.#shown = PAGE_GROUPS;
    }
    const all = groupsOf(store.messages, store);
    const unread = all.findIndex(({ messages }) => messages.some((message) => message.message_id === store.unreadFrom));
    if (unread >= 0) this.#shown = Math.max(this.#shown, all.length - unread + 10);
    const groups = all.slice(-this.#shown);
    this.#earlier = all.length - groups.length;
    const wanted = [];
    let day = null;
    for (const group of groups) {
      const head = group.messages[0];
      if (dayOf(head.date) !== day) {
        day = dayOf(head.date);
        wanted.push(this.#row(`day ${day}`, day, () => element("div", { class: "day", role: "separator" }, element("span", {}, day))));
      }
      if (group.messages.some((message) => message.message_id === store.unreadFrom)) {
        wanted.push(this.#row("unread", "unread", () => element("div", { class: "unread-mark", role: "separator" }, "Unread messages")));
      }
      wanted.push(this.#groupRow(group));
    }
    if (groups.length === 0 && store.currentChat) {
      wanted.push(this.#row("welcome", `${store.chat} ${store.me.id}`, () => welcome(store, this.actions)));
    }
    const keep = new Set(wanted);
    for (const [name, row] of this.#rows) if (!keep.has(row.node)) this.#rows.delete(name);
    this.#place(wanted);
    if (other) this.#afterOpening();
    else if (this.#stick) this.toBottom(true);
  }

  #row(name, signature, build) {
    const known = this.#rows.get(name);
    if (known?.signature === signature) return known.node;
    const node = build();
    if (known?.node.contains(document.activeElement)) this.#restoreFocus(known.node, node);
    this.#rows.set(name, { node, signature });
    return node;
  }

  #groupRow(group) {
    const { store } = this;
    const { messages } = group;
    const head = messages[0];
    if (head.service) return this.#row(head.message_id, head.service, () => element("div", { class: "service", data: { message: head.message_id } }, head.service));
    const find = (id) => (id ? store.message(id) : null);
    const isPending = (id, label) => store.pendingTaps.has(`${id}\n${label}`);
    const pending = [...store.pendingTaps].filter((key) => messages.some((message) => key.startsWith(`${message.message_id}\n`)));
    const signature = JSON.stringify([group, find(head.reply_to), pending, store.currentChat?.type]);
    const fresh = !this.#rows.has(head.message_id) && this.#rows.size > 0;
    const node = this.#row(head.message_id, signature, () => bubble(group, {
      isGroup: store.currentChat?.type !== "private",
      isMine: (message) => store.isMine(message),
      nameOf: (message) => (store.isMine(message) ? "You" : nameOf(message, store)),
      find, isPending, actions: this.actions,
    }));
    if (fresh) node.classList.add("fresh");
    return node;
  }

  /** A redrawn message keeps the keyboard focus on the same control. */
  #restoreFocus(before, after) {
    const controls = (node) => [...node.querySelectorAll("button, a[href]")];
    const position = controls(before).indexOf(document.activeElement);
    if (position >= 0) requestAnimationFrame(() => (controls(after)[position] ?? this.host).focus({ preventScroll: true }));
  }

  #place(wanted) {
    const keep = new Set(wanted);
    for (const child of [...this.list.children]) if (!keep.has(child)) child.remove();
    wanted.forEach((node, position) => {
      if (this.list.children[position] !== node) this.list.insertBefore(node, this.list.children[position] ?? null);
    });
  }

  #afterOpening() {
    this.#setMissed(0);
    const mark = this.list.querySelector(".unread-mark");
    if (!mark) { this.toBottom(false); return; }
    this.#stick = false;
    mark.scrollIntoView({ block: "start" });
    this.#scrolled();
  }

  #arrived({ chatId, mine }) {
    if (chatId !== this.store.chat) return;
    if (mine) this.toBottom(true);
    else if (!this.#stick) this.#setMissed(this.#missed + 1);
  }

  #setMissed(count) {
    this.#missed = count;
    this.badge.textContent = String(count);
    this.badge.hidden = count === 0;
    this.down.setAttribute("aria-label", count ? `Go to the newest message, ${count} new` : "Go to the newest message");
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.host;
    const near = scrollHeight - scrollTop - clientHeight < NEAR_PX;
    if (near) this.#stick = true;
    else if (scrollTop < this.#lastTop - 1) this.#stick = false;
    this.#lastTop = scrollTop;
    this.down.hidden = near || this.#stick;
    if (near) this.#setMissed(0);
    if (scrollTop < clientHeight && this.#earlier > 0) this.#showEarlier(PAGE_GROUPS);
  }

  #showEarlier(groups) {
    const below = this.host.scrollHeight - this.host.scrollTop;
    this.#shown += groups;
    this.draw();
    this.host.scrollTop = this.host.scrollHeight - below;
  }

  toBottom(smooth) {
    this.#stick = true;
    this.down.hidden = true;
    const calm = !smooth || matchMedia("(prefers-reduced-motion: reduce)").matches || document.hidden;
    this.host.scrollTo({ top: this.host.scrollHeight, behavior: calm ? "instant" : "smooth" });
  }

  /** Scrolls to a message and lets it glow for a moment. */
  jump(id) {
    if (!this.store.message(id)) return;
    const find = () => this.list.querySelector(`.tile[data-message="${id}"], .row[data-message="${id}"]`)?.closest(".row");
    if (!find() && this.#earlier > 0) this.#showEarlier(this.#earlier);
    const row = find();
    if (!row) return;
    this.#stick = false;
    row.scrollIntoView({ block: "center", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "instant" : "smooth" });
    row.classList.remove("glow");
    requestAnimationFrame(() => row.classList.add("glow"));
    row.addEventListener("animationend", () => row.classList.remove("glow"), { once: true });
  }
}
