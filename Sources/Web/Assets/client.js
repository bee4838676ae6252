// Confab's client, for browsers and for Node 18 and later: this one file, and nothing else.
//
//   import { ConfabClient } from 'https://chat.example.org/client.js';
//   const client = new ConfabClient({ url: 'https://chat.example.org', token: async (renew) => … });
//   client.on('message.created', ({ channel, data }) => …);
//   await client.connect();
//   const { message_number } = await client.send('1_2', { text: 'Hello' });
//
// It promises: what is sent is sent once and in order, through cuts and reloads (the outbox); every durable event comes
// once and in the order of its number (the event lines); what the server has no more is said, and never passed over in
// silence ('gap'). The protocol is described in docs/PROTOCOL.md, this file's use in docs/CLIENT.md.

const COMMAND_TIMEOUT_MS = 20000;
const PROBE_TIMEOUT_MS = 5000;
const PATIENCE = 1.2;
const HELD_MS = 5000;
const RESUME_FRAME_MAX = 1000000;
const EVENTS_PAGE = 500;
const REPAIRS_MAX = 4;
const AHEAD_MAX = 1000;
const STRAYS_MAX = 10000;
const WATCH_MAX = 500;
const TYPING_EVERY_MS = 3500;
const RESUMABLE_BYTES = 8 << 20;
const UPLOAD_TRIES_MAX = 12;
const FIRST_CEILING_MS = 1000;
const LAST_CEILING_MS = 30000;
const TOKEN_REFUSED = new Set(['invalid_token', 'token_expired']);
const SIGN_IN_AGAIN = new Set([4001, 4003, 4009]);
const MEND_THE_CLIENT = new Set([1003, 1007, 1009]);

/**
 * What was refused, in the server's words; `disconnected` when the connection went before the answer came, and
 * `unreachable` when there was none. `temporary` says that the same may succeed later.
 */
export class ConfabError extends Error {
  /**
   * @param {{code?: string, message?: string, temporary?: boolean, retry_after_ms?: number, errors?: any,
   *   status?: number}} error
   */
  constructor(error) {
    const { code = 'internal', message, temporary = false, retry_after_ms = 0, errors, status = 0 } = error ?? {};
    super(message || code);
    this.name = 'ConfabError';
    this.code = code;
    this.temporary = temporary;
    this.retryAfterMs = retry_after_ms;
    this.errors = Array.isArray(errors) ? errors : [];
    this.status = status;
  }

  /** What to show beside a form: the sentences about single fields where there are some. */
  get explanation() {
    const details = this.errors.map((error) => error.detail).filter(Boolean);
    return details.length > 0 ? details.join(' ') : this.message;
  }
}

/** What `assertComplete` throws: the numbers that were not seen, as ranges. */
export class IncompleteError extends ConfabError {
  /** @param {{channel: string, seqs: [number, number][], numbers: [number, number][], repeated: number[]}} found */
  constructor({ channel, seqs, numbers, repeated }) {
    const spell = (ranges) => ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ');
    const parts = [
      seqs.length > 0 && `seq ${spell(seqs)} not seen`,
      numbers.length > 0 && `message number ${spell(numbers)} not seen`,
      repeated.length > 0 && `message number ${repeated.join(', ')} out of order`,
    ];
    super({ code: 'incomplete', message: `${channel}: ${parts.filter(Boolean).join('; ')}` });
    this.name = 'IncompleteError';
    this.channel = channel;
    this.seqs = seqs;
    this.numbers = numbers;
    this.repeated = repeated;
  }
}

/**
 * One call of the REST surface; answers what the body says, `null` for an empty one.
 * @param {{method: string, path: string, body?: any, token?: string, base?: string, headers?: Record<string, string>,
 *   fetch?: any}} call
 * @returns {Promise<any>}
 */
export async function callREST({ method, path, body, token, base = '/api/v1', headers, fetch = globalThis.fetch }) {
  /** @type {Record<string, string>} */
  const sent = { Accept: 'application/json', ...headers };
  if (body !== undefined) sent['Content-Type'] = 'application/json';
  if (token) sent.Authorization = `Bearer ${token}`;
  let response;
  let text;
  try {
    const options = { method, headers: sent, body: body && JSON.stringify(body), cache: 'no-store' };
    response = await fetch.call(globalThis, base + path, options);
    text = await response.text();
  } catch {
    const message = 'The server cannot be reached just now.';
    throw new ConfabError({ code: 'unreachable', message, temporary: true });
  }
  let answer = null;
  try {
    answer = text ? JSON.parse(text) : null;
  } catch {
    if (response.ok) throw new ConfabError({ status: response.status, message: 'The answer is not JSON.' });
  }
  if (response.ok) return answer;
  const { status } = response;
  throw new ConfabError({
    status,
    code: answer?.code,
    message: answer?.detail || answer?.title || `The server answered ${status}.`,
    temporary: status === 429 || status === 503,
    retry_after_ms: 1000 * Number(response.headers?.get('Retry-After') ?? 0) || 0,
    errors: answer?.errors,
  });
}

/**
 * A request whose body may be large.
 * @typedef {{method?: string, url: string, fields?: Record<string, string>, body?: Blob,
 *   onProgress?: (done: {loaded: number, total: number}) => void, signal?: AbortSignal}} Sending
 */

/**
 * What was answered, as `fetch` says it. Goes by XMLHttpRequest where progress is asked for: `fetch` tells of none.
 * @param {Sending & {token: string, XMLHttpRequest: any, fetch: any}} call
 * @returns {Promise<{status: number, text: string, header: (name: string) => string | null}>}
 */
function put({ method = 'POST', url, token, fields = {}, body, onProgress, signal, XMLHttpRequest, fetch }) {
  const headers = { Accept: 'application/json', Authorization: `Bearer ${token}`, ...fields };
  if (!onProgress || !XMLHttpRequest) {
    return fetch.call(globalThis, url, { method, headers, body, signal }).then(async (response) => ({
      status: response.status,
      text: await response.text(),
      header: (name) => response.headers?.get(name) ?? null,
    }));
  }
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress({ loaded, total });
    request.onload = () => {
      const { status, responseText: text } = request;
      resolve({ status, text, header: (name) => request.getResponseHeader(name) });
    };
    request.onerror = () => reject(new Error('cut off'));
    request.onabort = () => reject(new Error('aborted'));
    signal?.addEventListener('abort', () => request.abort());
    if (signal?.aborted) request.abort();
    else request.send(body);
  });
}

const rest = (ms) => new Promise((done) => setTimeout(done, ms));

/** Base64 of a text's UTF-8, as Upload-Metadata has it. */
const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

// When to come back

/**
 * A delay drawn evenly from below a doubling ceiling: clients that were cut together do not return together.
 * @param {number} attempt
 */
export function backoffDelay(attempt, random = Math.random) {
  return 100 + Math.round(random() * Math.min(LAST_CEILING_MS, FIRST_CEILING_MS * 2 ** Math.min(attempt, 10)));
}

