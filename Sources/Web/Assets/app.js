// Puts the parts together: who is signed in, one client, one store, and the views that show it.

import { Accounts } from './accounts.js';
import { takeArrival } from './arrival.js';
import { ConfabClient } from './client.js';
import { deviceName } from './device-name.js';
import { byId, drawFace, setText, showError } from './dom.js';
import { Loader } from './loader.js';
import { OwnAccount } from './own-account.js';
import { OwnNotifications } from './own-notifications.js';
import { mayDeleteForAll, mayReact, messageActions } from './rights.js';
import { People } from './people.js';
import { Session } from './session.js';
import { Store } from './store.js';
import { AccountView } from './view-account.js';
import { BellView } from './view-bell.js';
import { ChannelsView } from './view-channels.js';
import { ComposerView } from './view-composer.js';
import { Dialogs } from './view-dialogs.js';
import { FileShelf, saveBlob } from './view-files.js';
import { LogView } from './view-log.js';
import { LoginView } from './view-login.js';
import { MembersView } from './view-members.js';
import { MenuView } from './view-menu.js';
import { PanelView } from './view-panel.js';
import { PinsView } from './view-pins.js';
import { RoomView } from './view-room.js';
import { SearchView } from './view-search.js';
import { renderState } from './view-state.js';
import { ThreadView } from './view-thread.js';
import { UnverifiedView } from './view-unverified.js';

const TEXT_BYTES_MAX = 16384;
const NOTICE_MS = 6000;
const EMOJI = ['👍', '❤️', '😂', '🎉', '😮', '😢'];
const SAY = {
  reply: 'Reply',
  thread: 'Show thread',
  forward: 'Forward',
  edit: 'Edit',
  pin: 'Pin',
  unpin: 'Unpin',
  readers: 'Read by',
  delete: 'Delete',
};

const accounts = new Accounts({ device: deviceName(navigator.userAgent) });
const session = new Session({ api: accounts, kept: localStorage, tab: sessionStorage, locks: navigator.locks });
const login = new LoginView({
  api: accounts,
  signedIn: (answer, remember) => {
    session.begin(answer, remember);
    enter();
  },
  done: () => (session.current ? enter() : login.show('')),
});
const menu = new MenuView();
let stay = null;

/** One stay: from signing in to signing out. */
class Stay {
  #state = { phase: 'idle' };
  #wasOnline = false;
  #rendering = false;
  #clock = null;
  #drawing = null;

