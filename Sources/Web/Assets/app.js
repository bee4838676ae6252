// Puts the parts together: who is signed in, one connection, one store, and the views that show it.

import { Api } from './api.js';
import { Connection } from './connection.js';
import { byId, drawFace, setText } from './dom.js';
import { Outbox } from './outbox.js';
import { Session } from './session.js';
import { Store } from './store.js';
import { Sync } from './sync.js';
import { ChannelsView } from './view-channels.js';
import { ComposerView } from './view-composer.js';
import { wireDialogs } from './view-dialogs.js';
import { LogView } from './view-log.js';
import { LoginView } from './view-login.js';
import { renderState } from './view-state.js';

const TEXT_BYTES_MAX = 16384;

const api = new Api();
const session = new Session({ api, kept: localStorage, tab: sessionStorage, locks: navigator.locks });
const login = new LoginView({ api, signedIn: (answer, remember) => (session.begin(answer, remember), enter()) });
let stay = null;

/** One stay: from signing in to signing out. */
class Stay {
  #state = { phase: 'idle' };
  #wasOnline = false;
  #rendering = false;
  #clock = null;

  constructor(user) {
    this.user = user;
    this.outbox = new Outbox({ storage: session.storage, user: user.id });
    this.store = new Store({ settled: (id) => this.outbox.settle(id) });
    const withToken = (call) => async (argument) => call(await session.token(), argument);
    this.sync = new Sync({
      store: this.store,
      outbox: this.outbox,
      request: (type, data) => this.connection.request(type, data),
      rest: {
        channels: withToken((token, cursor) => api.channels(token, cursor)),
        members: withToken((token, id) => api.members(token, id)),
        user: withToken((token, id) => api.user(token, id)),
      },
    });
    this.connection = new Connection({
      url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/v1/ws`,
      connect: (url, protocols) => new WebSocket(url, protocols),
      token: (renew) => session.token(renew),
      position: () => this.store.position(),
      on: {
        state: (state) => this.#stateChanged(state),
        ready: (data) => this.sync.ready(data),
        resumed: (data) => this.sync.resumed(data),
        event: (event) => this.sync.event(event),
        signIn: (why) => leave(why),
      },
    });
    const wantName = (id) => this.sync.name(id);
    this.list = new ChannelsView({ store: this.store, outbox: this.outbox, wantName });
    this.log = new LogView({
      store: this.store,
      outbox: this.outbox,
      wantName,
      older: () => this.sync.older(),
      reached: () => this.#markRead(),
      retry: (id) => this.sync.retry(id),
      discard: (id) => this.sync.discard(id),
    });
    this.composer = new ComposerView({
      send: (channel, text) => {
        this.log.toEnd();
        this.sync.send(channel, text);
      },
      bytesMax: () => this.store.limits.text_bytes ?? TEXT_BYTES_MAX,
    });
    this.store.watch(() => this.render());
    drawFace(byId('me-face'), user.username ?? '?');
    setText(byId('me-name'), user.username ?? '');
    this.connection.start();
  }

  end() {
    this.connection.stop();
    clearInterval(this.#clock);
    this.log.leave();
    this.composer.forget();
    this.ended = true;
  }

  /** Many changes, one drawing; by a task and not a frame, so that a hidden window's title counts on. */
  render() {
    if (this.#rendering || this.ended) return;
    this.#rendering = true;
    setTimeout(() => {
      this.#rendering = false;
      if (!this.ended) this.#draw();
    }, 0);
  }

  #draw() {
    const phase = this.#wasOnline ? this.#state.phase : quietly(this.#state.phase);
    renderState({ ...this.#state, phase }, this.outbox.items.length);
    if (!this.store.me) return;
    const open = openFromAddress();
    const channel = this.store.channels.get(open);
    if (this.sync.open !== open) this.sync.show(open);
    byId('chat').classList.toggle('in-room', Boolean(channel));
    byId('room').hidden = !channel;
    byId('nothing').hidden = Boolean(channel);
    if (channel) this.#drawRoom(channel);
    else {
      this.log.leave();
      this.composer.leave();
    }
    this.list.render(channel?.id);
    const { unread } = this.store;
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${channel ? `${channel.title} · ` : ''}Confab`;
  }

  #drawRoom(channel) {
    setText(byId('room-title'), channel.title);
    drawFace(byId('room-face'), channel.title);
    const members = channel.membersCount > 0 ? `${channel.membersCount} members` : '';
    setText(byId('room-detail'), channel.kind === 'direct' ? `@${channel.peer?.username ?? ''}` : members);
    this.composer.show(channel);
    this.log.render(channel, this.sync.loading(channel.id));
    this.#markRead();
  }

  #markRead() {
    const channel = this.store.channels.get(this.sync.open);
    if (channel?.loaded && this.log.atEnd && document.visibilityState === 'visible') this.sync.read(channel.id);
  }

  #stateChanged(state) {
    this.#state = state;
    if (state.phase === 'online') this.#wasOnline = true;
    else this.sync.offline();
    clearInterval(this.#clock);
    if (state.phase === 'waiting') this.#clock = setInterval(() => this.render(), 1000);
    this.render();
  }
}

/** The first greeting needs no alarm; only a connection that had been there is missed. */
function quietly(phase) {
  return phase === 'connecting' ? 'idle' : phase;
}

function openFromAddress() {
  const match = /^#\/c\/(.+)$/.exec(location.hash);
  return match ? decodeURIComponent(match[1]) : null;
}

function enter() {
  login.hide();
  byId('chat').hidden = false;
  stay = new Stay(session.current.user);
}

function leave(why) {
  stay?.end();
  stay = null;
  session.clear();
  document.title = 'Confab';
  byId('chat').hidden = true;
  login.show(why);
}

async function signOut() {
  const kept = stay.outbox.items.length;
  if (kept > 0 && !confirm(`Messages that were not sent yet (${kept}) will be lost. Sign out?`)) return;
  const { refresh_token, access_token } = session.current ?? {};
  stay.outbox.clear();
  history.replaceState(null, '', '#/');
  leave('');
  if (refresh_token) await api.logout(refresh_token, access_token).catch(() => {});
}

byId('logout').onclick = signOut;
byId('reconnect').onclick = () => stay?.connection.nudge();
wireDialogs({
  openDirect: (username) => stay.sync.openDirect(username),
  createGroup: (name, usernames) => stay.sync.createGroup(name, usernames),
  opened: (id) => (location.hash = `#/c/${encodeURIComponent(id)}`),
});
addEventListener('hashchange', () => stay?.render());
addEventListener('online', () => stay?.connection.nudge());
addEventListener('focus', () => stay?.render());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible' || !stay) return;
  stay.connection.nudge();
  stay.render();
});
addEventListener('storage', () => {
  if (stay && !session.current) leave('You signed out in another window.');
  else if (stay && session.current.user.id !== stay.user.id) location.reload();
});

if (session.current) enter();
else login.show('');
