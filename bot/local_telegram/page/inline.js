// Inline mode: "@bot words" in the message field shows what the bot finds, to be posted into the open chat.

import { element } from "./dom.js";
import { server } from "./server.js";

const TYPING_MS = 200;

export class InlineMode {
  #asked = null;
  #timer = null;
  #offset = "";
  #loading = false;

  /** `posted()` empties the field, `start(payload)` opens the chat with the bot, `failed(error)` says what went wrong. */
  constructor(store, field, { posted, start, failed }) {
    Object.assign(this, { store, field, posted, start, failed });
    this.results = element("div", { class: "inline-results", role: "listbox", "aria-label": "Results" });
    this.above = element("div", {});
    this.panel = element("div", { class: "inline", hidden: true, onscroll: () => this.#scrolled() }, this.above, this.results);
  }

  /** The words after the bot's name, or null where the text is no inline query. */
  get words() {
    const name = this.store.bot?.username;
    const typed = /^@(\w+)\s(.*)$/s.exec(this.field.value);
    return name && typed?.[1].toLowerCase() === name.toLowerCase() ? typed[2].trim() : null;
  }

  typed() {
    const { words } = this;
    if (words === null) { this.close(); return; }
    if (words === this.#asked) return;
    this.#asked = words;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#ask(words, ""), TYPING_MS);
  }

  close() {
    clearTimeout(this.#timer);
    this.panel.hidden = true;
    this.#asked = null;
    this.results.replaceChildren();
  }

  async #ask(words, offset) {
    this.#loading = true;
    this.panel.setAttribute("aria-busy", "true");
    try {
      const chatType = this.store.currentChat?.type === "private" ? "sender" : this.store.currentChat?.type;
      const { query_id: id, answer } = await server.inline(this.store.me.id, words, offset, chatType ?? "sender");
      if (words !== this.#asked || !answer) return;
      if (offset === "") this.results.replaceChildren();
      this.#offset = answer.next_offset;
      this.#draw(answer, id);
    } catch (error) {
      this.failed(error);
    } finally {
      this.#loading = false;
      this.panel.removeAttribute("aria-busy");
    }
  }

  #draw({ results, button }, queryId) {
    this.results.append(...results.map((result) => this.#result(result, queryId)));
    this.results.classList.toggle("listed", [...this.results.children].some((node) => !node.classList.contains("pictured")));
    this.above.replaceChildren(...(button ? [element("button", { type: "button", class: "inline-button",
      onclick: () => { this.close(); this.start(button.start_parameter); } }, button.text)] : []));
    this.panel.hidden = this.results.children.length === 0 && !button;
  }

  #result(result, queryId) {
    const file = result.photo_file_id ? `/sim/file/${encodeURIComponent(result.photo_file_id)}?thumb=1` : null;
    return element("button", { type: "button", role: "option", class: `inline-result ${file ? "pictured" : ""}`.trim(),
      "aria-label": `Post ${result.title}`, onclick: () => this.#choose(result, queryId) },
    file && element("img", { src: file, alt: "", loading: "lazy" }),
    element("span", { class: "inline-words" }, element("span", { class: "inline-title", dir: "auto" }, result.title),
      result.description && element("span", { class: "inline-description", dir: "auto" }, result.description)));
  }

  async #choose(result, queryId) {
    try {
      await server.choose(this.store.me.id, this.store.chat, queryId, result.id);
      this.close();
      this.posted();
    } catch (error) {
      this.failed(error);
    }
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.panel;
    if (this.#offset && !this.#loading && scrollHeight - scrollTop - clientHeight < 80) this.#ask(this.#asked, this.#offset);
  }
}
