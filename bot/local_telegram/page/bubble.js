// One message, or one album, as an element.

import { avatar, dayOf, element, iconButton, sizeOf, summaryOf, timeOf } from "./dom.js";
import { formatted, isJumbo, safeAddress } from "./entities.js";
import { icon } from "./icons.js";
import { layout, single } from "./mosaic.js";

const MEDIA_WIDTH = 432;

function meta(message, { mine, answered }, over) {
  return element("span", { class: `meta ${over ? "meta-over" : ""}`, dir: "ltr" },
    message.edited && element("span", { class: "edited" }, "edited"),
    element("time", { datetime: new Date(message.date * 1000).toISOString(), title: new Date(message.date * 1000).toLocaleString() },
      timeOf(message.date)),
    mine && element("span", { class: "ticks" }, icon(answered ? "checks" : "check", 16),
      element("span", { class: "visually-hidden" }, answered ? "answered" : "sent")));
}

function photoName(message, position, count) {
  const which = count > 1 ? `picture ${position + 1} of ${count}` : "picture";
  const words = message.caption ? `: ${message.caption.slice(0, 120)}` : "";
  return `Open ${which}${words}`;
}

function tile(message, position, group, size, actions) {
  const { photo } = message;
  const enough = Math.max(size.width, size.height) <= 160 ? photo.thumb : null;
  const image = element("img", { src: enough ?? photo.url, alt: "", draggable: "false", decoding: "async", loading: "lazy" });
  image.addEventListener("error", () => image.classList.add("broken"), { once: true });
  const open = element("button", { type: "button", class: "open-picture", "aria-label": photoName(message, position, group.length),
    onclick: () => actions.zoom(group, position) }, image);
  const preview = photo.thumb ? `url(${JSON.stringify(photo.thumb)})` : "none";
  return element("div", { class: "tile", data: { message: message.message_id }, style: { "background-image": preview } }, open,
    group.length > 1 && iconButton(`Reply to picture ${position + 1}`, icon("reply", 18),
      () => actions.reply(message.message_id), { class: "reply-picture" }));
}

function mosaic(group, actions) {
  const album = group.length > 1;
  const plan = album ? layout(group.map((message) => message.photo), MEDIA_WIDTH) : single(group[0].photo, MEDIA_WIDTH);
  const tiles = plan.tiles ?? [{ x: 0, y: 0, width: plan.width, height: plan.height }];
  const box = element("div", { class: "mosaic", style: { "aspect-ratio": `${plan.width} / ${plan.height}` } });
  group.forEach((message, position) => {
    const place = tiles[position];
    const node = tile(message, position, group, place, actions);
    node.style.left = `${(place.x / plan.width) * 100}%`;
    node.style.top = `${(place.y / plan.height) * 100}%`;
    node.style.width = `${(place.width / plan.width) * 100}%`;
    node.style.height = `${(place.height / plan.height) * 100}%`;
    box.append(node);
  });
  return { box, width: plan.width };
}

function quote(message, original, context) {
  if (!message.reply_to) return null;
  const name = original ? context.nameOf(original) : "Reply";
  return element("button", { type: "button", class: `quote ${original && context.isMine(original) ? "" : "from-other"}`,
    "aria-label": `Reply to ${name}: ${original ? summaryOf(original) : "deleted message"}. Go to it`,
    disabled: !original, onclick: () => context.actions.jump(message.reply_to) },
  original?.photo && element("img", { src: original.photo.thumb ?? original.photo.url, alt: "" }),
  element("span", { class: "quote-words" },
    element("span", { class: "quote-name" }, name),
    element("span", { class: "quote-text", dir: "auto" },
      original ? (original.text || original.caption || (original.photo ? "Photo" : summaryOf(original))) : "Deleted message")));
}

function attachment(file) {
  return element("a", { class: "document", href: safeFile(file.url), download: file.name ?? "", rel: "noopener" },
    element("span", { class: "document-sign" }, icon("file", 22)),
    element("span", { class: "document-words" },
      element("span", { class: "document-name", dir: "auto" }, file.name ?? "File"),
      element("span", { class: "document-size" }, sizeOf(file.size) || "Download")));
}

