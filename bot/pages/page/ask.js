// What the pages ask the bot. The ticket stands in the fragment of the address: browsers send that to nobody.

const ticket = location.hash.slice(1);
const pictures = new Map(); // address -> promise of an object URL
const MOST_PICTURES = 400;

export class Refused extends Error {}

async function answer(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { ...options, headers: { ...options.headers, Authorization: `Bearer ${ticket}` } });
  } catch {
    throw new Refused("The bot cannot be reached: check the connection and try again.");
  }
  if (response.ok) return response;
  let said = "That did not work: load this page again.";
  try {
    said = (await response.json()).said ?? said;
  } catch {
    // An answer of a proxy in between: the sentence above will do.
  }
  throw new Refused(said);
}

export const ask = async (path) => (await answer(path)).json();

export const askBytes = async (path) => (await answer(path)).arrayBuffer();

export const tell = async (path, what) => (await answer(path, {
  method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(what),
})).json();

// The picture of a row as an address for an image; the latest are kept.
export function picture(snapshot, row, size = "small") {
  const path = `data/picture/${encodeURIComponent(snapshot)}/${row}?size=${size}`;
  if (!pictures.has(path)) {
    pictures.set(path, answer(path).then((response) => response.blob()).then((blob) => URL.createObjectURL(blob)));
    pictures.get(path).catch(() => pictures.delete(path));
    if (pictures.size > MOST_PICTURES) {
      const [oldest, address] = pictures.entries().next().value;
      pictures.delete(oldest);
      address.then((url) => URL.revokeObjectURL(url), () => {});
    }
  }
  return pictures.get(path);
}
