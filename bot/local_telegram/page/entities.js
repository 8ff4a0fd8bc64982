// Formatted text: Telegram's entities count in UTF-16 units, and so do JavaScript's strings.

import { element } from "./dom.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code",
  blockquote: "blockquote", expandable_blockquote: "blockquote" };
const SAFE_ADDRESS = /^(https?:|mailto:|tel:|tg:)/i;

/** Returns the address when a browser may follow it, with a scheme added where there is none; otherwise null. */
export function safeAddress(address) {
  if (!address) return null;
  const complete = /^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`;
  return SAFE_ADDRESS.test(complete) ? complete : null;
}

function link(address) {
  const href = safeAddress(address);
  return href ? element("a", { href, target: "_blank", rel: "noopener noreferrer" }) : element("span");
}

function spoiler() {
  const reveal = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.currentTarget.classList.add("revealed");
    event.currentTarget.removeAttribute("role");
    event.currentTarget.removeAttribute("aria-label");
    event.currentTarget.removeAttribute("tabindex");
  };
  return element("span", { class: "spoiler", role: "button", tabindex: 0, "aria-label": "Hidden text, press to show it",
    onclick: reveal, onkeydown: reveal });
}

function wrapper(entity, covered, onCommand) {
  switch (entity.type) {
    case "text_link": return link(entity.url);
    case "url": return link(covered);
    case "email": return link(`mailto:${covered}`);
    case "phone_number": return link(`tel:${covered.replace(/[^+\d]/g, "")}`);
    case "pre": return element("pre", { class: "code-block", tabindex: 0 });
    case "spoiler": return spoiler();
    case "bot_command":
      return onCommand ? element("button", { type: "button", class: "text-button", onclick: () => onCommand(covered) }) : element("span");
    case "mention": case "hashtag": case "cashtag": case "text_mention": return element("span", { class: "mention" });
    default: return element(TAGS[entity.type] ?? "span");
  }
}

/** Returns a fragment with the text, every entity as an element around its part; entities may be nested. */
export function formatted(text, entities = [], onCommand = null) {
  const sorted = (entities ?? [])
    .filter((entity) => entity.length > 0 && entity.offset >= 0 && entity.offset < text.length)
    .sort((a, b) => a.offset - b.offset || b.length - a.length);
  let position = 0;
  const fill = (parent, start, end) => {
    let at = start;
    while (position < sorted.length && sorted[position].offset < end) {
      const entity = sorted[position];
      position += 1;
      const from = Math.max(entity.offset, at);
      const to = Math.min(entity.offset + entity.length, end);
      if (to <= from) continue;
      parent.append(text.slice(at, from));
      const inner = wrapper(entity, text.slice(from, to), onCommand);
      fill(inner, from, to);
      parent.append(inner);
      at = inner.matches("blockquote, pre") && text[to] === "\n" ? to + 1 : to;
    }
    parent.append(text.slice(at, end));
  };
  const fragment = document.createDocumentFragment();
  fill(fragment, 0, text.length);
  return fragment;
}

/** True for one to three emoji and nothing else: such a message is shown large. */
export function isJumbo(text) {
  return /^(?:\p{RI}\p{RI}|\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F?)(?:\p{EMod}|\u200D\p{Extended_Pictographic}\uFE0F?)*(?:\s?(?:\p{RI}\p{RI}|\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F?)(?:\p{EMod}|\u200D\p{Extended_Pictographic}\uFE0F?)*){0,2}$/u.test(text);
}
