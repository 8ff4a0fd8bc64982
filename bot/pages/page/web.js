// The web of a search: the query in the middle, groups around it, thick grey lines between what is most alike.

import { ask, picture } from "./ask.js";
import { attempt, legend, openSheet } from "./sheet.js";

const SVG = "http://www.w3.org/2000/svg";
const QUERY = -1;

function drawn(name, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

function lines(text, most) {
  const rows = [];
  for (const word of text.split(/\s+/)) {
    if (rows.length && rows.at(-1).length + word.length < most) rows[rows.length - 1] += ` ${word}`;
    else rows.push(word);
  }
  return rows;
}

function queryNode({ query, asked }) {
  const rows = lines(asked, 12);
  const longest = Math.max(...rows.map((row) => row.length));
  const size = Math.min(30, (1.5 * query.side) / Math.max(longest, 6), (0.68 * query.side) / rows.length);
  const text = drawn("text", {}, ...rows.map((row, at) => {
    const line = drawn("tspan", { x: query.x, y: query.y + (at - (rows.length - 1) / 2) * size * 1.15 });
    line.textContent = row;
    return line;
  }));
  text.style.fontSize = `${size}px`;
  return drawn("g", { class: "query" }, drawn("circle", { cx: query.x, cy: query.y, r: query.side / 2 }), text);
}

function itemNode(web, item, number) {
  const { x, y, side } = item;
  const corner = { x: x - side / 2, y: y - side / 2, width: side, height: side, rx: side / 7 };
  const image = drawn("image", { x: corner.x, y: corner.y, width: side, height: side, preserveAspectRatio: "xMidYMin slice", "clip-path": `url(#cut${number})` });
  const frame = drawn("rect", { class: "frame", ...corner });
  const border = drawn("rect", { class: "frame", ...corner });
  border.style.fill = "none";
  border.style.stroke = web.groups[item.group].colour;
  const node = drawn("g", { class: "item", role: "button", tabindex: "0", "aria-label": item.title },
    drawn("clipPath", { id: `cut${number}` }, drawn("rect", corner)), frame, image, border);
  node.append(Object.assign(drawn("title"), { textContent: item.title }));
  const open = () => openSheet(web.snapshot, item.row, item);
  node.addEventListener("click", open);
  node.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); open(); }
  });
  picture(web.snapshot, item.row).then((url) => image.setAttribute("href", url)).catch(() => {});
  return node;
}

function shades(web) {
  if (web.groups.length < 2) return [];
  const tint = (made, group, property) => {
    made.style[property] = `color-mix(in srgb, ${web.groups[group].colour} var(--shade), var(--paper))`;
    return made;
  };
  return web.groups.flatMap((_, group) => [
    ...web.edges.filter(([a, b]) => a !== QUERY && web.items[a].group === group && web.items[b].group === group).map(([a, b]) => {
      const [from, to] = [web.items[a], web.items[b]];
      return tint(drawn("line", { x1: from.x, y1: from.y, x2: to.x, y2: to.y, "stroke-width": Math.min(from.side, to.side) }), group, "stroke");
    }),
    ...web.items.filter((item) => item.group === group).map((item) =>
      tint(drawn("circle", { cx: item.x, cy: item.y, r: 0.86 * item.side }), group, "fill")),
  ]);
}

function edgeNode(web, [a, b, likeness]) {
  const from = a === QUERY ? web.query : web.items[a];
  const to = web.items[b];
  const line = drawn("line", { class: "edge", x1: from.x, y1: from.y, x2: to.x, y2: to.y, "stroke-width": (1.5 + 7 * likeness ** 2).toFixed(2) });
  line.style.stroke = `color-mix(in srgb, ${web.groups[to.group].colour}, var(--edge) ${Math.round(15 + 85 * likeness)}%)`;
  return line;
}

// What has the pointer or the focus stands out, with what it is joined to.
function highlight(web, edges, nodes) {
  const show = (number) => {
    const joined = new Set([number]);
    web.edges.forEach(([a, b], at) => {
      const mine = a === number || b === number;
      edges[at].classList.toggle("faded", number !== null && !mine);
      if (mine) joined.add(a).add(b);
    });
    nodes.forEach((node, at) => node.classList.toggle("faded", number !== null && !joined.has(at)));
  };
  nodes.forEach((node, number) => {
    node.addEventListener("pointerenter", (event) => { if (event.pointerType === "mouse") show(number); });
    node.addEventListener("pointerleave", () => show(null));
    node.addEventListener("focus", () => { if (node.matches(":focus-visible")) show(number); });
    node.addEventListener("blur", () => show(null));
  });
}

function draw(web) {
  document.getElementById("asked").textContent = web.asked;
  document.getElementById("count").textContent = web.items.length === 1 ? "1 picture" : `the nearest ${web.items.length} pictures`;
  if (web.groups.length > 1) legend(web.groups.map(({ name, colour, count }) => ({ name: `${name} ${count}`.trim(), colour })));
  else legend([]);
  const edges = web.edges.map((edge) => edgeNode(web, edge));
  const nodes = web.items.map((item, number) => itemNode(web, item, number));
  const svg = drawn("svg", { viewBox: `0 0 ${web.width} ${web.height}`, role: "group", "aria-label": `Pictures for ${web.asked}` },
    drawn("g", { "aria-hidden": "true" }, ...shades(web)),
    drawn("g", { "aria-hidden": "true" }, ...edges),
    queryNode(web),
    drawn("g", {}, ...nodes));
  highlight(web, edges, nodes);
  document.getElementById("stage").replaceChildren(svg);
}

const canvas = () => (innerWidth > innerHeight ? "wide" : "tall");
let shape = "";

async function load() {
  shape = canvas();
  const web = await attempt(() => ask(`data/web?canvas=${shape}`), true);
  if (web) draw(web);
}

addEventListener("resize", () => { if (shape !== canvas()) load(); });
// Another link in the same window is another ticket.
addEventListener("hashchange", () => location.reload());
load();