function safeFile(url) {
  return url?.startsWith("/") && !url.startsWith("//") ? url : safeAddress(url);
}

function key(button, message, context) {
  const sign = { url: "external", copy: "copy" }[button.kind];
  const label = [element("span", { class: "key-label", dir: "auto" }, button.label), sign && icon(sign, 13)];
  if (button.kind === "url" && context.actions.startLink(button.url) === null) {
    return element("a", { class: "key", href: safeAddress(button.url), target: "_blank", rel: "noopener noreferrer" }, label);
  }
  const pending = context.isPending(message.message_id, button.label);
  return element("button", { type: "button", class: `key ${pending ? "pending" : ""} ${button.style ?? ""}`.trim(),
    "aria-busy": pending ? "true" : null,
    onclick: (event) => context.actions.press(message, button, event.currentTarget) },
  label, pending && element("span", { class: "spinner", role: "img", "aria-label": "waiting for the answer" }));
}

function keyboard(message, context) {
  const rows = message.keyboard ?? (message.buttons ?? []).map((row) => row.map((label) => ({ label, kind: "callback" })));
  if (rows.length === 0) return null;
  return element("div", { class: "keyboard", role: "group", "aria-label": "Buttons of this message" },
    rows.map((row) => element("div", { class: "keys" }, row.map((button) => key(button, message, context)))));
}

function kindOf(message) {
  if (message.location) return `Location ${message.location.latitude?.toFixed(4)}, ${message.location.longitude?.toFixed(4)}`;
  return { voice: "Voice message", sticker: "Sticker" }[message.kind] ?? "This message cannot be shown here.";
}

function words(message, group, context, mediaOnly) {
  const text = message.text || message.caption || "";
  if (!text && (mediaOnly || message.document)) return null;
  const jumbo = message.text && !message.entities?.length && isJumbo(text.trim());
  return element("div", { class: `text ${jumbo ? "jumbo" : ""}`, dir: "auto" },
    text ? formatted(text, message.entities, context.actions.command) : element("span", { class: "kindless" }, kindOf(message)),
    meta(message, group, false));
}

/**
 * Returns the element of a group: {messages (one, or an album), mine, name, first, last, answered}.
 * `context` answers questions about other messages and has the actions that a person can take.
 */
export function bubble(group, context) {
  const { messages, mine, first, last } = group;
  const head = messages[0];
  const captioned = messages.filter((message) => message.text || message.caption);
  const spoken = captioned.length === 1 ? captioned[0] : head;
  const showsWords = messages.length === 1 || captioned.length === 1;
  const bearer = messages.find((message) => message.keyboard?.length || message.buttons?.length);
  const media = head.photo ? mosaic(messages, context.actions) : null;
  const text = showsWords ? words(spoken, group, context, Boolean(media)) : null;
  const keys = bearer ? keyboard(bearer, context) : null;
  const named = first && !mine && context.isGroup;
  const body = element("div", { class: `bubble ${media ? "with-media" : ""} ${text ? "" : "without-text"}`.trim() },
    named && element("div", { class: `sender tone-text-${Math.abs(head.sender?.id ?? 0) % 7}` }, group.name),
    quote(head, context.find(head.reply_to), context),
    media?.box,
    head.document && attachment(head.document),
    text,
    !text && meta(spoken, group, Boolean(media)));
  const stack = element("div", { class: "stack" }, body, keys);
  if (media) stack.style.setProperty("--media-width", `${media.width}px`);
  const side = !mine && context.isGroup && element("div", { class: "side" },
    last && avatar(head.sender?.id, group.name, head.from === "bot" ? "bot" : "user"));
  const classes = ["row", mine ? "out" : "in", first && "first", last && "last", keys && "with-keys", messages.length > 1 && "album"];
  return element("article", { class: classes.filter(Boolean).join(" "), data: { message: head.message_id },
    "aria-label": `${mine ? "You" : group.name}, ${dayOf(head.date)} ${timeOf(head.date)}` },
  side, stack,
  element("div", { class: "row-actions" },
    iconButton("Reply", icon("reply", 20), () => context.actions.reply(spoken.message_id), { class: "reply" })));
}
