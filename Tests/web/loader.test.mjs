import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Loader } from '../../Sources/Web/Assets/loader.js';
import { People } from '../../Sources/Web/Assets/people.js';
import { Store } from '../../Sources/Web/Assets/store.js';
import { ANN, BOB, listed, range, said } from './client-world.mjs';
import { settled } from './fake-socket.mjs';

/** `answers[call](...)` plays the client; a call without one is left open. */
async function world(answers = {}, { channels = [listed()] } = {}) {
  const asked = [];
  const open = [];
  const store = new Store({ people: new People() });
  store.ready({ user: ANN, channels });
  const defaults = { members: () => ({ items: [] }), watch: () => {} };
  const call = (name, ...data) => {
    asked.push({ name, data });
    const answer = answers[name] ?? defaults[name];
    if (answer) return Promise.resolve().then(() => answer(...data));
    return new Promise((resolve, reject) => open.push({ name, data, resolve, reject }));
  };
  const get = (own, name) => own[name] ?? ((...data) => call(name, ...data));
  const client = new Proxy({ phase: 'online', horizon: () => 10 }, { get });
  const loader = new Loader({ store, client });
  await loader.online();
  const sent = (name) => asked.filter((one) => one.name === name);
  return { store, loader, asked, open, sent, chat: store.channels.get('1') };
}

const preview = () => ({ messages: [{ message_number: 10, sender: '109', text: 'm10' }], has_more: true });
const page = (_, { before = 11, limit }) => {
  const from = Math.max(1, before - Math.min(limit, 5));
  return { messages: range(from, before - 1).map((number) => said(number).data), has_more: from > 1 };
};

test('scrolling up reads the page before the oldest, once, and stops at the beginning', async () => {
  const { loader, chat, sent } = await world({ history: page });
  loader.show('1');
  await settled();
  const before = sent('history').length;
  loader.older();
  loader.older();
  await settled();
  assert.equal(sent('history').length, before + 1);
  assert.deepEqual(chat.ordered.map((message) => message.message_number), range(1, 10));
  assert.equal(loader.older(), undefined);
});

test('a message far back is reached page by page, and one that is not there is not', async () => {
  const channels = [listed({ last_message_number: 40 })];
  const long = (id, { before = 41, limit }) => page(id, { before, limit });
  const { loader, chat } = await world({ history: long }, { channels });
  loader.show('1');
  await settled();
  assert.equal(await loader.reach('1', 12), true);
  assert.ok(chat.from <= 12 && chat.from > 1);
  chat.messages.delete(3);
  assert.equal(await loader.reach('1', 99), false);
});

test('the read marker is moved by one command at a time to the newest message', async () => {
  const { store, loader, chat, open } = await world({ history: preview });
  for (const seq of [11, 12, 13]) {
    store.event(said(seq));
    loader.read('1');
  }
  assert.deepEqual(open.map(({ data }) => data), [['1', 11]]);
  open[0].resolve({ read_number: 11, unread: 2 });
  await settled();
  assert.deepEqual(open.map(({ data }) => data[1]), [11, 13]);
  open[1].resolve({ read_number: 13, unread: 0 });
  await settled();
  assert.deepEqual([chat.unread, open.length], [0, 2]);
});

test('opening a chat shows how far the others have read, and watches who is there', async () => {
  const members = () => ({ items: [{ user: BOB, role: 'member', read_number: 7 }], next_cursor: null });
  const { loader, chat, sent } = await world({ history: preview, members });
  loader.show('1');
  await settled();
  assert.equal(chat.readByAll(7, ANN.id), true);
  assert.deepEqual(sent('watch').at(-1).data, [{ users: ['109'], channels: ['1'] }]);
});

test('a chat that was opened before it was known is read when it is', async () => {
  const { loader, store, chat, sent } = await world({ history: page });
  loader.enter('2');
  store.add([listed({ channel: '2' })]);
  for (let round = 0; round < 3; round += 1) loader.enter('2');
  await settled();
  assert.deepEqual([store.channels.get('2').loaded, chat.loaded, sent('members').length], [true, false, 1]);
});

