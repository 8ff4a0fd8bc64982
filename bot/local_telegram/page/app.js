// Puts the page together; the person and the chat are in the address, so that a tab can be reloaded or shared between windows.

import { Calls } from "./calls.js";
import { Composer } from "./composer.js";
import { Header } from "./header.js";
import { Notices } from "./notices.js";
import { Sidebar } from "./sidebar.js";
import { Store } from "./store.js";
import { Transcript } from "./transcript.js";
import { Upload } from "./upload.js";
import { Zoom } from "./zoom.js";

const RETRY_MS = 1500;
const find = (id) => document.getElementById(id);

function fromAddress(name) {
  const number = Number(new URLSearchParams(location.hash.slice(1)).get(name));
  return Number.isSafeInteger(number) && number !== 0 ? number : null;
}

function start() {
  const store = new Store();
  const app = find("app");
  const notices = new Notices(store, { toasts: find("toasts"), banner: find("connection"), announcer: find("announcer") });
  const failed = (error) => notices.toast(error.message);
  const attempt = (work) => work.catch(failed);

  const reply = (id) => { store.setReply(id); composer.focus(); };
  const zoom = new Zoom({ reply });
  const press = async (message, button) => {
    if (button.kind === "copy") {
      await navigator.clipboard.writeText(button.copy_text ?? button.text ?? button.url ?? button.label);
      notices.toast("Copied");
    } else if (!button.kind || button.kind === "callback") {
      const answer = await store.tap(message.message_id, button.label);
      if (answer) notices.answer(answer);
      else if (answer === null) notices.toast("The bot did not answer this button.");
    } else if (button.kind === "switch_inline_current") {
      composer.fill(`@${store.bot.username} ${button.query}`);
    } else if (button.kind === "url") {
      const link = startLink(button.url);
      if (link !== null) await startBot(link);
    } else notices.toast(`“${button.label}” works in Telegram only.`);
  };
  /** The payload of a link to this bot, null for any other address. */
  const startLink = (url) => {
    const found = /^https:\/\/t\.me\/(\w+)\?start=([\w-]{1,64})$/.exec(url);
    return found && found[1].toLowerCase() === store.bot?.username?.toLowerCase() ? found[2] : null;
  };
  const startBot = async (payload) => {
    await store.openChat(store.me.id);
    await store.send(`/start ${payload}`);
  };
  const actions = { startLink, reply, zoom: (group, position) => zoom.open(group, position),
    press: (message, button) => attempt(press(message, button)), command: (text) => composer.command(text) };

  const openChat = (id) => {
    app.classList.remove("list-shown");
    return attempt(store.openChat(id)).then(() => matchMedia("(hover: hover)").matches && composer.focus());
  };
  const sidebar = new Sidebar(store, find("sidebar"), { become: (id) => attempt(store.become(id)), open: openChat });
  const header = new Header(store, find("chat-header"), {
    back: () => { app.classList.add("list-shown"); sidebar.list.querySelector("button")?.focus(); },
    toggleCalls: () => calls.toggle() });
  const calls = new Calls(store, find("calls"), header.calls);
  const composer = new Composer(store, find("composer"), { attach: (files) => upload.open(files),
    start: (payload) => attempt(startBot(payload)), failed });
  const upload = new Upload(store, { say: (text) => notices.toast(text),
    takeText: () => composer.takeText(), returnText: (text) => composer.fill(text) });
  upload.listen(find("chat"), find("drop-hint"));
  new Transcript(store, find("transcript"), find("scroll-down-place"), actions);

  store.on("chat", () => history.replaceState(null, "", `#user=${store.me.id}&chat=${store.chat}`));
  window.addEventListener("hashchange", () => {
    const user = fromAddress("user");
    const chat = fromAddress("chat");
    if (user !== store.me?.id) attempt(store.become(user, chat));
    else if (chat !== store.chat) openChat(chat);
  });
  // Whoever starts to type means the message field, wherever the focus is.
  document.addEventListener("keydown", (event) => {
    const elsewhere = !event.target.closest("textarea, input, dialog, aside, [role=menu]");
    const writes = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (elsewhere && (writes || event.key === "Escape") && !document.querySelector("dialog[open]")) composer.focus();
  });
  document.addEventListener("visibilitychange", () => !document.hidden && store.me && store.markRead());

  const begin = async () => {
    try {
      await store.become(fromAddress("user"), fromAddress("chat"));
      if (matchMedia("(hover: hover)").matches) composer.focus();
    } catch {
      store.connected = false;
      store.emit("connection");
      setTimeout(begin, RETRY_MS);
    }
  };
  begin();
}

start();
