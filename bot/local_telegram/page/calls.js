// The drawer with every call of the bot to the Bot API: refused ones in red, what Telegram silently repairs in amber.

import { element, iconButton } from "./dom.js";
import { icon } from "./icons.js";
import { server } from "./server.js";

const QUIET = new Set(["getupdates", "getme", "getwebhookinfo"]);
const MOST = 400;
const FILTERS = { all: "All", refused: "Refused", lint: "Lint" };
const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

function isRefused(call) {
  return call.status >= 400 || call.answer?.ok === false;
}

function lintOf(call) {
  if (!call.lint) return [];
  return Array.isArray(call.lint) ? call.lint : [call.lint];
}

function worded(entry) {
  return typeof entry === "string" ? entry : (entry.message ?? entry.text ?? JSON.stringify(entry));
}

function block(title, value) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  return element("div", { class: "call-part" }, element("h3", {}, title), element("pre", { tabindex: 0 }, text ?? ""));
}

export class Calls {
  #known = new Map();
  #newest = 0;
  #timer = null;
  #filter = "all";
  #quiet = true;

  /** `button` opens and closes the drawer and carries its state for screen readers. */
  constructor(store, host, button) {
    this.store = store;
    this.host = host;
    this.button = button;
    this.count = element("span", { class: "calls-count" });
    this.list = element("div", { class: "call-list" });
    this.filters = element("div", { class: "call-filters", role: "group", "aria-label": "Show" }, Object.entries(FILTERS).map(([name, label]) =>
      element("button", { type: "button", class: "chip", data: { filter: name }, "aria-pressed": String(name === "all"), onclick: () => this.#choose(name) }, label)),
    element("label", { class: "chip-label" }, element("input", { type: "checkbox", onchange: (event) => { this.#quiet = !event.target.checked; this.#draw(true); } }), "getUpdates"));
    host.append(element("header", {}, element("h2", {}, "Bot API calls"), this.count,
      iconButton("Close the call log", icon("close"), () => this.toggle(false))), this.filters, this.list);
    host.addEventListener("keydown", (event) => event.key === "Escape" && this.toggle(false));
    store.on("calls", () => this.#later());
    store.on("reset", () => this.#clear());
  }

  toggle(open = this.host.hidden) {
    this.host.hidden = !open;
    document.getElementById("app").classList.toggle("calls-open", open);
    this.button.setAttribute("aria-expanded", String(open));
    if (open) {
      this.#read();
      this.host.querySelector(".icon-button").focus();
    } else this.button.focus();
  }

  #later() {
    if (this.host.hidden || this.#timer) return;
    this.#timer = setTimeout(() => { this.#timer = null; this.#read(); }, 250);
  }

  async #read() {
    let calls;
    try {
      ({ calls } = await server.calls(this.#newest));
    } catch {
      return;
    }
    for (const call of calls) {
      if (this.#known.has(call.n)) continue;
      this.#known.set(call.n, call);
      this.#newest = Math.max(this.#newest, call.n);
    }
    this.#draw(false);
  }

  #clear() {
    this.#known.clear();
    this.#newest = 0;
    this.#draw(true);
    if (!this.host.hidden) this.#read();
  }

  #choose(name) {
    this.#filter = name;
    for (const chip of this.filters.querySelectorAll("[data-filter]")) chip.setAttribute("aria-pressed", String(chip.dataset.filter === name));
    this.#draw(true);
  }

  #visible() {
    const wanted = { all: () => true, refused: isRefused, lint: (call) => lintOf(call).length > 0 }[this.#filter];
    return [...this.#known.values()]
      .filter((call) => wanted(call) && !(this.#quiet && QUIET.has(call.method.toLowerCase()) && !isRefused(call) && lintOf(call).length === 0))
      .slice(-MOST);
  }

  #draw(anew) {
    const all = [...this.#known.values()];
    const refused = all.filter(isRefused).length;
    const linted = all.filter((call) => lintOf(call).length > 0).length;
    this.count.textContent = [refused && `${refused} refused`, linted && `${linted} lint`].filter(Boolean).join(", ");
    if (anew) this.list.replaceChildren();
    const near = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 60;
    const calls = this.#visible();
    const shown = new Set([...this.list.children].map((row) => Number(row.dataset.n)));
    this.list.querySelector(".call-empty")?.remove();
    this.list.append(...calls.filter((call) => !shown.has(call.n)).map((call) => this.#row(call)));
    while (this.list.children.length > MOST) this.list.firstElementChild.remove();
    if (calls.length === 0) this.list.append(element("p", { class: "call-empty" }, "No calls to show."));
    if (near || anew) this.list.scrollTop = this.list.scrollHeight;
  }

  #row(call) {
    const refused = isRefused(call);
    const lint = lintOf(call);
    const target = call.parameters?.chat_id ?? call.parameters?.callback_query_id;
    const details = element("details", { class: `call ${refused ? "refused" : ""} ${lint.length ? "linted" : ""}`, data: { n: call.n } },
      element("summary", {},
        element("span", { class: "call-status" }, String(call.status)),
        element("span", { class: "call-method" }, call.method),
        element("span", { class: "call-target" }, target === undefined ? "" : String(target)),
        element("time", {}, call.date ? clock.format(new Date(call.date * 1000)) : ""),
        refused && element("span", { class: "call-reason" }, call.answer?.description ?? "refused"),
        lint.map((entry) => element("span", { class: "call-lint" }, worded(entry)))));
    details.addEventListener("toggle", () => {
      if (details.open && details.children.length === 1) details.append(block("Parameters", call.parameters), block("Answer", call.answer));
    });
    return details;
  }
}
