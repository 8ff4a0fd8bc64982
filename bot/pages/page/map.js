// The map of the collection: a point for each picture, coloured by category; what is alike lies side by side.

import { ask, askBytes, picture, tell } from "./ask.js";
import { Scatter } from "./scatter.js";
import { attempt, legend, openSheet, say } from "./sheet.js";
import KDBush from "./vendor/kdbush.js";
import { inside, View } from "./view.js";

const find = (id) => document.getElementById(id);
const REACH_PX = 18;

// The answer is a line of JSON, then the arrays that it speaks of.
function read(buffer) {
  const all = new Uint8Array(buffer);
  const end = all.indexOf(10) + 1;
  const head = JSON.parse(new TextDecoder().decode(all.subarray(0, end)));
  const rows = new Uint32Array(buffer, end, head.count);
  const places = new Float32Array(buffer, end + 4 * head.count, 2 * head.count);
  return { ...head, rows, places, numbers: new Uint8Array(buffer, end + 12 * head.count, head.count) };
}

class MapPage {
  constructor(map) {
    this.map = map;
    this.points = new Map(Array.from(map.rows, (row, point) => [row, point]));
    this.scatter = Scatter.on(find("map"), map.places, map.numbers, map.colours);
    this.near = new KDBush(map.count, 64, Float32Array);
    for (let point = 0; point < map.count; point += 1) this.near.add(map.places[2 * point], map.places[2 * point + 1]);
    this.near.finish();
    this.selected = [];
    this.hits = map.hits;
    this.items = new Map();
    this.view = new View(find("map"), {
      changed: () => this.redraw(),
      tapped: (x, y) => this.open(this.pointAt(x, y)),
      hovered: (x, y) => this.preview(x === null ? null : this.pointAt(x, y)),
      encircled: (path) => this.encircle(path.map(([x, y]) => this.view.toMap(x, y))),
    });
  }