  constructor(user) {
    this.user = user;
    this.people = new People({ changed: () => this.render() });
    this.store = new Store({ people: this.people });
    this.client = new ConfabClient({
      token: (renew) => session.token(renew),
      user: user.id,
      storage: session.storage,
      client: { name: 'web', version: '0.1' },
    });
    this.loader = new Loader({ store: this.store, client: this.client });
    this.#listen();
    this.#makeViews();
    this.store.watch(() => this.render());
    this.own = new OwnAccount(
      (...call) => this.client.rest(...call),
      (...heard) => this.client.on(...heard),
    );
    this.account = new AccountView({
      own: this.own,
      act: {
        changed: (changed) => this.#known(changed),
        left: leave,
        save: async (id, name) => saveBlob(await this.client.download(id), name),
        erased: (notice) => {
          this.client.outbox.clear();
          // The socket may have been told before the answer came.
          if (!leave(notice)) login.show(notice);
        },
        offers: () => accounts.methods(),
        importContacts: (file, options) => this.client.importContacts(file, options),
        contacts: (which) => this.client.contacts(which),
        openDirect: async (user) => {
          const made = await this.client.open({ user });
          this.account.close();
          goTo(this.store.addChannel(made).id);
        },
        confirmPhone: (phone, code) => this.#confirmPhone(phone, code),
      },
    });
    this.feed = new OwnNotifications({
      rest: (...call) => this.client.rest(...call),
      on: (...heard) => this.client.on(...heard),
      changed: () => this.bell?.render(),
    });
    this.bell = new BellView({ beside: byId('search'), own: this.feed });
    this.unverified = new UnverifiedView({ own: this.own, offers: () => accounts.methods() });
    this.#known(user);
    // What was kept may be old: an address may have been confirmed elsewhere.
    this.own.read().then((now) => this.ended || this.#known(now), () => {});
    byId('my-account').onclick = () => this.account.open();
    byId('my-status').value = 'online';
    byId('my-status').onchange = () => this.#attempt(this.client.presence(byId('my-status').value));
    // What was said of presence and of moments grows old.
    this.#drawing = setInterval(() => this.render(), 60000);
    this.client.connect().catch(() => {});
  }

  #listen() {
    const { client, store, loader } = this;
    client.on('state', (state) => this.#stateChanged(state));
    client.on('ready', (data) => store.ready(data));
    client.on('resumed', (data) => store.resumed(data));
    client.on('channels', (channels) => store.add(channels));
    client.on('gap', (gap) => {
      store.gap(gap);
      if (gap.channel === loader.open) loader.show(gap.channel);
    });
    client.on('event', (event) => store.event(event));
    client.on('member.joined', ({ channel }) => channel === loader.open && loader.members(channel));
    client.on('outbox', ({ item, reply }) => {
      if (reply) store.acknowledged(item, reply);
      this.render();
    });
  }

  #makeViews() {
    const { store, loader, client } = this;
    const waiting = (id) => this.#waiting(id);
    const send = (channel, text, reply_to) => {
      this.log.toEnd();
      client.send(channel, reply_to ? { text, reply_to } : { text }).catch(() => {});
    };
    const on = {
      menu: (message, button) => this.#messageMenu(message, button),
      react: (message, emoji, wish) => this.#attempt(client.react(this.here.id, message.message_number, emoji, wish)),
      jump: (number) => this.jump(number),
      thread: (number) => this.panel.open(this.here, 'thread', number),
      retry: (id) => client.retry(id).catch(() => {}),
      discard: (id) => client.discard(id),
      isMember: (name) => Boolean(this.people.named(name)),
      shelf: new FileShelf((id, options) => client.download(id, options)),
    };
    const attach = async (channel, file, options) => {
      const { id: file_id, name, size, content_type, thumbnail_url } = await client.upload(file, options);
      const type = content_type.startsWith('image/') ? 'image' : 'file';
      this.log.toEnd();
      // The server takes the id; the rest shows the message until it has come back.
      const shown = { file_id, name, size, content_type, thumbnail_url };
      client.send(channel, { type, attachments: [shown] }).catch(() => {});
    };
    const attempt = (run) => this.panel.attempt(run);
    const openDirect = (id) => this.#attempt(client.open({ user: id }).then((made) => goTo(store.addChannel(made).id)));
    this.list = new ChannelsView({ store, waiting, loader });
    this.log = new LogView({
      store,
      waiting,
      loader,
      older: () => loader.older(),
      reached: () => this.#markRead(),
      on,
    });
    this.composer = new ComposerView({
      send,
      edit: (channel, number, text) => client.edit(channel, number, text),
      typing: (channel, on) => client.typing(channel, on),
      bytesMax: () => client.limits.text_bytes ?? TEXT_BYTES_MAX,
      attach,
    });
    this.panel = new PanelView({
      changed: () => this.render(),
      parts: {
        members: new MembersView({ store, client, loader, attempt, openDirect }),
        pins: new PinsView({ store, loader, jump: on.jump }),
        thread: new ThreadView({ store, loader, waiting, send, on }),
      },
    });
    this.search = new SearchView({
      store,
      client,
      loader,
      act: {
        message: (channel, number) => this.#attempt(this.#goToMessage(channel, number)),
        channel: (id, isMine) => this.#attempt(isMine ? Promise.resolve(goTo(id)) : client.join(id).then(() => goTo(id))),
      },
    });
    this.room = new RoomView({
      store,
      menu,
      act: {
        panel: (kind) => (this.panel.kind === kind ? this.panel.close() : this.panel.open(this.here, kind)),
        notifications: (change) => this.#notifications(change),
        rename: () => dialogs.rename(this.here),
        leave: () => this.#leaveChannel(),
        block: () => this.#block(),
      },
    });
  }

  /** The chat that is open. */
  get here() {
    return this.store.channels.get(this.loader.open);
  }