/**
 * What to do after a socket closed. The code's band decides, so that codes made later are obeyed too. `attempt` counts
 * the failures since the last connection that held; `hintMs` is the delay that the server asked for.
 * @param {{code: number, attempt?: number, hintMs?: number, random?: () => number}} close
 * @returns {{kind: 'retry', delay: number, renew: boolean} | {kind: 'sign-in'} | {kind: 'stop'}}
 */
export function planAfterClose({ code, attempt = 0, hintMs = 0, random = Math.random }) {
  if (SIGN_IN_AGAIN.has(code)) return { kind: 'sign-in' };
  if ((code >= 4000 && code <= 4099) || MEND_THE_CLIENT.has(code)) return { kind: 'stop' };
  const renew = code === 4202;
  const atOnce = code >= 4200 && code <= 4299 && attempt === 0;
  if (atOnce) return { kind: 'retry', delay: hintMs, renew };
  const step = code >= 4100 && code <= 4199 ? attempt + 1 : attempt;
  return { kind: 'retry', delay: Math.max(hintMs, backoffDelay(step, random)), renew };
}

/** The server's reason is JSON, but a proxy's is not. */
function readReason(text) {
  try {
    const reason = JSON.parse(text);
    return reason && typeof reason === 'object' ? reason : {};
  } catch {
    return {};
  }
}

// What was seen

/** Whole numbers, kept as ranges that do not touch. */
export class RangeSet {
  /** @type {[number, number][]} */
  ranges = [];

  add(from, to = from) {
    if (to < from) return;
    const last = this.ranges.at(-1);
    if (last && from === last[1] + 1) {
      last[1] = to;
      return;
    }
    const before = this.ranges.filter(([, end]) => end < from - 1);
    const after = this.ranges.filter(([start]) => start > to + 1);
    for (const [start, end] of this.ranges.slice(before.length, this.ranges.length - after.length)) {
      from = Math.min(from, start);
      to = Math.max(to, end);
    }
    this.ranges = [...before, [from, to], ...after];
  }

  /**
   * The holes between `from` and `to`, both of them included.
   * @returns {[number, number][]}
   */
  missing(from, to) {
    /** @type {[number, number][]} */
    const holes = [];
    for (const [start, end] of this.ranges) {
      if (start > to) break;
      if (start > from) holes.push([from, start - 1]);
      from = Math.max(from, end + 1);
    }
    if (from <= to) holes.push([from, to]);
    return holes;
  }
}

/**
 * A numbered line of events: a channel's, or one's own (`@me`). The numbers are dense, so it can prove that nothing is
 * missing: an event is handed on only when every number before it has been seen.
 */
export class EventLine {
  #ahead = [];
  #hidden = 0;
  #numbers = [];
  #repeated = [];

  constructor(seq, lastNumber = null) {
    this.start = seq;
    this.seq = seq;
    this.target = seq;
    this.heardOf = seq;
    this.lastNumber = lastNumber;
    this.seen = new RangeSet();
  }

  /** True while events are known to exist that have not been seen. */
  get behind() {
    return this.#ahead.length > 0 || this.target > this.seq;
  }

  /** Hands on this event and those that waited for it, or keeps it until its predecessors are here. */
  take(event, apply) {
    const end = event.to_seq ?? event.seq;
    if (end <= this.seq) return;
    if (event.seq > this.seq + 1) {
      // What waits is bounded; what is dropped is read again with the hole.
      if (this.#ahead.length < AHEAD_MAX) this.#ahead.push(event);
      else this.expect(end);
      return;
    }
    this.seq = end;
    this.#record(event, end);
    apply(event);
    this.#drain(apply);
  }

  /** Someone said that the line goes this far. */
  expect(seq) {
    this.target = Math.max(this.target, seq ?? 0);
  }

  /** An answer said that there is such an event; it is on its way. */
  hear(seq) {
    this.heardOf = Math.max(this.heardOf, seq ?? 0);
  }

  /** Goes on from `seq` although events before it were never seen: the server has them no more. */
  skipTo(seq, apply) {
    if (seq > this.seq) this.lastNumber = null;
    this.seq = Math.max(this.seq, seq);
    this.#drain(apply);
  }

  /** Where to go on when the server has nothing to give for the hole. */
  get nextKnown() {
    return this.#ahead.length > 0 ? Math.min(...this.#ahead.map((event) => event.seq)) - 1 : this.target;
  }

  /** The highest number that this line has heard of. */
  get horizon() {
    const ends = this.#ahead.map((event) => event.to_seq ?? event.seq);
    return Math.max(this.seq, this.target, this.heardOf, ...ends);
  }

  /** What is missing of everything that this line has heard of, from its start on. */
  get proof() {
    const to = this.horizon;
    const seqs = this.seen.missing(this.start + 1, to);
    return { from: this.start + 1, to, seqs, numbers: this.#numbers, repeated: this.#repeated };
  }

  /** Messages are counted without a gap too; only a `void` may stand for some that one may not see. */
  #record(event, end) {
    this.seen.add(event.seq, end);
    if (event.type === 'void') {
      this.#hidden += end - event.seq + 1;
    } else if (event.type === 'message.created') {
      const number = event.data?.message_number;
      const next = (this.lastNumber ?? number - 1) + 1;
      if (number < next) this.#repeated.push(number);
      else if (number - next > this.#hidden) this.#numbers.push([next, number - 1]);
      this.lastNumber = number;
      this.#hidden = 0;
    }
  }

  #drain(apply) {
    const waiting = this.#ahead.sort((a, b) => a.seq - b.seq);
    this.#ahead = [];
    for (const event of waiting) this.take(event, apply);
  }
}

// What waits to be sent

/** `localStorage` and its like, or a Map, behind one face. */
function storageOf(given) {
  if (typeof given.getItem === 'function') return given;
  return {
    get length() {
      return given.size;
    },
    key: (index) => [...given.keys()][index] ?? null,
    getItem: (key) => given.get(key) ?? null,
    setItem: (key, value) => void given.set(key, value),
    removeItem: (key) => void given.delete(key),
  };
}

function defaultStorage() {
  try {
    return globalThis.localStorage ?? new Map();
  } catch {
    return new Map();
  }
}

function freshId(now) {
  const random = globalThis.crypto?.getRandomValues
    ? [...globalThis.crypto.getRandomValues(new Uint32Array(2))]
    : [Math.random() * 2 ** 32, Math.random() * 2 ** 32].map(Math.floor);
  return `${now.toString(36)}-${random.map((number) => number.toString(36)).join('')}`;
}

/**
 * Messages that are written but not yet acknowledged, each under its own key, so that two tabs never overwrite one
 * another's and a reload forgets none. Two tabs may send the same one: its client_msg_id makes that one message.
 */
export class Outbox {
  #storage;
  #now;
  #prefix = null;
  #items = [];

  constructor({ storage = defaultStorage(), now = Date.now } = {}) {
    this.#storage = storageOf(storage);
    this.#now = now;
  }

