// The control interface of the local Bot API server, as the page uses it.

const RETRY_MS = [300, 700, 1500, 3000];

async function answerOf(response) {
  if (response.ok) return response.json();
  let reason = `The server answered ${response.status}.`;
  try {
    const body = await response.json();
    reason = body.error ?? body.description ?? body.message ?? reason;
  } catch {
    // The body is not JSON: the status says enough.
  }
  throw new Error(reason);
}

async function request(path, options) {
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new Error("The server cannot be reached.");
  }
  return answerOf(response);
}

function post(path, body) {
  return request(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

function form(fields, files) {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) if (value !== null && value !== undefined) data.append(name, value);
  for (const file of files) data.append("file", file, file.name || "photo.jpg");
  return data;
}

export const server = {
  state: (user) => request(`/sim/state?user=${encodeURIComponent(user ?? "")}`),
  transcript: (chat) => request(`/sim/transcript?chat=${encodeURIComponent(chat)}`),
  calls: (since) => request(`/sim/calls?since=${since}`),
  message: (user, chat, text, replyTo) => post("/sim/message", { user, chat, text, reply_to: replyTo ?? null }),
  tap: (user, chat, messageId, button) => post("/sim/tap", { user, chat, message_id: messageId, button }),
  inline: (user, query, offset, chatType) => post("/sim/inline", { user, query, offset, chat_type: chatType }),
  choose: (user, chat, queryId, resultId) => post("/sim/choose", { user, chat, query_id: queryId, result_id: resultId }),
  photos(user, chat, caption, files, replyTo) {
    const single = files.length === 1;
    const fields = { user, chat, caption, reply_to: single ? replyTo : null };
    return request(single ? "/sim/photo" : "/sim/album", { method: "POST", body: form(fields, files) });
  },
};

/** Server-sent events with our own reconnection: the browser gives up for good when a restarting server answers an error. */
export class EventStream {
  #source = null;
  #attempt = 0;
  #timer = null;
  #user;

  constructor(user, { onEvent, onConnected, onLost }) {
    this.#user = user;
    Object.assign(this, { onEvent, onConnected, onLost });
    this.#connect();
  }

  #connect() {
    const source = new EventSource(`/sim/events?user=${encodeURIComponent(this.#user)}`);
    this.#source = source;
    source.addEventListener("open", () => {
      this.#attempt = 0;
      this.onConnected();
    });
    source.addEventListener("message", (event) => this.onEvent(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      source.close();
      this.onLost();
      const wait = RETRY_MS[Math.min(this.#attempt, RETRY_MS.length - 1)];
      this.#attempt += 1;
      this.#timer = setTimeout(() => this.#connect(), wait);
    });
  }

  close() {
    clearTimeout(this.#timer);
    this.#source?.close();
  }
}
