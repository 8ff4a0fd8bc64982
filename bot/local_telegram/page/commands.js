// The list of commands: opened by the button, or by typing "/".

import { element } from "./dom.js";

export class CommandMenu {
  button = null;
  #matches = [];
  #active = -1;

  /** `choose(command)` sends it, `complete(command)` only writes it into the field. */
  constructor(store, field, { choose, complete }) {
    this.store = store;
    this.field = field;
    this.choose = choose;
    this.complete = complete;
    this.list = element("div", { class: "commands", id: "commands", role: "listbox", "aria-label": "Commands", hidden: true });
    field.setAttribute("aria-controls", "commands");
    field.addEventListener("blur", () => setTimeout(() => document.activeElement !== field && this.close(), 150));
  }

  get isOpen() {
    return !this.list.hidden;
  }

  typed() {
    const typed = /^\/([a-z0-9_]*)$/i.exec(this.field.value);
    if (typed) this.#show(typed[1].toLowerCase());
    else this.close();
  }

  toggle() {
    if (this.isOpen) { this.close(); return; }
    this.#show("");
    this.field.focus();
  }

  close() {
    this.list.hidden = true;
    this.#active = -1;
    this.field.removeAttribute("aria-activedescendant");
    this.button?.setAttribute("aria-expanded", "false");
  }

  #show(beginning) {
    this.#matches = this.store.commands.filter(({ command }) => command.startsWith(beginning));
    if (this.#matches.length === 0) { this.close(); return; }
    this.list.replaceChildren(...this.#matches.map(({ command, description }, position) => element("div",
      { class: "command", role: "option", id: `command-${position}`, "aria-selected": "false",
        onpointerdown: (event) => event.preventDefault(), onclick: () => this.#pick(position) },
      element("span", { class: "command-name" }, `/${command}`), element("span", { class: "command-text" }, description))));
    this.list.hidden = false;
    this.button?.setAttribute("aria-expanded", "true");
    this.#select(beginning ? 0 : -1);
  }

  #select(position) {
    this.#active = position;
    [...this.list.children].forEach((row, index) => row.setAttribute("aria-selected", String(index === position)));
    if (position < 0) { this.field.removeAttribute("aria-activedescendant"); return; }
    this.field.setAttribute("aria-activedescendant", `command-${position}`);
    this.list.children[position].scrollIntoView({ block: "nearest" });
  }

  #pick(position) {
    const { command } = this.#matches[position];
    this.field.value = "";
    this.close();
    this.choose(command);
  }

  /** Handles a key of the text field; returns true when the list took it. */
  key(event) {
    if (!this.isOpen) return false;
    const count = this.#matches.length;
    if (event.key === "ArrowDown") this.#select((this.#active + 1) % count);
    else if (event.key === "ArrowUp") this.#select((this.#active + count - (this.#active < 0 ? 0 : 1)) % count);
    else if (event.key === "Escape") this.close();
    else if (event.key === "Tab" && this.#active >= 0) this.complete(this.#matches[this.#active].command);
    else if (event.key === "Enter" && !event.shiftKey && this.#active >= 0) this.#pick(this.#active);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