  /** Opens a user's box: what was kept comes first, and what was written before one knew the user is kept from now. */
  open(user) {
    const prefix = `confab.outbox.${user}.`;
    if (this.#prefix === prefix) return;
    const fresh = this.#prefix ? [] : this.#items;
    this.#prefix = prefix;
    this.#items = this.#load();
    for (const item of fresh) {
      const placed = { ...item, order: this.#nextOrder() };
      this.#items.push(placed);
      this.#write(placed);
    }
  }

  get items() {
    return this.#items;
  }

  of(channel) {
    return this.#items.filter((item) => item.channel === channel);
  }

  get(id) {
    return this.#items.find((item) => item.client_msg_id === id);
  }

  /** The next message of the channel that may go: they go one at a time, in the order in which they were written. */
  next(channel) {
    return this.#items.find((item) => item.channel === channel && !item.failure);
  }

  get channels() {
    return new Set(this.#items.filter((item) => !item.failure).map((item) => item.channel));
  }

  add({ channel, type, data, client_msg_id }) {
    const known = client_msg_id && this.get(client_msg_id);
    if (known) return known;
    const now = this.#now();
    const item = {
      client_msg_id: client_msg_id ?? freshId(now),
      channel,
      type,
      data,
      order: this.#nextOrder(),
      created_at: new Date(now).toISOString(),
    };
    this.#items.push(item);
    this.#write(item);
    return item;
  }

  fail(id, { code, message }) {
    this.#change(id, (item) => ({ ...item, failure: { code, message } }));
  }

  /** A failed message is written again, so it goes behind those that were written since. */
  retry(id) {
    const order = this.#nextOrder();
    this.#change(id, ({ failure, ...item }) => ({ ...item, order }));
    this.#items.sort((a, b) => a.order - b.order);
  }

  settle(id) {
    this.#items = this.#items.filter((item) => item.client_msg_id !== id);
    if (this.#prefix) this.#storage.removeItem(this.#prefix + id);
  }

  clear() {
    for (const item of [...this.#items]) this.settle(item.client_msg_id);
  }

  #nextOrder() {
    return (this.#items.at(-1)?.order ?? 0) + 1;
  }

  #change(id, change) {
    this.#items = this.#items.map((item) => {
      if (item.client_msg_id !== id) return item;
      const changed = change(item);
      this.#write(changed);
      return changed;
    });
  }

  #write(item) {
    if (!this.#prefix) return;
    try {
      this.#storage.setItem(this.#prefix + item.client_msg_id, JSON.stringify(item));
    } catch {
      // Storage is full or forbidden: the message is still kept for as long as the page is open.
    }
  }

  #load() {
    const keys = Array.from({ length: this.#storage.length }, (_, index) => this.#storage.key(index));
    const texts = keys.filter((key) => key.startsWith(this.#prefix)).map((key) => this.#storage.getItem(key));
    return texts.flatMap(readItem).sort((a, b) => a.order - b.order);
  }
}

function readItem(text) {
  try {
    const item = JSON.parse(text);
    return item?.client_msg_id && item.channel && item.type && item.data ? [item] : [];
  } catch {
    return [];
  }
}

// The client

const cutOff = () => new ConfabError({ code: 'disconnected', message: 'The connection was lost.', temporary: true });
const closed = () => new ConfabError({ code: 'closed', message: 'The client was closed.' });

function deferred() {
  const made = {};
  made.promise = new Promise((resolve, reject) => Object.assign(made, { resolve, reject }));
  // Who does not look at the promise is told by events; a refusal is not the end of a Node process.
  made.promise.catch(() => {});
  return made;
}

/** `https://host`, `wss://host` or the socket's whole address: where the socket and the routes are. */
function addressesOf(url) {
  const at = new URL(url ?? globalThis.location.origin, globalThis.location?.href);
  const secure = at.protocol === 'https:' || at.protocol === 'wss:' ? 's' : '';
  const place = `${at.host}${at.pathname.replace(/\/+$/, '').replace(/\/api\/v1(\/ws)?$/, '')}/api/v1`;
  return { socket: `ws${secure}://${place}/ws`, rest: `http${secure}://${place}` };
}

/** One conversation with the server that outlives its sockets. */
export class ConfabClient {
  #options;
  #addresses;
  #listeners = new Map();
  #link = null;
  #round = 0;
  #attempt = 0;
  #renew = false;
  #retryTimer = null;
  #nextId = 1;
  #arrival = null;
  #session = null;
  #epoch = null;
  #lines = new Map();
  #strays = new Map();
  #repairing = new Set();
  #sending = new Set();
  #quietUntil = 0;
  #promises = new Map();
  #watched = { users: new Set(), channels: new Set() };
  #status = null;
  #typingAt = new Map();

  /** `idle`, `connecting`, `online`, `waiting` (to come back) or `stopped` (until `connect` or `nudge`). */
  phase = 'idle';
  /** Who one is, after the first greeting. */
  user = null;
  /** The server's limits, after the first greeting. */
  limits = {};

  /**
   * - `url`: the server's; a page of its own needs none.
   * - `token(renew)`: promises an access token; with `renew` the present one was refused or is about to expire. Who
   *   rejects with `signIn` set ends the conversation, every other failure is tried again.
   * - `user`: whose messages the outbox keeps, where that is known before the server says it.
   * - `position`: what `client.position` was, to go on from there in another process.
   * - `storage`: for the outbox, like `localStorage`, or a Map. `WebSocket`, `fetch`, `XMLHttpRequest`: where there are
   *   no global ones.
   * @param {{url?: string, token: (renew: boolean) => Promise<string>, user?: string, position?: any, storage?: any,
   *   WebSocket?: any, fetch?: any, XMLHttpRequest?: any, client?: {name: string, version: string}, random?: () => number,
   *   now?: () => number, setTimer?: (run: () => void, ms: number) => any, clearTimer?: (timer: any) => void}} options
   */
  constructor(options) {
    this.#options = {
      WebSocket: globalThis.WebSocket,
      fetch: globalThis.fetch,
      XMLHttpRequest: globalThis.XMLHttpRequest,
      client: { name: 'confab.js', version: '0.1' },
      random: Math.random,
      now: Date.now,
      setTimer: (run, ms) => setTimeout(run, ms),
      clearTimer: (timer) => clearTimeout(timer),
      ...options,
    };
    if (typeof this.#options.token !== 'function') throw new TypeError('token: a function that promises a token');
    if (typeof this.#options.WebSocket !== 'function') throw new TypeError('WebSocket: none here; give one');
    this.#addresses = addressesOf(this.#options.url);
    this.outbox = new Outbox({ storage: this.#options.storage, now: this.#options.now });
    if (this.#options.user) this.outbox.open(this.#options.user);
    const { position } = this.#options;
    if (position) this.#take(position);
  }

  // Listening

  /**
   * Calls `listener` for each event of the type: one of the server's, or `state`, `ready`, `resumed`, `channels`,
   * `outbox`, `gap`, `error`, and `event` for all of the server's. Answers the way to stop it.
   */
  on(type, listener) {
    if (!this.#listeners.has(type)) this.#listeners.set(type, new Set());
    this.#listeners.get(type).add(listener);
    return () => void this.#listeners.get(type).delete(listener);
  }

  #emit(type, detail) {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) {
      try {
        listener(detail);
      } catch (error) {
        // One listener's fault must not break the line of events for the others.
        if (type !== 'error' && this.#listeners.get('error')?.size > 0) this.#emit('error', error);
        else console.error(error);
      }
    }
  }

  // Coming and going

  /** Begins; promises the first time of being online, and rejects when that cannot be without the user's help. */
  connect() {
    if (this.phase === 'online') return Promise.resolve();
    this.#arrival ??= deferred();
    const { promise } = this.#arrival;
    if (this.phase === 'idle' || this.phase === 'stopped') this.#open();
    return promise;
  }

  /** Ends. What was not sent stays in the outbox; who waits for it is told `closed`. */
  close() {
    this.#round += 1;
    this.#options.clearTimer(this.#retryTimer);
    const link = this.#link;
    this.#enter('idle');
    this.#release(link);
    link?.socket.close(1000);
    for (const { reject } of this.#promises.values()) reject(closed());
    this.#promises.clear();
    this.#arrive(closed());
  }

  /** Comes back now instead of when the wait is over; on a live socket, asks whether it is one. */
  nudge() {
    if (this.phase === 'waiting' || this.phase === 'stopped') this.#open();
    else if (this.phase === 'online') this.request('ping', undefined, PROBE_TIMEOUT_MS).catch(() => {});
  }

  /** Where this client stands: keep it to go on from here in another process. */
  get position() {
    if (!this.#session) return null;
    const channels = {};
    for (const [id, line] of this.#lines) if (id !== '@me') channels[id] = line.seq;
    const me_seq = this.#lines.get('@me').seq;
    return { user: this.user, session_id: this.#session, epoch: this.#epoch, me_seq, channels };
  }

  #take({ user, session_id, epoch, me_seq, channels }) {
    this.user = user;
    this.outbox.open(user.id);
    this.#session = session_id;
    this.#epoch = epoch;
    this.#lines = new Map([['@me', new EventLine(me_seq ?? 0)]]);
    for (const [id, seq] of Object.entries(channels ?? {})) this.#lines.set(id, new EventLine(seq));
  }

  // Asking

  /** Sends a command and promises the `data` of its reply. While there is no connection it is refused at once. */
  request(type, data, timeoutMs = COMMAND_TIMEOUT_MS) {
    if (this.phase !== 'online') return Promise.reject(cutOff());
    return new Promise((resolve, reject) => {
      this.#ask(this.#link, type, data, timeoutMs, (error, value) => (error ? reject(error) : resolve(value)));
    });
  }

  /** Calls a route below `/api/v1`; a token that is refused is renewed once. A password that is refused is not. */
  async rest(method, path, body) {
    const call = { method, path, body, base: this.#addresses.rest, fetch: this.#options.fetch };
    const token = await this.#options.token(false);
    try {
      return await callREST({ ...call, token });
    } catch (error) {
      if (error.status !== 401 || error.code === 'invalid_credentials') throw error;
      return callREST({ ...call, token: await this.#options.token(true) });
    }
  }

  // Files

  /**
   * Uploads a file, and promises what the server says of it; send its `id` as `attachments: [{ file_id }]`. A large one
   * goes on where it was cut off, for as long as the client tries; a small one is uploaded anew.
   * @param {Blob & {name?: string}} file
   * @param {{name?: string, onProgress?: (done: {loaded: number, total: number}) => void, signal?: AbortSignal}} options
   * @returns {Promise<any>}
   */
  async upload(file, { name = file.name ?? '', onProgress, signal } = {}) {
    if (file.size > RESUMABLE_BYTES) return this.#uploadOnAndOn(file, { name, onProgress, signal });
    const url = `${this.#addresses.rest}/files?name=${encodeURIComponent(name)}`;
    return this.#readFileAnswer(await this.#put({ url, body: file, onProgress, signal }));
  }

  /** By tus 1.0: what came stays with the server, which is asked after every cut how much that is. */
  async #uploadOnAndOn(file, { name, onProgress, signal }) {
    const uploads = `${this.#addresses.rest}/files/uploads`;
    const fields = { 'Upload-Length': String(file.size), 'Upload-Metadata': `filename ${base64(name)}` };
    const begun = await this.#put({ url: uploads, fields: { 'Tus-Resumable': '1.0.0', ...fields }, signal });
    if (begun.status !== 201) return this.#readFileAnswer(begun);
    const id = begun.header('Location').split('/').at(-1);
    const url = `${uploads}/${id}`;
    let offset = 0;
    let isKnown = true;
    for (let failures = 0; ; ) {
      try {
        if (!isKnown) {
          const told = await this.#tus({ method: 'HEAD', url, signal });
          const found = Number(told.header('Upload-Offset'));
          if (found > offset) failures = 0;
          offset = found;
          isKnown = true;
        }
        if (offset < file.size) offset = await this.#sendRest(file, offset, { url, onProgress, signal });
        if (offset === file.size) return (await this.rest('GET', `/files/uploads/${id}`)).file;
      } catch (error) {
        failures += 1;
        if (error.code === 'aborted') this.#tus({ method: 'DELETE', url }).catch(() => {});
        if (!error.temporary || failures > UPLOAD_TRIES_MAX) throw error;
        isKnown = false;
        await this.#pause(Math.max(error.retryAfterMs ?? 0, backoffDelay(failures, this.#options.random)));
      }
    }
  }

  /** Sends all that is missing, and promises how much is there then. */
  async #sendRest(file, offset, { url, onProgress, signal }) {
    const fields = { 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream' };
    const answer = await this.#tus({
      method: 'PATCH',
      url,
      fields,
      body: file.slice(offset),
      onProgress: onProgress && (({ loaded }) => onProgress({ loaded: offset + loaded, total: file.size })),
      signal,
    });
    return Number(answer.header('Upload-Offset'));
  }

  /**
   * One request of tus; what is in the way only for now, also a piece that belongs elsewhere, is `temporary`.
   * @param {Sending} call
   */
  async #tus({ fields, ...call }) {
    const answer = await this.#put({ ...call, fields: { 'Tus-Resumable': '1.0.0', ...fields } });
    if (answer.status >= 200 && answer.status < 300) return answer;
    try {
      return this.#readFileAnswer(answer);
    } catch (error) {
      error.temporary ||= [408, 409, 423, 500, 502, 504].includes(answer.status);
      throw error;
    }
  }

  /** @param {Sending} call */
  async #put({ signal, ...call }) {
    const { fetch, XMLHttpRequest } = this.#options;
    return this.#authorized(async (token) => {
      try {
        return await put({ ...call, token, signal, XMLHttpRequest, fetch });
      } catch {
        if (signal?.aborted) throw new ConfabError({ code: 'aborted', message: 'The upload was given up.' });
        const message = 'The server cannot be reached just now.';
        throw new ConfabError({ code: 'unreachable', message, temporary: true });
      }
    });
  }

  /** Promises the bytes of a file, or of the small image of one that is an image, as a Blob. */
  async download(id, { thumbnail = false } = {}) {
    const url = `${this.#addresses.rest}/files/${encodeURIComponent(id)}${thumbnail ? '/thumbnail' : ''}`;
    const answer = await this.#authorized(async (token) => {
      const headers = { Authorization: `Bearer ${token}` };
      try {
        const response = await this.#options.fetch.call(globalThis, url, { headers });
        if (response.ok) return { status: response.status, blob: await response.blob() };
        return { status: response.status, text: await response.text() };
      } catch {
        const message = 'The server cannot be reached just now.';
        throw new ConfabError({ code: 'unreachable', message, temporary: true });
      }
    });
    return answer.blob ?? this.#readFileAnswer(answer);
  }

  /** Asks with a token, and once more with a new one when that is refused. */
  async #authorized(ask) {
    const answer = await ask(await this.#options.token(false));
    return answer.status === 401 ? ask(await this.#options.token(true)) : answer;
  }

  #readFileAnswer({ status, text, header }) {
    let answer = null;
    try {
      answer = JSON.parse(text);
    } catch {
      // A proxy's words; the status says enough.
    }
    if (status >= 200 && status < 300 && answer) return answer;
    throw new ConfabError({
      status,
      code: answer?.code,
      message: answer?.detail || answer?.title || `The server answered ${status}.`,
      temporary: status === 429 || status === 503 || status === 507,
      retry_after_ms: 1000 * Number(header?.('Retry-After') ?? 0) || 0,
      errors: answer?.errors,
    });
  }

  // Contacts

  /**
   * Brings an address book along, CSV, vCard or JSON, and promises the job when it has ended: its `result` counts, its
   * `errors` name rows. `onProgress` hears of the bytes that are sent, then of the job.
   * @param {Blob} file
   * @param {{phoneCountry?: string, onProgress?: (done: any) => void, signal?: AbortSignal, wait?: any}} options
   * @returns {Promise<any>}
   */
  async importContacts(file, { phoneCountry, onProgress, signal, wait = rest } = {}) {
    const query = phoneCountry ? `?phone_country=${encodeURIComponent(phoneCountry)}` : '';
    const url = `${this.#addresses.rest}/contacts/import${query}`;
    let job;
    /** @type {(value?: any) => void} */
    let wake = () => {};
    const told = new Map();
    const stop = this.on('job.updated', ({ data }) => {
      told.set(data.id, data);
      wake();
    });
    try {
      job = this.#readFileAnswer(await this.#put({ url, body: file, onProgress, signal }));
      while (['queued', 'running'].includes(job.state)) {
        if (signal?.aborted) job = await this.rest('DELETE', `/jobs/${job.id}`);
        else {
          // The socket tells; while there is none, asking now and then does.
          await Promise.race([wait(2000), new Promise((done) => (wake = done))]);
          job = told.get(job.id) ?? (await this.rest('GET', `/jobs/${job.id}`));
          told.delete(job.id);
        }
        onProgress?.(job);
      }
      return job;
    } finally {
      stop();
    }
  }

  /**
   * A page of one's contacts; each has a `user` where it is known who that is here.
   * @param {{q?: string, registered?: boolean, cursor?: string, limit?: number}} which
   */
  contacts({ q, registered, cursor, limit } = {}) {
    const asked = Object.entries({ q, registered, cursor, limit }).filter(([, value]) => value !== undefined);
    const query = asked.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
    return this.rest('GET', `/contacts${query && '?'}${query}`);
  }

  // Messages

  /**
   * Keeps the message first, and sends it when its turn comes. Promises the reply, which means: on disk. Rejects when
   * the message is refused; it then stays in the outbox, marked with `failure`, until `retry` or `discard`.
   * @param {string} channel
   * @param {string | {text?: string, client_msg_id?: string, [member: string]: any}} message
   */
  send(channel, message) {
    /** @type {{client_msg_id?: string, [member: string]: any}} */
    const given = typeof message === 'string' ? { text: message } : message;
    const { client_msg_id, ...data } = given;
    return this.#post({ channel, type: 'message.send', data, client_msg_id });
  }

  /** Sends a copy of a message to another channel, as carefully as `send`. */
  forward(from_channel, message_number, to_channel) {
    const data = { from_channel, message_number };
    return this.#post({ channel: to_channel, type: 'message.forward', data });
  }

  /** Sends what was refused again; it goes behind what was written since. */
  retry(client_msg_id) {
    this.outbox.retry(client_msg_id);
    const item = this.outbox.get(client_msg_id);
    if (!item) return Promise.reject(new ConfabError({ code: 'not_found', message: 'There is no such message.' }));
    return this.#queue(item);
  }

  /** Forgets what was not sent yet. */
  discard(client_msg_id) {
    const item = this.outbox.get(client_msg_id);
    this.outbox.settle(client_msg_id);
    this.#promises.get(client_msg_id)?.reject(new ConfabError({ code: 'discarded' }));
    this.#promises.delete(client_msg_id);
    if (item) this.#emit('outbox', { item });
  }

  edit(channel, message_number, text) {
    return this.request('message.edit', { channel, message_number, text });
  }

  /** `numbers`: one message number, or ranges `[[from, to], …]`; `scope`: `all`, or `me` for oneself only. */
  delete(channel, numbers, scope = 'all') {
    const which = Array.isArray(numbers) ? { message_numbers: numbers } : { message_number: numbers };
    return this.request('message.delete', { channel, ...which, scope });
  }

  react(channel, message_number, emoji, on = true) {
    return this.request(on ? 'reaction.add' : 'reaction.remove', { channel, message_number, emoji });
  }

  pin(channel, message_number, on = true) {
    return this.rest(on ? 'PUT' : 'DELETE', `${place(channel)}/messages/${message_number}/pin`);
  }

  read(channel, message_number) {
    return this.request('read.update', { channel, message_number });
  }

  /** `position`: one of `before`, `after`, `around`, or none for the newest page; and `limit`. */
  history(channel, position = {}) {
    return this.request('history.get', { channel, ...position });
  }

  /** A page of the log behind `after_seq`. The client reads what it misses by itself; this is for others' sake. */
  events(channel, after_seq, limit = EVENTS_PAGE) {
    return this.request('events.get', { channel, after_seq, limit });
  }

  pins(channel) {
    return this.rest('GET', `${place(channel)}/pins`);
  }

  thread(channel, message_number, { after = 0, limit = 200 } = {}) {
    const query = after ? `after=${after}&limit=${limit}` : `limit=${limit}`;
    return this.rest('GET', `${place(channel)}/messages/${message_number}/thread?${query}`);
  }

  /**
   * Finds what the user may see: words, `"phrases"`, `prefix*` and `#tags` in `text`, newest first.
   * `bounds`: `type` (some of messages, users, channels, courses, files), `tag`, `channel`, `from`, `before`, `after`,
   * `limit`, `cursor`.
   */
  search(text, bounds = {}) {
    return this.rest('GET', `/search?${query({ q: text, ...bounds })}`);
  }

  /** Tags that begin so, of messages that the user may see. */
  tags(prefix = '', bounds = {}) {
    return this.rest('GET', `/tags?${query({ prefix, ...bounds })}`);
  }

  receipts(channel, message_number) {
    return this.rest('GET', `${place(channel)}/messages/${message_number}/receipts`);
  }

  // Channels

  /** Opens or finds the direct channel with a user: `{user: id}` or `{username}`. */
  async open(whom) {
    return this.#know(await this.request('channel.open', whom));
  }

  /** `{name, members, kind, visibility, history}`; `members` are ids. */
  async create(channel) {
    return this.#know(await this.request('channel.create', channel));
  }

  /** Joins a public channel, or a private one by an invite's token. */
  join(channel, invite) {
    return this.request('channel.join', invite ? { channel, invite } : { channel });
  }

  leave(channel) {
    return this.request('channel.leave', { channel });
  }

  update(channel, change) {
    return this.rest('PATCH', place(channel), change);
  }

  /** Deletes the channel, for all. */
  remove(channel) {
    return this.rest('DELETE', place(channel));
  }

  /** The channels that anybody may join. */
  publicChannels(cursor) {
    return this.rest('GET', paged('/channels?public=true&limit=100', cursor));
  }

  members(channel, cursor) {
    return this.rest('GET', paged(`${place(channel)}/members?limit=200`, cursor));
  }

  addMember(channel, user, role) {
    return this.rest('PUT', `${place(channel)}/members/${encodeURIComponent(user)}`, role ? { role } : {});
  }

  setRole(channel, user, role) {
    return this.rest('PATCH', `${place(channel)}/members/${encodeURIComponent(user)}`, { role });
  }

  removeMember(channel, user) {
    return this.rest('DELETE', `${place(channel)}/members/${encodeURIComponent(user)}`);
  }

  /** `{level: 'all' | 'mentions' | 'none', muted_until: time | null}`, one of them or both. */
  notifications(channel, change) {
    return this.rest('PUT', `${place(channel)}/notifications`, change);
  }

  // People

  /** Says that one writes, at most once in a while; `false` that one has stopped, which a message says too. */
  typing(channel, on = true) {
    const now = this.#options.now();
    const since = now - (this.#typingAt.get(channel) ?? -Infinity);
    if (on ? since < TYPING_EVERY_MS : since === Infinity) return;
    if (on) this.#typingAt.set(channel, now);
    else this.#typingAt.delete(channel);
    this.#tell(on ? 'typing.start' : 'typing.stop', { channel });
  }

  /** `online`, `away`, `busy` or `invisible`; said with each greeting too. */
  async presence(status) {
    this.#status = status;
    await this.#wish('presence.update', { status });
  }

  /** Wants presence of `users` and typing in `channels`; wished for again after each cut. */
  async watch(wish) {
    const fresh = this.#changeWatched(wish, (set, id) => !set.has(id) && set.add(id));
    await this.#sendWatched('watch', fresh);
  }

  async unwatch(wish) {
    const gone = this.#changeWatched(wish, (set, id) => set.delete(id));
    await this.#sendWatched('unwatch', gone);
  }

  #changeWatched({ users = [], channels = [] }, change) {
    return {
      users: users.filter((id) => change(this.#watched.users, id)),
      channels: channels.filter((id) => change(this.#watched.channels, id)),
    };
  }

  async #sendWatched(type, { users, channels }) {
    const part = (ids, from) => (ids.length > from ? ids.slice(from, from + WATCH_MAX) : undefined);
    for (let from = 0; from < Math.max(users.length, channels.length); from += WATCH_MAX) {
      await this.#wish(type, { users: part(users, from), channels: part(channels, from) });
    }
  }

  /** What is said again after a cut is not lost by one. */
  async #wish(type, data) {
    try {
      await this.request(type, data);
    } catch (error) {
      if (error.code !== 'disconnected') throw error;
    }
  }

  // Proof

  /**
   * Proves that every event of the channel from the first that this client knew of was handed on, that is every seq
   * up to the highest that it heard of, and that the message numbers among them have no gap but those that a `void`
   * stands for. Throws `IncompleteError`, which names what is missing. Ask when all is quiet: an event that was
   * announced by a reply and is still on its way is missing too.
   */
  assertComplete(channel) {
    const line = this.#lines.get(channel);
    if (!line) throw new ConfabError({ code: 'not_found', message: `${channel} is not known here` });
    const { from, to, seqs, numbers, repeated } = line.proof;
    if (seqs.length + numbers.length + repeated.length > 0) {
      throw new IncompleteError({ channel, seqs, numbers, repeated });
    }
    return { channel, from_seq: from, to_seq: to, last_message_number: line.lastNumber };
  }

  /** The highest seq that is known to exist in a channel, seen or not: what one reads now includes it. */
  horizon(channel) {
    return this.#lines.get(channel)?.horizon ?? 0;
  }

  /** The channels that this client follows. */
  get channels() {
    return [...this.#lines.keys()].filter((id) => id !== '@me');
  }

  // One socket's life

  async #open() {
    const round = ++this.#round;
    this.#options.clearTimer(this.#retryTimer);
    this.#enter('connecting');
    let token;
    try {
      token = await this.#options.token(this.#renew);
    } catch (error) {
      if (round === this.#round) this.#tokenFailed(error);
      return;
    }
    if (round !== this.#round) return;
    this.#renew = false;
    const socket = new this.#options.WebSocket(this.#addresses.socket, ['chat.v1']);
    const link = { socket, token, waiting: new Map(), timers: new Set(), heardAt: this.#options.now(), onlineAt: null };
    this.#link = link;
    this.#limit(link, COMMAND_TIMEOUT_MS, () => this.#lost(link, 1006));
    socket.onmessage = (message) => this.#received(link, message.data);
    socket.onclose = (close) => this.#lost(link, close.code, readReason(close.reason));
    socket.onerror = () => {};
  }

  #tokenFailed(error) {
    if (error?.signIn) this.#end({ message: error.message });
    else this.#wait(planAfterClose({ code: 1006, attempt: this.#attempt++, random: this.#options.random }));
  }

  #received(link, text) {
    if (link !== this.#link) return;
    link.heardAt = this.#options.now();
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return this.#lost(link, 1002);
    }
    if (frame.ok !== undefined && frame.id !== undefined) return this.#settle(link, frame);
    switch (frame.type) {
      case 'hello':
        return this.#hello(link, frame.data);
      case 'ping':
        return link.socket.send('{"type":"pong"}');
      case 'pong':
        return;
      case 'reconnect':
        link.hintMs = frame.data?.retry_after_ms ?? 0;
        return this.#emit('reconnect', frame);
      case 'auth.expiring':
        this.#extend(link);
        return this.#emit('auth.expiring', frame);
      default:
        this.#event(frame);
        if (this.phase === 'online') this.#repairAll();
    }
  }

  #settle(link, frame) {
    const waiting = link.waiting.get(frame.id);
    if (!waiting) return;
    this.#forget(link, frame.id);
    if (frame.ok) waiting.done(null, frame.data);
    else waiting.done(new ConfabError(frame.error));
  }

  #hello(link, data) {
    this.#clearLimits(link);
    link.heartbeatMs = data?.heartbeat_interval ?? 25000;
    link.frameMax = data?.max_frame ?? Infinity;
    this.#greet(link);
  }

  #greet(link, { fresh = false, renewed = false } = {}) {
    const position = fresh ? null : this.position;
    const status = this.#status ?? undefined;
    const resume = position && { token: link.token, ...position, user: undefined, status };
    const resumes = resume && JSON.stringify(resume).length <= RESUME_FRAME_MAX;
    const data = resumes ? resume : { token: link.token, client: this.#options.client, status };
    this.#ask(link, resumes ? 'resume' : 'identify', data, COMMAND_TIMEOUT_MS, (error, value) => {
      if (!error) return this.#welcome(link, value, { resumed: resumes, known: Boolean(position) });
      if (link !== this.#link) return;
      if (error.code === 'cannot_resume' && resumes) return this.#greet(link, { fresh: true, renewed });
      if (error.code === 'user_blocked') return this.#end({ code: 4003, reason: error.code, message: error.message });
      if (!TOKEN_REFUSED.has(error.code)) return this.#lost(link, 4100, { retry_after_ms: error.retryAfterMs });
      if (renewed) return this.#end({ code: 4001, reason: error.code, message: 'Please sign in again.' });
      this.#options.token(true).then(
        (token) => {
          link.token = token;
          if (link === this.#link) this.#greet(link, { fresh, renewed: true });
        },
        (failure) => {
          if (link !== this.#link) return;
          if (failure?.signIn) this.#end({ message: failure.message });
          else this.#lost(link, 1006);
        },
      );
    });
  }

  #welcome(link, data, { resumed, known }) {
    const wrong = data?.user && this.#options.user && data.user.id !== this.#options.user;
    if (wrong) return this.#end({ message: 'The token is another user’s.' });
    link.onlineAt = this.#options.now();
    // Before the listeners are told, because what they do first is to ask for something.
    this.phase = 'online';
    this.limits = data?.limits ?? this.limits;
    if (resumed) this.#resumed(data);
    else if (known && data.epoch === this.#epoch) this.#resumed(this.#asResumed(data));
    else this.#ready(data);
    this.#enter('online');
    this.#arrive();
    this.#watchSilence(link);
    this.#repairAll();
    this.#again();
    if (resumed ? data?.more_added : data?.more_channels) this.#restOfChannels();
    for (const channel of this.outbox.channels) this.#pump(channel);
  }

  /** A fresh start: what was known may be of another history. */
  #ready(data) {
    this.#take({ ...data, channels: {} });
    this.#strays.clear();
    for (const listed of data.channels ?? []) this.#know(listed);
    this.#emit('ready', data);
  }

  /** What the replay could not say: chats that came and went, and how far the lines really go. */
  #resumed(data = {}) {
    this.#session = data.session_id ?? this.#session;
    for (const { channel, oldest_seq } of data.gaps ?? []) this.#skip(channel, oldest_seq - 1);
    for (const { channel, to_seq } of data.more ?? []) this.#lines.get(channel)?.expect(to_seq);
    for (const id of data.removed ?? []) this.#lines.delete(id);
    for (const listed of data.added ?? []) this.#know(listed);
    for (const { channel, seq } of data.states ?? []) this.#lines.get(channel)?.expect(seq);
    this.#lines.get('@me').expect(data.me_seq);
    this.#emit('resumed', data);
  }

  /** Who follows too many channels for one frame identifies again, and reads what is missing by `events.get`. */
  #asResumed(data) {
    const listed = new Set(data.channels.map(({ channel }) => channel));
    const removed = data.more_channels ? [] : this.channels.filter((id) => !listed.has(id));
    const added = data.channels.filter(({ channel }) => !this.#lines.has(channel));
    const { session_id, me_seq, more_channels } = data;
    const replay = { replayed: 0, states: data.channels, more: [], gaps: [] };
    return { session_id, me_seq, ...replay, added, more_added: more_channels, removed };
  }

  /** What the server knows of one socket only. */
  #again() {
    const { users, channels } = this.#watched;
    this.#sendWatched('watch', { users: [...users], channels: [...channels] }).catch(() => {});
  }

  /** The channels beyond those that a greeting lists. */
  async #restOfChannels() {
    const round = this.#round;
    let cursor = null;
    try {
      do {
        const page = await this.rest('GET', paged('/channels?limit=200', cursor));
        if (round !== this.#round) return;
        const fresh = page.items.filter(({ channel }) => !this.#lines.has(channel));
        for (const listed of fresh) this.#know(listed);
        this.#emit('channels', fresh);
        cursor = page.next_cursor;
      } while (cursor);
    } catch (error) {
      this.#emit('error', error);
    }
  }

  /** The server asks after us when we are quiet, so it is heard in every interval; if not, we ask, and then give up. */
  #watchSilence(link) {
    const patience = link.heartbeatMs * PATIENCE;
    this.#limit(link, patience, () => {
      const quiet = this.#options.now() - link.heardAt >= patience;
      if (quiet) this.#ask(link, 'ping', undefined, PROBE_TIMEOUT_MS, () => {});
      this.#watchSilence(link);
    });
  }

  async #extend(link) {
    try {
      const token = await this.#options.token(true);
      if (link !== this.#link) return;
      link.token = token;
      this.#ask(link, 'auth.refresh', { token }, COMMAND_TIMEOUT_MS, () => {});
    } catch (error) {
      if (error?.signIn && link === this.#link) this.#end({ message: error.message });
    }
  }

  #ask(link, type, data, timeoutMs, done) {
    const id = this.#nextId++;
    const text = JSON.stringify(data === undefined ? { id, type } : { id, type, data });
    if (type !== 'resume' && text.length * 3 > link.frameMax && new TextEncoder().encode(text).length > link.frameMax) {
      return done(new ConfabError({ code: 'too_large', message: 'This is too large for the server.' }));
    }
    const timer = this.#limit(link, timeoutMs, () => this.#lost(link, 1006));
    link.waiting.set(id, { done, timer });
    link.socket.send(text);
  }

  /** What needs no answer. */
  #tell(type, data) {
    if (this.phase === 'online') this.#link.socket.send(JSON.stringify({ type, data }));
  }

  #forget(link, id) {
    const { timer } = link.waiting.get(id);
    this.#options.clearTimer(timer);
    link.timers.delete(timer);
    link.waiting.delete(id);
  }

  #limit(link, ms, run) {
    const timer = this.#options.setTimer(() => {
      link.timers.delete(timer);
      run();
    }, ms);
    link.timers.add(timer);
    return timer;
  }

  #clearLimits(link) {
    for (const timer of link.timers) this.#options.clearTimer(timer);
    link.timers.clear();
  }

  /** Takes the socket's handlers away, so that a late close of a dead one is not taken for the next one's. */
  #release(link) {
    if (!link) return;
    if (this.#link === link) this.#link = null;
    this.#clearLimits(link);
    link.socket.onmessage = link.socket.onclose = null;
    const waiting = [...link.waiting.values()];
    link.waiting.clear();
    for (const { done } of waiting) done(cutOff());
  }

  #lost(link, code, reason = {}) {
    if (link !== this.#link) return;
    const held = link.onlineAt !== null && this.#options.now() - link.onlineAt >= HELD_MS;
    if (held) this.#attempt = 0;
    const hintMs = reason.retry_after_ms ?? link.hintMs ?? 0;
    const plan = planAfterClose({ code, attempt: this.#attempt++, hintMs, random: this.#options.random });
    this.phase = 'waiting';
    this.#release(link);
    try {
      link.socket.close();
    } catch {
      // It never opened; there is nothing to close.
    }
    const message = code === 4003 ? 'This account is blocked.' : 'Please sign in again.';
    if (plan.kind === 'retry') this.#wait(plan);
    else if (plan.kind === 'sign-in') this.#end({ code, reason: reason.code, message });
    else this.#stop({ code, reason: reason.code });
  }

  /** @param {any} plan */
  #wait({ delay, renew = false }) {
    this.#renew ||= Boolean(renew);
    this.#retryTimer = this.#options.setTimer(() => this.#open(), delay);
    this.#enter('waiting', { retryAt: this.#options.now() + delay });
  }

  /** Only the user can help. */
  #end(detail) {
    this.#stop({ ...detail, signIn: true });
  }

  #stop(detail) {
    this.#round += 1;
    this.#options.clearTimer(this.#retryTimer);
    const link = this.#link;
    this.phase = 'stopped';
    this.#release(link);
    link?.socket.close(1000);
    this.#enter('stopped', detail);
    this.#arrive(new ConfabError({ code: detail.reason ?? 'stopped', message: detail.message }));
  }

  #enter(phase, detail = {}) {
    this.phase = phase;
    this.#emit('state', { phase, ...detail });
  }

  #arrive(failure) {
    const arrival = this.#arrival;
    this.#arrival = null;
    if (failure) arrival?.reject(failure);
    else arrival?.resolve();
  }

  // The lines of events

  /** Follows a channel from where it is told to stand. */
  #know(listed) {
    const { channel, seq, last_message_number } = listed;
    const known = this.#lines.get(channel);
    if (known) {
      known.hear(seq);
      return listed;
    }
    const line = new EventLine(seq ?? 0, last_message_number ?? null);
    line.expect(this.#strays.get(channel));
    this.#strays.delete(channel);
    this.#lines.set(channel, line);
    if (line.behind && this.phase === 'online') this.#repairAll();
    return listed;
  }

  #event(frame) {
    if (frame.seq === undefined) return this.#hand(frame);
    const line = this.#lines.get(frame.channel);
    if (line) return line.take(frame, (next) => this.#hand(next));
    // Faster than the word that there is such a channel: what it says is read when that comes.
    if (this.#strays.size >= STRAYS_MAX) this.#strays.delete(this.#strays.keys().next().value);
    this.#strays.set(frame.channel, Math.max(this.#strays.get(frame.channel) ?? 0, frame.to_seq ?? frame.seq));
  }

  #hand(frame) {
    const { type, channel, data } = frame;
    if (type === 'channel.added' && channel === '@me') this.#know(data);
    if (type === 'message.created') this.#arrived(frame);
    this.#emit(type, frame);
    this.#emit('event', frame);
    if (type === 'channel.removed' && channel === '@me') this.#lines.delete(data.channel);
  }

  /** One's own message is settled when it is seen, also when its answer was lost. */
  #arrived({ channel, seq, data }) {
    const { sender, client_msg_id, message_number, created_at } = data;
    if (!client_msg_id || (this.user && sender !== this.user.id) || !this.outbox.get(client_msg_id)) return;
    this.#settled(client_msg_id, { channel, message_number, seq, client_msg_id, created_at, duplicate: true });
  }

  #repairAll() {
    for (const [id, line] of this.#lines) {
      if (this.#repairing.size >= REPAIRS_MAX) return;
      if (line.behind) this.#repair(id);
    }
  }

  /** Reads the missing events, page by page, until the line is whole or the server says that it has no more. */
  async #repair(id) {
    if (this.#repairing.has(id)) return;
    this.#repairing.add(id);
    const round = this.#round;
    const here = () => this.phase === 'online' && round === this.#round;
    try {
      for (let line = this.#lines.get(id); line?.behind && here(); line = this.#lines.get(id)) {
        const before = line.seq;
        const { events } = await this.events(id, before);
        if (line !== this.#lines.get(id)) continue;
        if (events.length > 0) this.#skip(id, events[0].seq - 1);
        for (const event of events) this.#event({ channel: id, ...event });
        if (line.seq === before) this.#skip(id, line.nextKnown);
      }
    } catch (error) {
      if (error.temporary && error.code !== 'disconnected') await this.#pause(error.retryAfterMs || 1000);
      else if (!error.temporary && this.#lines.has(id)) this.#skip(id, this.#lines.get(id).nextKnown);
    }
    this.#repairing.delete(id);
    if (this.phase === 'online') this.#repairAll();
  }

  /** Goes on behind a hole that cannot be filled, and says so. */
  #skip(id, seq) {
    const line = this.#lines.get(id);
    if (!line || line.seq >= seq) return;
    const from_seq = line.seq + 1;
    const held = [];
    line.skipTo(seq, (next) => held.push(next));
    this.#emit('gap', { channel: id, from_seq, to_seq: seq });
    for (const event of held) this.#hand(event);
  }

  // The outbox

  #post(entry) {
    return this.#queue(this.outbox.add(entry));
  }

  #queue(item) {
    const { client_msg_id, channel } = item;
    if (!this.#promises.has(client_msg_id)) this.#promises.set(client_msg_id, deferred());
    const { promise } = this.#promises.get(client_msg_id);
    this.#emit('outbox', { item });
    this.#pump(channel);
    return promise;
  }

  /** Sends what waits for one channel, one at a time, so that a retry can never overtake. */
  async #pump(channel) {
    if (this.#sending.has(channel)) return;
    this.#sending.add(channel);
    for (let item = this.outbox.next(channel); item && this.phase === 'online'; item = this.outbox.next(channel)) {
      const wait = this.#quietUntil - this.#options.now();
      if (wait > 0) await this.#pause(wait);
      else await this.#dispatch(item);
    }
    this.#sending.delete(channel);
  }

  async #dispatch(item) {
    const { client_msg_id, channel, type, data } = item;
    const place = type === 'message.forward' ? { to_channel: channel } : { channel };
    try {
      const reply = await this.request(type, { ...data, ...place, client_msg_id });
      this.#lines.get(channel)?.hear(reply.seq);
      this.#settled(client_msg_id, reply);
    } catch (error) {
      if (error.code === 'disconnected') return;
      if (error.temporary) {
        this.#quietUntil = this.#options.now() + (error.retryAfterMs || 1000);
        return;
      }
      this.outbox.fail(client_msg_id, error);
      this.#emit('outbox', { item: this.outbox.get(client_msg_id) ?? item, error });
      this.#promises.get(client_msg_id)?.reject(error);
      this.#promises.delete(client_msg_id);
    }
  }

  #settled(id, reply) {
    const item = this.outbox.get(id);
    this.outbox.settle(id);
    this.#promises.get(id)?.resolve(reply);
    this.#promises.delete(id);
    if (item) this.#emit('outbox', { item, reply });
  }

  #pause(ms) {
    return new Promise((resolve) => void this.#options.setTimer(() => resolve(undefined), ms));
  }
}

const place = (channel) => `/channels/${encodeURIComponent(channel)}`;
/** Members that have a value, as a query. */
const query = (members) => new URLSearchParams(Object.entries(members).filter(([, value]) => value != null)).toString();

const paged = (path, cursor) => (cursor ? `${path}&cursor=${encodeURIComponent(cursor)}` : path);
