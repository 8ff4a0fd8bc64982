// Photos before they are sent: chosen, pasted or dropped, shown with a caption field.

import { element, iconButton } from "./dom.js";
import { icon } from "./icons.js";

const MOST = 10;

/** Returns the pictures among files; some systems give no type, so the name's ending counts as well. */
function picturesAmong(files) {
  return [...files].filter((file) => file.type.startsWith("image/") || /\.(jpe?g|png|webp|gif|heic|heif|avif|bmp|tiff?)$/i.test(file.name));
}

export class Upload {
  #pictures = [];
  #sending = false;
  #waiting = [];

  /** `say(text)` shows a toast, `takeText()` gives what was typed so far, `returnText(text)` takes it back. */
  constructor(store, { say, takeText, returnText }) {
    this.store = store;
    this.say = say;
    this.takeText = takeText;
    this.returnText = returnText;
    this.grid = element("div", { class: "upload-grid", role: "list" });
    this.caption = element("textarea", { class: "field", rows: 1, placeholder: "Caption", "aria-label": "Caption", dir: "auto",
      onkeydown: (event) => this.#key(event) });
    this.title = element("h2", { id: "upload-title" });
    this.more = element("input", { type: "file", accept: "image/*", multiple: true, class: "visually-hidden", tabindex: -1, "aria-label": "More photos",
      onchange: () => { this.open([...this.more.files]); this.more.value = ""; } });
    this.send = element("button", { type: "submit", class: "primary" }, "Send");
    this.dialog = element("dialog", { class: "card upload", "aria-labelledby": "upload-title",
      oncancel: (event) => { event.preventDefault(); this.#close(); }, onclick: (event) => event.target === this.dialog && this.#close() },
    element("form", { onsubmit: (event) => { event.preventDefault(); this.#submit(); } },
      element("header", {}, iconButton("Cancel", icon("close"), () => this.#close()), this.title,
        iconButton("Add more photos", icon("plus"), () => this.more.click()), this.more),
      this.grid,
      element("footer", {}, this.caption, this.send)));
    document.body.append(this.dialog);
  }

  /** Shows the preview; called again, adds to what is there. */
  open(files) {
    if (this.store.chat === null) return;
    if (this.#sending) { this.#waiting.push(...files); return; }
    const pictures = picturesAmong(files);
    if (pictures.length < files.length) this.say("Only pictures can be sent here.");
    const room = MOST - this.#pictures.length;
    if (pictures.length > room) this.say(`At most ${MOST} pictures go into one message.`);
    this.#pictures.push(...pictures.slice(0, room).map((file) => ({ file, url: URL.createObjectURL(file) })));
    if (this.#pictures.length === 0) return;
    if (!this.dialog.open) {
      this.caption.value = this.takeText();
      this.dialog.showModal();
      this.caption.focus();
    }
    this.#draw();
  }

  #draw() {
    const count = this.#pictures.length;
    this.title.textContent = count === 1 ? "Send a photo" : `Send ${count} photos`;
    this.grid.dataset.count = String(count);
    this.grid.replaceChildren(...this.#pictures.map(({ file, url }, position) => {
      const image = element("img", { src: url, alt: file.name });
      const figure = element("div", { class: "upload-picture", role: "listitem" }, image,
        iconButton(`Remove ${file.name}`, icon("close", 18), () => this.#remove(position)));
      image.addEventListener("error", () => image.replaceWith(
        element("div", { class: "upload-unseen" }, icon("photo", 32), element("span", {}, file.name))), { once: true });
      return figure;
    }));
  }

  #remove(position) {
    URL.revokeObjectURL(this.#pictures[position].url);
    this.#pictures.splice(position, 1);
    if (this.#pictures.length === 0) this.#close();
    else this.#draw();
  }

  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#submit();
  }

  async #submit() {
    if (this.#sending || this.#pictures.length === 0) return;
    this.#sending = true;
    this.send.disabled = true;
    this.send.textContent = "Sending…";
    try {
      await this.store.sendPhotos(this.#pictures.map(({ file }) => file), this.caption.value.trim());
      this.caption.value = "";
      this.#sending = false;
      this.#close();
    } catch (error) {
      this.#sending = false;
      this.say(error.message);
    }
    this.send.disabled = false;
    this.send.textContent = "Send";
    const waiting = this.#waiting.splice(0);
    if (waiting.length > 0) this.open(waiting);
  }

  #close() {
    if (this.#sending) return;
    this.#pictures.forEach(({ url }) => URL.revokeObjectURL(url));
    this.#pictures = [];
    this.grid.replaceChildren();
    if (this.caption.value) this.returnText(this.caption.value);
    this.caption.value = "";
    this.dialog.close();
  }

  /** Takes pictures that are dropped on the chat or pasted anywhere on the page. */
  listen(area, hint) {
    let depth = 0;
    const hasFiles = (event) => [...(event.dataTransfer?.types ?? [])].includes("Files");
    const show = (visible) => { hint.hidden = !visible; };
    hint.append(element("div", {}, icon("photo", 44), element("strong", {}, "Drop photos here"), element("span", {}, "to send them")));
    area.addEventListener("dragenter", (event) => { if (hasFiles(event)) { depth += 1; show(true); event.preventDefault(); } });
    area.addEventListener("dragleave", (event) => { if (hasFiles(event)) { depth = Math.max(0, depth - 1); show(depth > 0); } });
    window.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
    window.addEventListener("drop", (event) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      depth = 0;
      show(false);
      if (area.contains(event.target) || this.dialog.open) this.open([...event.dataTransfer.files]);
    });
    window.addEventListener("paste", (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0) return;
      event.preventDefault();
      this.open(files);
    });
  }
}
