// The sheet of one picture, with the button that puts it into the chat; and the line of news at the foot.

import { picture, Refused, tell } from "./ask.js";

const SHOWN_MS = 6000;
let hiding = 0;

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

export function say(text, fatal = false) {
  const line = document.getElementById("status");
  line.textContent = text;
  line.classList.add("shown");
  line.classList.toggle("fatal", fatal);
  clearTimeout(hiding);
  if (!fatal) hiding = setTimeout(() => line.classList.remove("shown"), SHOWN_MS);
}

// Runs what may be refused; the reason is said.
export async function attempt(act, fatal = false) {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    say(error.message, fatal);
    return undefined;
  }
}

export function legend(entries) {
  document.getElementById("legend").replaceChildren(...entries.map(({ name, colour }) => {
    const dot = element("span", { class: "dot", "aria-hidden": "true" });
    dot.style.background = colour;
    return element("li", {}, dot, name);
  }));
}

// Shows item {title, category, price} of a row.
export function openSheet(snapshot, row, item) {
  const image = element("img", { alt: item.title });
  const refine = element("button", { class: "main", type: "button" }, "Refine from this one");
  const close = element("button", { type: "button" }, "Close");
  const facts = [item.category, item.price].filter(Boolean).join(" · ");
  const sheet = element("dialog", { class: "sheet", "aria-label": item.title },
    image,
    element("div", { class: "words" }, element("h2", {}, item.title), element("p", { class: "muted" }, facts)),
    element("div", { class: "row" }, refine, close));
  close.addEventListener("click", () => sheet.close());
  sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });
  sheet.addEventListener("close", () => sheet.remove());
  refine.addEventListener("click", async () => {
    refine.disabled = true;
    const done = await attempt(() => tell("do/refine", { snapshot, row }));
    refine.disabled = false;
    if (!done) return;
    sheet.close();
    say(done.said);
  });
  document.body.append(sheet);
  sheet.showModal();
  refine.focus();
  picture(snapshot, row, "small").then((url) => { image.src ||= url; }).catch(() => {});
  picture(snapshot, row, "large").then((url) => { image.src = url; }).catch(() => {});
}
