// The page's icons: outlines on a 24 by 24 grid, drawn with the colour of the text around them.

const SHAPES = {
  attach: "M8 12.5 14.6 6a3.3 3.3 0 0 1 4.7 4.700l-8.5 8.400a5.4 5.4 0 0 1-7.6-7.600L11 3.7",
  send: "M4 12 3.2 4.700c-.1-.9.8-1.5 1.6-1.100l15.5 7.500c.8.4.8 1.5 0 1.900L4.8 20.400c-.8.4-1.7-.3-1.6-1.100L4 12Zm0 0h8",
  close: "M6 6l12 12M18 6 6 18",
  back: "M15 5l-7 7 7 7",
  next: "M9 5l7 7-7 7",
  down: "M6 9l6 6 6-6",
  reply: "M10 6 4 12l6 6M4.5 12H14a6 6 0 0 1 6 6v.500",
  download: "M12 4v11m0 0-4.5-4.500M12 15l4.5-4.500M5 19.500h14",
  slash: "M14.5 5l-5 14",
  code: "M9 7l-5 5 5 5M15 7l5 5-5 5",
  plus: "M12 5v14M5 12h14",
  check: "M5 12.500l4.5 4.500L19 7.5",
  checks: "M2.5 12.700l4 4L15 8M11 16.200l.700.600L21.5 8",
  clock: "M12 7v5l3 2M12 3.500a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17Z",
  file: "M7 3.500h7l4.5 4.500v11a1.5 1.5 0 0 1-1.5 1.500H7A1.5 1.5 0 0 1 5.5 19V5A1.5 1.5 0 0 1 7 3.500ZM14 3.500V8h4.5",
  external: "M9 6h9v9M18 6 7 17",
  copy: "M9 9V5.500A1.5 1.5 0 0 1 10.5 4h8A1.5 1.5 0 0 1 20 5.500v8a1.5 1.5 0 0 1-1.5 1.500H15M5.5 9h8A1.5 1.5 0 0 1 15 10.500v8a1.5 1.5 0 0 1-1.5 1.500h-8A1.5 1.5 0 0 1 4 18.500v-8A1.5 1.5 0 0 1 5.5 9Z",
  photo: "M5.5 4.500h13A1.5 1.5 0 0 1 20 6v12a1.5 1.5 0 0 1-1.5 1.500h-13A1.5 1.5 0 0 1 4 18V6a1.5 1.5 0 0 1 1.5-1.500ZM4 16l4.5-5 4 4.5 2.5-2.5 5 4.500M15.5 9.200h.010",
  words: "M5 6.500h14M5 12h14M5 17.500h8",
  offline: "M4 4l16 16M9 17.500h8.500a3.5 3.5 0 0 0 1.5-6.600M6.5 10A4 4 0 0 0 6 17.500M9 6.300A6 6 0 0 1 17.6 10.5",
};

/** Returns an SVG element for the icon; it is hidden from screen readers, the button around it has the name. */
export function icon(name, size = 24) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const attributes = { viewBox: "0 0 24 24", width: size, height: size, class: `icon icon-${name}`, "aria-hidden": "true",
    fill: "none", stroke: "currentColor", "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round" };
  for (const [key, value] of Object.entries(attributes)) svg.setAttribute(key, value);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", SHAPES[name]);
  svg.append(path);
  return svg;
}
