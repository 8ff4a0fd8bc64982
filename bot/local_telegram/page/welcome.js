// What an empty chat shows: who is here, and what one can do.

import { avatar, element } from "./dom.js";
import { icon } from "./icons.js";

function hint(symbol, title, text) {
  return element("li", {}, element("span", { class: "hint-sign" }, icon(symbol, 20)),
    element("span", {}, element("strong", {}, title), element("span", { class: "hint-text" }, text)));
}

/** Returns the card of an empty chat; its button sends /start. */
export function welcome(store, actions) {
  const group = store.currentChat.type !== "private";
  const starts = store.commands.some((command) => command.command === "start") || store.commands.length === 0;
  const command = group ? `/start@${store.bot.username}` : "/start";
  return element("div", { class: "welcome" },
    avatar(store.bot.id, store.bot.first_name, "bot"),
    element("h2", {}, group ? store.currentChat.title : store.bot.first_name),
    element("p", {}, group ? `Nothing was said here yet. Mention @${store.bot.username} or reply to it.`
      : "Find a picture by talking about it."),
    element("ul", {},
      hint("words", "Say what you see", "“a red summer dress”"),
      hint("photo", "Send a photo", "and add what should be different"),
      hint("reply", "Reply to a picture", "“the same, but with long sleeves”")),
    starts && element("button", { type: "button", class: "primary", onclick: () => actions.command(command) }, "Start"));
}
