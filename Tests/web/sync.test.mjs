import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outbox } from '../../Sources/Web/Assets/outbox.js';
import { Store } from '../../Sources/Web/Assets/store.js';
import { Sync } from '../../Sources/Web/Assets/sync.js';
import { FakeStorage, settled } from './fake-socket.mjs';

const ANN = { id: '108', username: 'ann' };
const BOB = { id: '109', username: 'bob' };
const DISCONNECTED = Object.assign(new Error('cut'), { code: 'disconnected', temporary: true });

const listed = (members = {}) => ({
  channel: '1',
  kind: 'direct',
  seq: 10,
  last_message_number: 10,
  read_number: 10,
  unread: 0,
  user: BOB,
  ...members,
});
const event = (seq) => ({
  type: 'message.created',
  channel: '1',
  seq,
  data: { message_number: seq, sender: '109', text: `m${seq}`, created_at: '2026-11-20T17:20:01.007Z' },
});
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

/** `answers[type](data)` plays the server; a command without one is left open. */
async function world(answers = {}, { channels = [listed()], members = { items: [] } } = {}) {
  const asked = [];
  const open = [];
  const store = new Store({ settled: (id) => outbox.settle(id) });
  let count = 0;
  const outbox = new Outbox({ storage: new FakeStorage(), user: '108', random: () => [(count += 1)] });
  const request = (type, data) => {
    asked.push({ type, data });
    if (answers[type]) return Promise.resolve().then(() => answers[type](data));
    return new Promise((resolve, reject) => open.push({ type, data, resolve, reject }));
  };
  const delays = [];
  const sync = new Sync({
    store,
    outbox,
    request,
    rest: {
      members: async () => members,
      user: async (id) => ({ id, username: `user${id}` }),
      channels: async () => ({ items: [] }),
    },
    delay: async (ms) => void delays.push(ms),
  });
  sync.ready({ user: ANN, session_id: 'tab', epoch: 'A1', me_seq: 0, channels });
  await settled();
  const sent = (type) => asked.filter((one) => one.type === type);
  return { store, outbox, sync, asked, open, delays, sent, chat: store.channels.get('1') };
}

const preview = () => ({ messages: [{ message_number: 10, sender: '109', text: 'm10' }], has_more: true });

test('a hole is filled by events.get from just before it, and nothing is shown out of order', async () => {
  const { sync, chat, open, asked } = await world({ 'history.get': preview });
  sync.event(event(11));
  sync.event(event(14));
  sync.event(event(15));
  assert.deepEqual(asked.at(-1), { type: 'events.get', data: { channel: '1', after_seq: 11, limit: 500 } });
  assert.equal(chat.newest.message_number, 11);
  open[0].resolve({ events: [event(12), event(13), event(14)], has_more: true });
  await settled();
  assert.deepEqual(chat.ordered.map((message) => message.message_number), range(10, 15));
  assert.equal(asked.filter(({ type }) => type === 'events.get').length, 1);
});

test('what resume names in more is read page by page until it is whole', async () => {
  const pages = ({ after_seq }) => {
    const end = Math.min(after_seq + 500, 1700);
    return { events: range(after_seq + 1, end).map(event), has_more: end < 1700 };
  };
  const { sync, chat, store, sent } = await world({ 'history.get': preview, 'events.get': pages });
  sync.offline();
  sync.resumed({
    me_seq: 0,
    states: [{ channel: '1', seq: 1700, last_message_number: 1700, read_number: 10, unread: 1690, mentions: 0 }],
    more: [{ channel: '1', from_seq: 11, to_seq: 1700 }],
  });
  for (let round = 0; round < 10; round += 1) await settled();
  assert.deepEqual(sent('events.get').map(({ data }) => data.after_seq), [10, 510, 1010, 1510]);
  assert.deepEqual(chat.ordered.map((message) => message.message_number), range(10, 1700));
  assert.deepEqual([chat.unread, store.behind], [1690, []]);
});

test('a hole that the server cannot fill is stepped over once, and the open chat is read anew', async () => {
  const nothing = () => ({ events: [], has_more: false });
  const { sync, chat, sent } = await world({ 'history.get': preview, 'events.get': nothing });
  sync.show('1');
  await settled();
  sync.event(event(40));
  for (let round = 0; round < 5; round += 1) await settled();
  assert.equal(sent('events.get').length, 1);
  assert.equal(chat.line.seq, 40);
  assert.equal(sent('history.get').length, 3);
  assert.equal(chat.loaded, true);
});

test('messages of a chat go one at a time, in the order in which they were written', async () => {
  const { sync, open, outbox, chat } = await world({ 'history.get': preview });
  for (const text of ['a', 'b', 'c']) sync.send('1', text);
  assert.deepEqual(open.map(({ data }) => data.text), ['a']);
  for (const [index, text] of ['a', 'b', 'c'].entries()) {
    assert.equal(open[index].data.text, text);
    open[index].resolve({ message_number: 11 + index, seq: 11 + index, created_at: '2026-11-20T17:20:01.007Z' });
    await settled();
  }
  assert.equal(outbox.items.length, 0);
  assert.deepEqual(chat.ordered.map((message) => message.text), ['m10', 'a', 'b', 'c']);
});