test('who is not shown any more is not watched any more', async () => {
  const eve = { id: '5', username: 'eve' };
  const member = { user: eve, role: 'member', read_number: 0 };
  const members = (id) => ({ items: id === '2' ? [member] : [], next_cursor: null });
  const channels = [listed(), listed({ channel: '2', kind: 'group', user: undefined })];
  const { loader, sent } = await world({ history: preview, members, unwatch: () => {} }, { channels });
  loader.show('2');
  await settled();
  assert.deepEqual(sent('watch').at(-1).data, [{ users: ['5', '109'], channels: ['2'] }]);
  loader.show('1');
  await settled();
  assert.deepEqual(sent('unwatch').map(({ data }) => data), [[{ users: ['5'], channels: ['2'] }]]);
});

test('members come in pages', async () => {
  const members = (_, cursor) => {
    const id = cursor ?? '1';
    return { items: [{ user: { id, username: `u${id}` }, role: 'member', read_number: 0 }], next_cursor: `${+id + 1}` };
  };
  const { loader, chat } = await world({ history: preview, members });
  await loader.members('1');
  assert.deepEqual([...chat.members.keys()], ['1', '2', '3', '4', '5']);
});

test('a name and an answered message are asked for once', async () => {
  const rest = () => ({ id: '5', username: 'eve' });
  const { loader, store, sent } = await world({ history: preview, rest });
  for (let round = 0; round < 3; round += 1) loader.name('5');
  loader.name(BOB.id);
  for (let round = 0; round < 3; round += 1) loader.message('1', 10);
  await settled();
  assert.deepEqual([store.people.name('5'), sent('rest').length], ['eve', 1]);
  assert.deepEqual(sent('history').slice(1).map(({ data }) => data), [['1', { around: 10, limit: 1 }]]);
});

test('no name is asked for while a list of members may bring it', async () => {
  const members = () => ({ items: [{ user: { id: '5', username: 'eve' }, role: 'member', read_number: 0 }] });
  const { loader, store, sent } = await world({ history: preview, members });
  const listing = loader.members('1');
  loader.name('5');
  await listing;
  loader.name('5');
  assert.deepEqual([store.people.name('5'), sent('rest')], ['eve', []]);
});

test('a thread and the pinned messages are known without being in the log', async () => {
  const items = [{ ...said(2).data, pinned_at: null }, { ...said(4).data, reply_to: 2 }];
  const pins = () => ({ items: [items[0]] });
  const { loader, chat } = await world({ history: preview, thread: () => ({ items }), pins });
  chat.page([said(10).data], true);
  await loader.thread('1', 2);
  await loader.pins('1');
  assert.deepEqual(chat.thread(2).map((message) => message.message_number), [2, 4]);
  assert.ok(chat.messages.get(2).pinned_at);
  assert.deepEqual(chat.ordered.map((message) => message.message_number), [10]);
});

test('a group is made of the ids behind the usernames, and who is known is not asked for', async () => {
  const { loader, store, sent } = await world({
    history: preview,
    open: ({ username }) => listed({ channel: `108_${username}`, user: { id: `id-${username}`, username } }),
    create: ({ name }) => ({ channel: '9', kind: 'group', name, seq: 1 }),
  });
  const made = await loader.createGroup('Walk', ['Bob', 'cleo'], { visibility: 'public' });
  const members = ['109', 'id-cleo'];
  assert.deepEqual(sent('create')[0].data, [{ kind: 'group', name: 'Walk', members, visibility: 'public' }]);
  assert.deepEqual([sent('open').length, store.channels.get('9')], [1, made]);
});

test('a username that nobody has is said so', async () => {
  const refusal = Object.assign(new Error('no'), { code: 'not_found' });
  const { loader } = await world({ history: preview, open: () => Promise.reject(refusal) });
  await assert.rejects(loader.userNamed('eve'), { message: 'There is no one called “eve”.' });
});