  end() {
    this.ended = true;
    this.client.close();
    clearInterval(this.#clock);
    clearInterval(this.#drawing);
    this.account.close();
    this.bell.close();
    this.unverified.hide();
    this.panel.close();
    this.search.close();
    this.log.leave();
    this.composer.forget();
  }

  /** What is known of the user's own account now. */
  #known(user) {
    session.know(user);
    const name = user.display_name || user.username || user.email || user.phone || '?';
    drawFace(byId('me-face'), name);
    setText(byId('me-name'), name);
    this.unverified.render(user);
  }

  /** The code shows whose the number is. It opens a login besides, which is not needed. */
  async #confirmPhone(phone, code) {
    const { refresh_token } = await this.own.confirmPhone(phone, code);
    if (refresh_token) await accounts.logout(refresh_token).catch(() => {});
  }

  #block() {
    const { peer, title } = this.here;
    if (!confirm(`Block ${title}? They cannot write to you here any more.`)) return;
    this.#attempt(this.own.block(peer.id).then(() => this.notice(new Error(`${title} is blocked.`))));
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

  /** Goes to a message of the open chat, and reads back as far as that takes. */
  async jump(number) {
    const channel = this.here;
    const there = await this.loader.reach(channel.id, number);
    if (!there) return this.notice(new Error('That message is not here any more.'));
    if (matchMedia('(max-width: 44rem)').matches) this.panel.close();
    this.#draw();
    return this.log.toMessage(number);
  }

