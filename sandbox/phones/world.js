// The page's one connection with the sandbox: requests out, events in, and the sandbox's clock.

async function call(method, path, body) {
  const answer = await fetch(path, {
    method,
    headers: body === undefined ? {} : { "Content-Type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(typeof said.detail === "string" ? said.detail : `The sandbox answered ${answer.status}.`);
  return said;
}

export const get = (path) => call("GET", path);
export const post = (path, body = {}) => call("POST", path, body);

let offset = 0;
export const now = () => Date.now() + offset * 1000;
export const setOffset = (seconds) => {
  offset = seconds;
};
export const getOffset = () => offset;

// Listens for events; `open` runs at every (re)connection, so that nothing said in between is missed.
export class Stream {
  constructor(heard, open) {
    this.heard = heard;
    this.open = open;
    this.source = null;
  }

  watch(guest, owner) {
    this.source?.close();
    const query = new URLSearchParams({ guest, owner });
    this.source = new EventSource(`/phones/events?${query}`);
    this.source.onopen = () => this.open();
    this.source.onmessage = (event) => this.heard(JSON.parse(event.data));
  }
}
