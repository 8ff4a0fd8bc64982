// Pan and zoom by pointer, wheel, two fingers and keys; and the outline that is drawn around points.

const NEAREST = 60; // how far one can zoom in, as a multiple of everything
const STEP = 1.35;
const TAP_PX = 7;

export class View {
  // `changed` is called when the view is another one; `tapped(x, y)`, `hovered(x, y, event)` and `encircled(points)` in
  // CSS pixels of the canvas.
  constructor(canvas, { changed, tapped, hovered, encircled }) {
    Object.assign(this, { canvas, changed, tapped, hovered, encircled, x: 0, y: 0, scale: 1, lasso: false });
    this.pointers = new Map();
    this.path = [];
    canvas.addEventListener("pointerdown", (event) => this.down(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => this.up(event));
    canvas.addEventListener("pointerleave", () => hovered(null));
    canvas.addEventListener("wheel", (event) => {
      event.preventDefault();
      const amount = event.deltaY * (event.deltaMode === 1 ? 18 : 1);
      this.zoom(Math.exp(-Math.max(-300, Math.min(300, amount)) / 350), event.offsetX, event.offsetY);
    }, { passive: false });
  }

  fitted() { return (Math.min(this.canvas.clientWidth, this.canvas.clientHeight) / 2) * 0.94; }

  fit() {
    Object.assign(this, { x: 0, y: 0, scale: this.fitted() });
    this.changed();
  }

  toMap(px, py) {
    return [this.x + (px - this.canvas.clientWidth / 2) / this.scale, this.y + (py - this.canvas.clientHeight / 2) / this.scale];
  }

  toScreen(x, y) {
    return [(x - this.x) * this.scale + this.canvas.clientWidth / 2, (y - this.y) * this.scale + this.canvas.clientHeight / 2];
  }

  pan(dx, dy) {
    this.x = Math.max(-1.2, Math.min(1.2, this.x - dx / this.scale));
    this.y = Math.max(-1.2, Math.min(1.2, this.y - dy / this.scale));
    this.changed();
  }

  zoom(factor, px = this.canvas.clientWidth / 2, py = this.canvas.clientHeight / 2) {
    const [x, y] = this.toMap(px, py);
    const least = this.fitted() * 0.6;
    this.scale = Math.max(least, Math.min(this.fitted() * NEAREST, this.scale * factor));
    const [nowX, nowY] = this.toMap(px, py);
    this.x += x - nowX;
    this.y += y - nowY;
    this.changed();
  }

  press(key) {
    const step = 60;
    const moves = { ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
    if (moves[key]) this.pan(...moves[key]);
    else if (key === "+" || key === "=") this.zoom(STEP);
    else if (key === "-") this.zoom(1 / STEP);
    else if (key === "0") this.fit();
    else return false;
    return true;
  }

  down(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    this.travelled = this.pointers.size > 1 ? Infinity : 0;
    this.path = this.lasso ? [[event.offsetX, event.offsetY]] : [];
    this.hovered(null);
  }

  move(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      if (event.pointerType === "mouse" && !this.lasso) this.hovered(event.offsetX, event.offsetY);
      return;
    }
    const now = { x: event.offsetX, y: event.offsetY };
    if (this.lasso && this.pointers.size === 1) {
      this.path.push([now.x, now.y]);
      this.changed();
    } else if (this.pointers.size === 1) {
      this.travelled += Math.hypot(now.x - before.x, now.y - before.y);
      if (this.travelled > TAP_PX) {
        this.canvas.classList.add("moving");
        this.pan(now.x - before.x, now.y - before.y);
      }
    } else {
      const [other] = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, point]) => point);
      const apart = (point) => Math.hypot(point.x - other.x, point.y - other.y);
      this.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
      this.zoom(apart(now) / Math.max(apart(before), 1), (now.x + other.x) / 2, (now.y + other.y) / 2);
    }
    this.pointers.set(event.pointerId, now);
  }

  up(event) {
    if (!this.pointers.delete(event.pointerId)) return;
    this.canvas.classList.remove("moving");
    const path = this.path;
    this.path = [];
    if (event.type === "pointercancel" || this.pointers.size) return this.changed();
    if (this.lasso && path.length > 2) this.encircled(path);
    else if (this.travelled <= TAP_PX) this.tapped(event.offsetX, event.offsetY);
    return this.changed();
  }
}

// Whether a point lies inside a closed outline (even-odd rule).
export function inside([x, y], outline) {
  let within = false;
  for (let at = 0, before = outline.length - 1; at < outline.length; before = at, at += 1) {
    const [[ax, ay], [bx, by]] = [outline[at], outline[before]];
    if ((ay > y) !== (by > y) && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within;
  }
  return within;
}