  /** Goes to a message of any chat. */
  async #goToMessage(channel, number) {
    goTo(channel);
    this.loader.enter(channel);
    await this.loader.newest(channel);
    this.#draw();
    await this.jump(number);
  }

  notice(error) {
    showError(byId('notice'), error.explanation ?? error.message);
    clearTimeout(this.noticeTimer);
    this.noticeTimer = setTimeout(() => showError(byId('notice'), ''), NOTICE_MS);
  }

  #attempt(promise) {
    return promise.catch((error) => this.notice(error));
  }

  /** What was written and not sent yet, as messages. */
  #waiting(id) {
    return this.client.outbox.of(id).map((item) => {
      const { client_msg_id, failure } = item;
      return { ...this.store.written(item), client_msg_id, failure };
    });
  }

  #messageMenu(message, button) {
    const channel = this.here;
    const { id } = channel;
    const number = message.message_number;
    const { client } = this;
    const run = {
      reply: () => this.composer.reply(message, this.#nameOf(message.sender)),
      thread: () => this.panel.open(channel, 'thread', channel.rootOf(number)),
      forward: () => dialogs.forward(message, this.store.listed(id).filter((other) => other.canSend)),
      edit: () => this.composer.rewrite(message),
      pin: () => this.#attempt(client.pin(id, number)),
      unpin: () => this.#attempt(client.pin(id, number, false)),
      readers: () => dialogs.names('Read by', this.#readers(id, number)),
      delete: () => dialogs.remove(message, mayDeleteForAll(message, channel, this.user.id)),
    };
    const actions = messageActions(message, channel, this.user.id);
    const items = actions.map((name) => ({ label: SAY[name], run: run[name], danger: name === 'delete' }));
    const emoji = EMOJI.map((sign) => {
      const mine = (message.reactions ?? []).some((reaction) => reaction.emoji === sign && reaction.mine);
      return { emoji: sign, mine, run: () => this.#attempt(client.react(id, number, sign, !mine)) };
    });
    menu.open(button, 'Message', items, mayReact(message, channel) ? emoji : []);
  }

  #nameOf(id) {
    return id === this.user.id ? 'yourself' : (this.people.name(id) ?? 'someone');
  }

  async #readers(id, number) {
    const { items } = await this.client.receipts(id, number);
    for (const { user } of items) this.people.learn(user);
    return items.filter(({ user }) => user.id !== this.user.id).map(({ user }) => user.display_name || user.username);
  }

  #notifications(change) {
    const channel = this.here;
    this.#attempt(
      this.client.notifications(channel.id, change).then(({ level, muted_until }) => {
        channel.describe({ notifications: level, muted_until });
        this.render();
      }),
    );
  }

  #leaveChannel() {
    const { id, title } = this.here;
    if (!confirm(`Leave ${title}?`)) return;
    this.#attempt(this.client.leave(id).then(() => (location.hash = '#/')));
  }

  #draw() {
    const phase = this.#wasOnline ? this.#state.phase : quietly(this.#state.phase);
    const waiting = this.client.outbox.items.filter((item) => !item.failure);
    renderState({ ...this.#state, phase }, waiting.length);
    if (!this.store.me) return;
    const open = openFromAddress();
    const channel = this.store.channels.get(open);
    if (this.loader.open !== open) this.panel.close();
    this.loader.enter(open);
    byId('chat').classList.toggle('in-room', Boolean(channel));
    byId('room').hidden = !channel;
    byId('nothing').hidden = Boolean(channel);
    if (channel) this.#drawRoom(channel);
    else {
      this.log.leave();
      this.composer.leave();
    }
    this.panel.render(channel);
    this.list.render(channel?.id);
    const { unread } = this.store;
    document.title = `${unread > 0 ? `(${unread}) ` : ''}${channel ? `${channel.title} · ` : ''}Confab`;
  }

  #drawRoom(channel) {
    this.room.render(channel);
    this.composer.show(channel);
    this.log.render(channel, this.loader.loading(channel.id));
    this.#markRead();
  }

  #markRead() {
    const channel = this.here;
    if (channel?.loaded && this.log.atEnd && document.visibilityState === 'visible') this.loader.read(channel.id);
  }

  #stateChanged(state) {
    this.#state = state;
    if (state.signIn) return leave(state.message ?? '');
    if (state.phase === 'online') {
      this.#wasOnline = true;
      this.loader.online();
    }
    clearInterval(this.#clock);
    if (state.phase === 'waiting') this.#clock = setInterval(() => this.render(), 1000);
    return this.render();
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

const goTo = (id) => (location.hash = `#/c/${encodeURIComponent(id)}`);

/** Does what a link asks for, whoever is signed in. */
function arrive({ kind, secret }) {
  stay?.end();
  stay = null;
  byId('chat').hidden = true;
  if (kind === 'provider') return login.finishProvider(secret);
  if (kind === 'refused') return login.refused();
  if (kind === 'invited') return session.current ? enter() : login.show('', 'register', { invite: secret });
  return login.show('', kind, { token: secret });
}

function enter() {
  login.hide();
  byId('chat').hidden = false;
  stay = new Stay(session.current.user);
}

function leave(why) {
  // The socket and a request may both tell of it: whoever types their password again is not to lose it to the second.
  if (!stay) return false;
  stay.end();
  stay = null;
  session.clear();
  menu.close();
  document.title = 'Confab';
  byId('chat').hidden = true;
  login.show(why);
  return true;
}

async function signOut() {
  const kept = stay.client.outbox.items.length;
  if (kept > 0 && !confirm(`Messages that were not sent yet (${kept}) will be lost. Sign out?`)) return;
  const { refresh_token, access_token } = session.current ?? {};
  stay.client.outbox.clear();
  history.replaceState(null, '', '#/');
  leave('');
  if (refresh_token) await accounts.logout(refresh_token, access_token).catch(() => {});
}

byId('logout').onclick = signOut;
byId('reconnect').onclick = () => stay?.client.nudge();
const dialogs = new Dialogs({
  openDirect: (username) => stay.loader.openDirect(username),
  createGroup: (name, usernames, more) => stay.loader.createGroup(name, usernames, more),
  publicChannels: async () => (await stay.client.publicChannels()).items,
  join: (channel) => stay.client.join(channel),
  forward: async (message, to) => {
    const { client, here } = stay;
    client.forward(here.id, message.message_number, to).catch((error) => stay?.notice(error));
    goTo(to);
  },
  remove: (message, scope) => stay.client.delete(stay.here.id, message.message_number, scope),
  rename: (name, topic) => stay.client.update(stay.here.id, { name, topic: topic || null }),
  opened: goTo,
});
addEventListener('hashchange', () => {
  const arrived = takeArrival(window);
  if (arrived) arrive(arrived);
  else stay?.render();
});
addEventListener('online', () => stay?.client.nudge());
addEventListener('focus', () => stay?.render());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible' || !stay) return;
  stay.client.nudge();
  stay.render();
});
addEventListener('storage', () => {
  if (stay && !session.current) leave('You signed out in another window.');
  else if (stay && session.current.user.id !== stay.user.id) location.reload();
});

const arrived = takeArrival(window);
if (arrived) arrive(arrived);
else if (session.current) enter();
else login.show('');