  start() {
    legend([...this.map.categories, ...(this.map.numbers.includes(this.map.categories.length) ? ["other"] : [])]
      .map((name, number) => ({ name, colour: this.map.colours[number] })));
    this.show(this.hits, this.map.asked ? `${this.hits.length} of “${this.map.asked}” are ringed` : `${this.map.count} pictures`);
    this.view.fit();
    find("in").addEventListener("click", () => this.view.press("+"));
    find("out").addEventListener("click", () => this.view.press("-"));
    find("all").addEventListener("click", () => this.view.press("0"));
    find("lasso").addEventListener("click", () => this.toggleLasso());
    find("view").addEventListener("click", () => this.takeView());
    find("inside").addEventListener("click", () => this.searchInside());
    find("clear").addEventListener("click", () => this.select([]));
    find("search").addEventListener("submit", (event) => { event.preventDefault(); this.search(find("words").value); });
    find("map").addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (this.view.press(event.key)) event.preventDefault();
      else if (event.key === "Enter") this.openMiddle();
      else if (event.key === "l" || event.key === "L") this.toggleLasso();
      else if (event.key === "v" || event.key === "V") this.takeView();
      else if (event.key === "Escape") this.select([]);
    });
    addEventListener("resize", () => this.redraw());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.redraw());
  }

  redraw() {
    if (this.waiting) return;
    this.waiting = requestAnimationFrame(() => {
      this.waiting = 0;
      this.scatter.draw(this.view);
      const outline = this.view.path.length ? this.view.path : (this.outline ?? []).map(([x, y]) => this.view.toScreen(x, y));
      find("outline").firstElementChild.setAttribute("d", outline.length ? `M${outline.map((point) => point.map(Math.round)).join("L")}Z` : "");
    });
  }

  pointAt(x, y) {
    const [mapX, mapY] = this.view.toMap(x, y);
    return this.nearest(mapX, mapY, REACH_PX / this.view.scale);
  }

  nearest(x, y, reach) {
    let [best, least] = [null, Infinity];
    for (const point of this.near.within(x, y, reach)) {
      const distance = Math.hypot(this.map.places[2 * point] - x, this.map.places[2 * point + 1] - y);
      if (distance < least) [best, least] = [point, distance];
    }
    return best;
  }

  async described(point) {
    const row = this.map.rows[point];
    if (!this.items.has(row)) this.items.set(row, await ask(`data/item/${encodeURIComponent(this.map.snapshot)}/${row}`));
    return this.items.get(row);
  }

  async preview(point) {
    const figure = find("preview");
    this.previewed = point;
    if (point === null) { figure.hidden = true; return; }
    const [item, url] = await Promise.all([this.described(point), picture(this.map.snapshot, this.map.rows[point])]).catch(() => []);
    if (!item || this.previewed !== point) return;
    const [x, y] = this.view.toScreen(this.map.places[2 * point], this.map.places[2 * point + 1]);
    const [width, height] = [find("map").clientWidth, find("map").clientHeight];
    figure.querySelector("img").src = url;
    figure.querySelector("figcaption").textContent = item.title;
    figure.hidden = false;
    figure.style.left = `${Math.max(4, Math.min(x + 14, width - 152))}px`;
    figure.style.top = `${Math.max(4, y + 210 > height ? y - 210 : y + 14)}px`;
  }

  async open(point) {
    if (point === null) return;
    const item = await attempt(() => this.described(point));
    if (item) openSheet(this.map.snapshot, this.map.rows[point], item);
  }

  openMiddle() {
    this.open(this.nearest(this.view.x, this.view.y, 3));
  }

  toggleLasso() {
    this.view.lasso = !this.view.lasso;
    find("lasso").setAttribute("aria-pressed", String(this.view.lasso));
    find("map").classList.toggle("drawing", this.view.lasso);
    if (this.view.lasso) say("Draw a line around the pictures you mean.");
  }

  encircle(outline) {
    const [xs, ys] = [outline.map(([x]) => x), outline.map(([, y]) => y)];
    const candidates = this.near.range(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys));
    const at = (point) => [this.map.places[2 * point], this.map.places[2 * point + 1]];
    this.select(candidates.filter((point) => inside(at(point), outline)), outline);
    if (this.view.lasso) this.toggleLasso();
    if (!this.selected.length) say("There is no picture inside that line.");
  }

  takeView() {
    const [left, top] = this.view.toMap(0, 0);
    const [right, bottom] = this.view.toMap(find("map").clientWidth, find("map").clientHeight);
    this.select(this.near.range(left, top, right, bottom), [[left, top], [right, top], [right, bottom], [left, bottom]]);
    find("inside").focus();
  }

  select(points, outline = null) {
    this.selected = points;
    this.outline = points.length ? outline : null;
    const many = points.length > this.map.most;
    find("chosen").hidden = !points.length;
    find("chosen-count").textContent = many
      ? `${points.length} pictures: at most ${this.map.most} can be searched`
      : `${points.length} ${points.length === 1 ? "picture" : "pictures"}`;
    find("inside").disabled = many;
    this.scatter.highlight(points.length ? points : this.standing, points.length > 0 || this.standing.length > 0);
    this.redraw();
  }

  show(rows, said) {
    this.standing = rows.map((row) => this.points.get(row)).filter((point) => point !== undefined);
    find("count").textContent = said;
    this.select([]);
  }

  async search(words) {
    const text = words.trim();
    if (!text) { this.show([], `${this.map.count} pictures`); return; }
    const found = await attempt(() => ask(`data/found?q=${encodeURIComponent(text)}`));
    if (!found) return;
    if (found.snapshot !== this.map.snapshot) location.reload();
    this.show(found.rows, `${found.rows.length} found for “${text}”`);
  }

  async searchInside() {
    const button = find("inside");
    button.disabled = true;
    const rows = this.selected.map((point) => this.map.rows[point]);
    const done = await attempt(() => tell("do/inside", { snapshot: this.map.snapshot, rows }));
    button.disabled = false;
    if (!done) return;
    this.select([]);
    say(done.said);
  }
}

async function load() {
  const bytes = await attempt(() => askBytes("data/map"), true);
  if (!bytes) return;
  const page = new MapPage(read(bytes));
  if (!page.scatter) say("This browser cannot draw the map: it has no WebGL 2.", true);
  else page.start();
}

// Another link in the same window is another ticket.
addEventListener("hashchange", () => location.reload());
load();
