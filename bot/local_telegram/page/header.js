// The head of the open chat: its name, what the bot is doing, and the button of the call log.

import { avatar, element, iconButton } from "./dom.js";
import { icon } from "./icons.js";

const ACTIVITIES = { typing: "typing", upload_photo: "sending a photo", upload_document: "sending a file",
  upload_video: "sending a video", record_voice: "recording", choose_sticker: "choosing a sticker", find_location: "looking for a place" };

/** Returns words for what the bot is doing in a chat, or null. */
export function activityOf(store, chatId) {
  const typing = store.typing.get(chatId);
  return typing ? `${ACTIVITIES[typing.action] ?? "typing"}…` : null;
}

export class Header {
  constructor(store, host, { back, toggleCalls }) {
    this.store = store;
    this.title = element("h1", { class: "chat-name", dir: "auto" });
    this.status = element("div", { class: "chat-status", "aria-live": "off" });
    this.face = element("span", { class: "face" });
    this.calls = iconButton("Bot API calls", icon("code"), toggleCalls, { class: "calls-button", "aria-expanded": "false", "aria-controls": "calls" });
    host.append(iconButton("Back to the chats", icon("back"), back, { class: "back" }), this.face,
      element("div", { class: "chat-names" }, this.title, this.status), this.calls);
    store.on("chat people typing connection", () => this.draw());
  }

  draw() {
    const chat = this.store.currentChat;
    if (!chat) return;
    const isPrivate = chat.type === "private";
    this.title.textContent = chat.title ?? this.store.bot.first_name;
    this.face.replaceChildren(avatar(chat.id, this.title.textContent, isPrivate ? "bot" : "group"));
    const activity = activityOf(this.store, chat.id);
    this.status.classList.toggle("active", Boolean(activity));
    if (activity) {
      this.status.replaceChildren(element("span", { class: "dots", "aria-hidden": "true" }, element("i"), element("i"), element("i")), activity);
    } else {
      this.status.replaceChildren(!this.store.connected ? "connecting…" : isPrivate ? "bot" : chat.members ? `group, ${chat.members} members` : `group with ${this.store.bot.first_name}`);
    }
  }
}
