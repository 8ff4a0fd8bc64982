// A picture on the whole window; the arrow keys go through its album.

import { element, iconButton, timeOf } from "./dom.js";
import { formatted } from "./entities.js";
import { icon } from "./icons.js";

const CLOSER = 2.5;
const SWIPE_PX = 60;

export class Zoom {
  #group = [];
  #position = 0;
  #touch = null;

  /** `reply(messageId)` is called by the button under the picture. */
  constructor({ reply }) {
    this.reply = reply;
    this.picture = element("img", { class: "zoom-picture", alt: "", draggable: "false",
      ondblclick: (event) => this.#closer(event), onpointermove: (event) => this.#aim(event) });
    this.caption = element("div", { class: "zoom-caption", dir: "auto" });
    this.count = element("span", { class: "zoom-count", role: "status" });
    this.previous = iconButton("Previous picture", icon("back", 30), () => this.#go(-1), { class: "zoom-step zoom-previous" });
    this.following = iconButton("Next picture", icon("next", 30), () => this.#go(1), { class: "zoom-step zoom-next" });
    this.original = element("a", { class: "icon-button", download: "", "aria-label": "Save picture", title: "Save picture" }, icon("download"));
    this.strip = element("div", { class: "zoom-strip" });
    this.dialog = element("dialog", { class: "zoom", "aria-label": "Picture",
      onkeydown: (event) => this.#key(event), onclick: (event) => this.#clicked(event), onclose: () => this.#closed() },
    element("header", {}, this.count,
      iconButton("Reply to this picture", icon("reply"), () => this.#reply(), { class: "zoom-reply" }),
      this.original, iconButton("Close", icon("close"), () => this.dialog.close(), { class: "zoom-close" })),
    element("div", { class: "zoom-stage" }, this.previous, this.picture, this.following),
    element("footer", {}, this.caption, this.strip));
    this.dialog.addEventListener("touchstart", (event) => this.#touchStarted(event), { passive: true });
    this.dialog.addEventListener("touchend", (event) => this.#touchEnded(event), { passive: true });
    document.body.append(this.dialog);
  }

  open(group, position) {
    this.#group = group;
    this.strip.hidden = group.length < 2;
    this.strip.replaceChildren(...(group.length < 2 ? [] : group.map((message, index) => element("button",
      { type: "button", class: "zoom-thumb", "aria-label": `Picture ${index + 1}`, onclick: () => this.#show(index) },
      element("img", { src: message.photo.thumb ?? message.photo.url, alt: "" })))));
    this.#show(position);
    if (!this.dialog.open) this.dialog.showModal();
    this.dialog.querySelector(".zoom-close").focus();
  }

  #show(position) {
    this.#position = position;
    const message = this.#group[position];
    this.picture.classList.remove("closer");
    this.picture.src = message.photo.url;
    this.picture.width = message.photo.width;
    this.picture.height = message.photo.height;
    const caption = message.caption ? message : this.#group.find((other) => other.caption);
    this.picture.alt = caption?.caption ? `Picture: ${caption.caption}` : `Picture sent at ${timeOf(message.date)}`;
    this.caption.replaceChildren(caption ? formatted(caption.caption, caption.entities) : "");
    this.count.textContent = this.#group.length > 1 ? `${position + 1} of ${this.#group.length}` : timeOf(message.date);
    this.original.href = message.photo.url;
    this.original.download = `picture-${message.message_id}.jpg`;
    this.previous.disabled = position === 0;
    this.following.disabled = position === this.#group.length - 1;
    this.previous.hidden = this.following.hidden = this.#group.length < 2;
    [...this.strip.children].forEach((thumb, index) => thumb.toggleAttribute("aria-current", index === position));
  }

  #go(step) {
    const next = this.#position + step;
    if (next >= 0 && next < this.#group.length) this.#show(next);
  }

  #key(event) {
    const steps = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };
    if (event.key in steps) this.#go(steps[event.key]);
    else if (event.key === "Home") this.#show(0);
    else if (event.key === "End") this.#show(this.#group.length - 1);
    else if (event.key === "r" && !event.ctrlKey && !event.metaKey) this.#reply();
    else return;
    event.preventDefault();
  }

  #clicked(event) {
    if (!event.target.closest("button, a, img, .zoom-caption")) this.dialog.close();
  }

  #reply() {
    const { message_id: id } = this.#group[this.#position];
    this.dialog.close();
    this.reply(id);
  }

  #closed() {
    this.picture.removeAttribute("src");
  }

  #closer(event) {
    this.picture.classList.toggle("closer");
    this.picture.style.setProperty("--closer", String(CLOSER));
    this.#aim(event);
  }

  #aim(event) {
    if (!this.picture.classList.contains("closer")) return;
    const frame = this.dialog.querySelector(".zoom-stage").getBoundingClientRect();
    this.picture.style.setProperty("transform-origin",
      `${((event.clientX - frame.left) / frame.width) * 100}% ${((event.clientY - frame.top) / frame.height) * 100}%`);
  }

  #touchStarted(event) {
    const [finger] = event.touches;
    this.#touch = event.touches.length === 1 ? { x: finger.clientX, y: finger.clientY } : null;
  }

  #touchEnded(event) {
    if (!this.#touch || this.picture.classList.contains("closer")) return;
    const [finger] = event.changedTouches;
    const across = finger.clientX - this.#touch.x;
    const along = finger.clientY - this.#touch.y;
    this.#touch = null;
    if (Math.abs(across) > SWIPE_PX && Math.abs(across) > Math.abs(along)) this.#go(across < 0 ? 1 : -1);
    else if (along > SWIPE_PX * 1.5) this.dialog.close();
  }
}