test('what was cut off is sent again after resume, with the same id and before what was written since', async () => {
  const { sync, open, outbox } = await world({ 'history.get': preview });
  sync.send('1', 'a');
  const first = open[0].data.client_msg_id;
  sync.offline();
  open[0].reject(DISCONNECTED);
  await settled();
  sync.send('1', 'b');
  assert.equal(open.length, 1);
  sync.resumed({ me_seq: 0, states: [] });
  await settled();
  assert.deepEqual([open[1].data.text, open[1].data.client_msg_id], ['a', first]);
  open[1].resolve({ message_number: 11, seq: 11, duplicate: true, created_at: '2026-11-20T17:20:01.007Z' });
  await settled();
  assert.equal(open[2].data.text, 'b');
  assert.deepEqual(outbox.items.map(({ text }) => text), ['b']);
});

test('what the replay shows to have arrived is not sent again', async () => {
  const { sync, open, outbox } = await world({ 'history.get': preview });
  sync.send('1', 'a');
  const { client_msg_id } = open[0].data;
  sync.offline();
  open[0].reject(DISCONNECTED);
  await settled();
  sync.event({ ...event(11), data: { ...event(11).data, sender: '108', client_msg_id } });
  sync.resumed({ me_seq: 0, states: [] });
  await settled();
  assert.deepEqual([open.length, outbox.items], [1, []]);
});

test('when the server asks for patience the same message waits, and none overtakes it', async () => {
  const { sync, open, delays } = await world({ 'history.get': preview });
  sync.send('1', 'a');
  sync.send('1', 'b');
  open[0].reject(Object.assign(new Error('slow'), { code: 'rate_limited', temporary: true, retryAfterMs: 1200 }));
  await settled();
  assert.deepEqual([delays, open.map(({ data }) => data.text)], [[1200], ['a', 'a']]);
});

test('a message that is refused says why, keeps its place to be mended, and holds up nothing', async () => {
  const { sync, open, outbox } = await world({ 'history.get': preview });
  sync.send('1', 'a');
  sync.send('1', 'b');
  open[0].reject(Object.assign(new Error('Blocked.'), { code: 'permission_denied', temporary: false }));
  await settled();
  assert.equal(open[1].data.text, 'b');
  assert.deepEqual(outbox.items.map(({ failure }) => failure), ['Blocked.', undefined]);
});

test('scrolling up reads the page before the oldest, once, and stops at the beginning', async () => {
  const page = ({ before = 11 }) => {
    const messages = range(Math.max(1, before - 5), before - 1).map((number) => event(number).data);
    return { messages, has_more: before - 5 > 1 };
  };
  const { sync, chat, sent } = await world({ 'history.get': page });
  sync.show('1');
  await settled();
  const before = sent('history.get').length;
  sync.older();
  sync.older();
  await settled();
  assert.equal(sent('history.get').length, before + 1);
  assert.deepEqual(chat.ordered.map((message) => message.message_number), range(1, 10));
  assert.equal(sync.older(), undefined);
});

test('the read marker is moved by one command at a time to the newest message', async () => {
  const { sync, chat, open } = await world({ 'history.get': preview });
  for (const seq of [11, 12, 13]) {
    sync.event(event(seq));
    sync.read('1');
  }
  assert.deepEqual(open.map(({ data }) => data.message_number), [11]);
  open[0].resolve({ read_number: 11, unread: 2 });
  await settled();
  assert.deepEqual(open.map(({ data }) => data.message_number), [11, 13]);
  open[1].resolve({ read_number: 13, unread: 0 });
  await settled();
  assert.deepEqual([chat.unread, open.length], [0, 2]);
});

test('opening a direct chat shows how far the other has read', async () => {
  const members = { items: [{ user: BOB, read_number: 7 }] };
  const { sync, chat } = await world({ 'history.get': preview }, { members });
  sync.show('1');
  await settled();
  assert.equal(chat.peerRead, 7);
});

test('a group is made of the ids behind the usernames', async () => {
  const { sync, store, sent } = await world({
    'history.get': preview,
    'channel.open': ({ username }) => listed({ channel: `108_${username}`, user: { id: `id-${username}`, username } }),
    'channel.create': ({ name }) => ({ channel: '9', kind: 'group', name, seq: 1 }),
  });
  const made = await sync.createGroup('Walk', ['bob', 'cleo']);
  assert.deepEqual(sent('channel.create')[0].data, { kind: 'group', name: 'Walk', members: ['id-bob', 'id-cleo'] });
  assert.equal(store.channels.get('9'), made);
});
