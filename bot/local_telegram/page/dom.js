// Building elements without ever parsing text as HTML.

const PROPERTIES = new Set(["value", "hidden", "disabled", "open", "checked"]);

/** Returns a new element: `on*` keys become listeners, `data`/`style` objects are spread, the rest are attributes. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(node.dataset, value);
    else if (name === "style") Object.entries(value).forEach(([key, text]) => node.style.setProperty(key, text));
    else if (PROPERTIES.has(name)) node[name] = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Returns a real button with a name that screen readers speak; `title` doubles as the hint under the mouse. */
export function iconButton(name, symbol, onclick, attributes = {}) {
  return element("button", { type: "button", "aria-label": name, title: name, onclick, ...attributes,
    class: `icon-button ${attributes.class ?? ""}`.trim() }, symbol);
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const weekday = new Intl.DateTimeFormat("en", { day: "numeric", month: "long" });
const withYear = new Intl.DateTimeFormat("en", { day: "numeric", month: "long", year: "numeric" });

/** Formats Unix seconds as hours and minutes of the reader's locale. */
export function timeOf(seconds) {
  return clock.format(new Date(seconds * 1000));
}

/** Formats Unix seconds as "Today", "Yesterday" or a date. */
export function dayOf(seconds) {
  const date = new Date(seconds * 1000);
  const today = new Date();
  const days = Math.round((new Date(today).setHours(0, 0, 0, 0) - new Date(date).setHours(0, 0, 0, 0)) / 86400000);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return (date.getFullYear() === today.getFullYear() ? weekday : withYear).format(date);
}

/** Formats a size in bytes. */
export function sizeOf(bytes) {
  if (!Number.isFinite(bytes)) return "";
  const units = ["B", "KB", "MB", "GB"];
  let step = 0;
  while (bytes >= 1000 && step < units.length - 1) { bytes /= 1000; step += 1; }
  return `${bytes < 10 && step > 0 ? bytes.toFixed(1) : Math.round(bytes)} ${units[step]}`;
}

/** Returns one line that stands for a message in lists, quotes and announcements. */
export function summaryOf(message) {
  if (!message) return "";
  const words = (message.text || message.caption || "").replace(/\s+/g, " ").trim();
  if (words) return words;
  if (message.photo) return "Photo";
  return message.document?.name ?? message.service ?? { voice: "Voice message", sticker: "Sticker", location: "Location" }[message.kind] ?? "Message";
}

/** Returns a round picture with initials, coloured by id; the bot has the project's sign. */
export function avatar(id, name, kind = "user") {
  if (kind === "bot") {
    return element("img", { class: "avatar", src: "/page/logo.svg", alt: "", width: 48, height: 48 });
  }
  const initials = (name || "?").split(/\s+/).slice(0, 2).map((word) => [...word][0] ?? "").join("").toUpperCase();
  return element("span", { class: `avatar tone-${Math.abs(Number(id) || 0) % 7}`, "aria-hidden": "true" }, initials);
}
