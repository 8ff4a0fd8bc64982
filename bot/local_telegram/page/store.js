// What the page knows: people, chats, messages. Parts of the page listen to topics and draw themselves anew.
//
// Topics: "people" (users, me), "chats" (list, unread, last), "chat" (another chat was opened), "messages" (of the open
// chat), "typing", "reply", "connection", "calls"; "arrived" carries a new message in `detail`.

import { summaryOf } from "./dom.js";
import { EventStream, server } from "./server.js";

const TYPING_MS = 5500;

export class Store extends EventTarget {
  me = null;
  users = [];
  bot = null;
  chats = [];
  chat = null;
  connected = true;
  replyTo = null;
  unreadFrom = null;
  transcripts = new Map();
  pendingTaps = new Set();
  typing = new Map();
  #stream = null;
  #loading = 0;
  #meanwhile = null;
  #commands = [];

  on(topics, listener) {
    for (const topic of topics.split(" ")) this.addEventListener(topic, listener);
  }

  emit(topic, detail = null) {
    this.dispatchEvent(new CustomEvent(topic, { detail }));
  }

  get currentChat() {
    return this.chats.find((chat) => chat.id === this.chat) ?? null;
  }

  /** The bot's commands for this person in the open chat. */
  get commands() {
    return this.currentChat?.commands ?? this.#commands;
  }

  /** Messages of the open chat, oldest first. */
  get messages() {
    const known = this.transcripts.get(this.chat);
    return known ? [...known.values()].sort((a, b) => a.message_id - b.message_id) : [];
  }

  message(id) {
    return this.transcripts.get(this.chat)?.get(id) ?? null;
  }

  isMine(message) {
    return message.from === "user" && (!message.sender || message.sender.id === this.me?.id);
  }

