// Where the pictures of an album go: rows of pictures cropped gently to similar shapes, as Telegram's clients lay them out.

const GAP = 2;
const IDEAL_HEIGHT = 0.95;
const TALLEST = 470;

function shapeOf(photo) {
  return photo?.width > 0 && photo?.height > 0 ? photo.width / photo.height : 1;
}

function clamp(value, low, high) {
  return Math.min(Math.max(value, low), high);
}

/** Yields every way to split `count` pictures into rows of at most `longest`. */
function* splits(count, longest, rows = []) {
  if (count === 0) { yield rows; return; }
  for (let take = 1; take <= Math.min(longest, count); take += 1) yield* splits(count - take, longest, [...rows, take]);
}

function rowsOf(shapes, width) {
  const ideal = width * IDEAL_HEIGHT;
  const longest = shapes.length > 9 ? 4 : 3;
  let best = null;
  for (const counts of splits(shapes.length, longest)) {
    if (counts.length > 4) continue;
    let start = 0;
    const heights = counts.map((count) => {
      const row = shapes.slice(start, start + count);
      start += count;
      return (width - GAP * (count - 1)) / row.reduce((sum, shape) => sum + shape, 0);
    });
    const total = heights.reduce((sum, height) => sum + height, GAP * (counts.length - 1));
    let badness = Math.abs(total - ideal);
    if (Math.min(...heights) < width * 0.2) badness *= 1.5;
    if (Math.max(...heights) > 1.7 * Math.min(...heights)) badness *= 1.3;
    if (counts.some((count, row) => row > 0 && count < counts[row - 1])) badness *= 1.5;
    if (!best || badness < best.badness - 0.001) best = { badness, counts, heights };
  }
  return best;
}

function fromRows({ counts, heights }, shapes, width) {
  const tiles = [];
  let y = 0;
  counts.forEach((count, row) => {
    let x = 0;
    for (let column = 0; column < count; column += 1) {
      const last = column === count - 1;
      const tileWidth = last ? width - x : shapes[tiles.length] * heights[row];
      tiles.push({ x, y, width: tileWidth, height: heights[row] });
      x += tileWidth + GAP;
    }
    y += heights[row] + GAP;
  });
  return { tiles, width, height: y - GAP };
}

/** One tall picture on the left, two stacked on the right: only where the first is upright. */
function tallAndTwo(shapes, width) {
  const height = width * clamp(0.75 / Math.max(shapes[0], 0.5), 0.7, 1);
  const left = clamp(height * shapes[0], width * 0.5, width * 0.66);
  const half = (height - GAP) / 2;
  const right = { x: left + GAP, width: width - left - GAP, height: half };
  return { width, height, tiles: [{ x: 0, y: 0, width: left, height }, { ...right, y: 0 }, { ...right, y: half + GAP }] };
}

/**
 * Lays out 2 to 10 photos (with width and height in pixels) in a box of the given width.
 * Returns {width, height, tiles: [{x, y, width, height}]} in pixels; wide or narrow pictures are meant to be cropped ("cover").
 */
export function layout(photos, width = 432) {
  const raw = photos.map(shapeOf);
  const mean = raw.reduce((sum, shape) => sum + shape, 0) / raw.length;
  const shapes = raw.map((shape) => (mean > 1.1 ? clamp(shape, 1, 2.2) : clamp(shape, 0.667, 1)));
  if (photos.length === 2 && mean > 1.6) return fromRows(rowsOf(shapes, width), shapes, width);
  if (photos.length === 2) {
    const even = shapes.map(() => clamp(mean, 0.62, 1.3));
    return fromRows({ counts: [2], heights: [(width - GAP) / (even[0] * 2)] }, even, width);
  }
  if (photos.length === 3 && raw[0] < 0.8 && Math.max(raw[1], raw[2]) > 1.1) return tallAndTwo(shapes, width);
  if (photos.length === 3 && mean <= 1.1) {
    const row = { counts: [3], heights: [(width - 2 * GAP) / shapes.reduce((sum, shape) => sum + shape, 0)] };
    return fromRows(row, shapes, width);
  }
  return fromRows(rowsOf(shapes, width), shapes, width);
}

/** Size in pixels of a single photo inside the largest box that a bubble offers. */
export function single(photo, largest = 432) {
  const shape = clamp(shapeOf(photo), 0.56, 2.4);
  const width = shape >= 1 ? largest : Math.max(Math.min(largest, TALLEST * shape), 230);
  return { width: Math.round(width), height: Math.round(width / shape) };
}