  /** Becomes another user: everything is read again, since each person sees other chats. */
  async become(userId, chatId = null) {
    this.#stream?.close();
    this.transcripts.clear();
    this.typing.clear();
    this.setReply(null);
    await this.#readState(userId);
    const wanted = this.chats.find((chat) => chat.id === chatId) ?? this.chats.find((chat) => chat.type === "private");
    this.emit("people");
    await this.openChat((wanted ?? this.chats[0])?.id ?? null);
    this.#stream = new EventStream(this.me.id, {
      onEvent: (event) => this.#receive(event),
      onConnected: () => this.#connectedAgain(),
      onLost: () => this.#setConnected(false),
    });
  }

  async #readState(userId) {
    const state = await server.state(userId);
    // What was read here counts, the server does not know who looked at what.
    const read = new Map(state.me.id === this.me?.id ? this.chats.map((chat) => [chat.id, chat.unread]) : []);
    Object.assign(this, { me: state.me, users: state.users, bot: state.bot });
    this.#commands = state.commands ?? [];
    this.chats = state.chats.map((chat) => ({ ...chat, unread: read.get(chat.id) ?? chat.unread ?? 0,
      last: chat.last_message }));
    this.emit("chats");
  }

  async openChat(chatId) {
    const other = chatId !== this.chat;
    this.chat = chatId;
    if (other) this.setReply(null);
    this.unreadFrom = null;
    if (chatId !== null) await this.#readTranscript(chatId);
    const chat = this.currentChat;
    if (chat?.unread > 0) this.unreadFrom = this.messages.filter((message) => !this.isMine(message)).at(-chat.unread)?.message_id ?? null;
    this.markRead();
    this.emit("chat");
    this.emit("messages");
  }

  async #readTranscript(chatId) {
    this.#loading += 1;
    const turn = this.#loading;
    this.#meanwhile = [];
    const { messages } = await server.transcript(chatId);
    if (turn !== this.#loading) return;
    const read = new Map(messages.map((message) => [message.message_id, message]));
    this.#meanwhile.filter((change) => change.chatId === chatId).forEach((change) => change.apply(read));
    this.#meanwhile = null;
    this.transcripts.set(chatId, read);
    const chat = this.chats.find((candidate) => candidate.id === chatId);
    if (chat && messages.length > 0) chat.last = messages.at(-1);
  }

  /** Changes a transcript; what happens while it is being read is not in the answer yet, so it is applied again then. */
  #change(chatId, apply) {
    const known = this.transcripts.get(chatId);
    if (known) apply(known);
    this.#meanwhile?.push({ chatId, apply });
  }

  markRead() {
    const chat = this.currentChat;
    if (chat && !document.hidden && chat.unread > 0) chat.unread = 0;
    this.emit("chats");
  }

  /** Reads everything again, the first time too: something may have come between the reading and the stream. */
  async #connectedAgain() {
    this.#setConnected(true);
    await this.refresh();
  }

  /** Reads everything again, for example after the connection was lost. */
  async refresh() {
    try {
      await this.#readState(this.me.id);
      if (this.chat !== null) await this.#readTranscript(this.chat);
    } catch {
      this.#setConnected(false);
      return;
    }
    this.emit("people");
    this.emit("messages");
    this.emit("calls");
  }

  #setConnected(connected) {
    if (connected === this.connected) return;
    this.connected = connected;
    this.emit("connection");
  }

  async #receive(event) {
    switch (event.type) {
      case "message": return this.#arrived(event.chat, event.message);
      case "edited": return this.#edited(event.chat, event.message);
      case "deleted": return this.#deleted(event.chat, event.message_ids ?? [event.message_id]);
      case "typing": return this.#setTyping(event.chat, event.action);
      case "call": return this.emit("calls", event);
      case "commands": return this.refresh();
      case "reset":
        this.transcripts.clear();
        this.setReply(null);
        this.emit("reset");
        return this.refresh();
      default: return undefined;
    }
  }

  #arrived(chatId, message) {
    this.#change(chatId, (known) => known.set(message.message_id, message));
    const chat = this.chats.find((candidate) => candidate.id === chatId);
    if (!chat) { this.refresh(); return; }
    chat.last = message;
    const mine = this.isMine(message);
    if (message.from === "bot") this.#setTyping(chatId, null);
    if (!mine && (chatId !== this.chat || document.hidden)) {
      chat.unread += 1;
      if (chatId === this.chat && this.unreadFrom === null) this.unreadFrom = message.message_id;
    } else if (mine && chatId === this.chat) this.unreadFrom = null;
    this.emit("chats");
    if (chatId === this.chat) this.emit("messages");
    this.emit("arrived", { chatId, message, mine, summary: summaryOf(message) });
  }

  #edited(chatId, message) {
    this.#change(chatId, (known) => known.has(message.message_id) && known.set(message.message_id, message));
    const chat = this.chats.find((candidate) => candidate.id === chatId);
    if (chat?.last?.message_id === message.message_id) { chat.last = message; this.emit("chats"); }
    if (chatId === this.chat) this.emit("messages");
  }

  #deleted(chatId, ids) {
    this.#change(chatId, (read) => ids.forEach((id) => read.delete(id)));
    const known = this.transcripts.get(chatId);
    if (!known) return;
    const chat = this.chats.find((candidate) => candidate.id === chatId);
    if (chat) { chat.last = [...known.values()].at(-1) ?? null; this.emit("chats"); }
    if (chatId !== this.chat) return;
    if (ids.includes(this.replyTo)) this.setReply(null);
    this.emit("messages");
  }

  #setTyping(chatId, action) {
    clearTimeout(this.typing.get(chatId)?.timer);
    if (action) this.typing.set(chatId, { action, timer: setTimeout(() => this.#setTyping(chatId, null), TYPING_MS) });
    else this.typing.delete(chatId);
    this.emit("typing");
  }

  setReply(messageId) {
    this.replyTo = messageId;
    this.emit("reply");
  }

  async send(text) {
    const replyTo = this.replyTo;
    this.setReply(null);
    const { message_id: id } = await server.message(this.me.id, this.chat, text, replyTo);
    await this.#ensure([id]);
  }

  async sendPhotos(files, caption) {
    const replyTo = this.replyTo;
    this.setReply(null);
    const answer = await server.photos(this.me.id, this.chat, caption, files, replyTo);
    await this.#ensure(answer.message_ids ?? [answer.message_id]);
  }

  /** The event stream brings what was sent; while it is broken, the transcript is read instead. */
  async #ensure(ids) {
    if (this.connected || ids.every((id) => this.message(id))) return;
    await this.#readTranscript(this.chat);
    this.emit("messages");
  }

  /** Presses an inline button; resolves to the bot's answer ({text, alert}), or null where it gave none. */
  async tap(messageId, label) {
    const key = `${messageId}\n${label}`;
    if (this.pendingTaps.has(key)) return undefined;
    this.pendingTaps.add(key);
    this.emit("messages");
    try {
      return (await server.tap(this.me.id, this.chat, messageId, label)).answer;
    } finally {
      this.pendingTaps.delete(key);
      this.emit("messages");
    }
  }
}
