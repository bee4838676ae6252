import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Store } from '../../Sources/Web/Assets/store.js';

const ANN = { id: '108', username: 'ann' };
const BOB = { id: '109', username: 'bob' };
const SAID_AT = '2026-11-20T17:20:01.007Z';

const direct = (members = {}) => ({
  channel: '108_109',
  kind: 'direct',
  seq: 10,
  last_message_number: 8,
  read_number: 6,
  unread: 2,
  mentions: 0,
  role: 'member',
  user: BOB,
  ...members,
});

function started(channels = [direct()]) {
  const settled = [];
  const store = new Store({ settled: (id) => settled.push(id) });
  store.ready({ user: ANN, session_id: 'tab', epoch: 'A1', me_seq: 3, channels });
  return { store, settled, chat: store.channels.get('108_109') };
}

const created = (seq, number, sender = BOB.id, more = {}) => ({
  type: 'message.created',
  channel: '108_109',
  seq,
  data: { message_number: number, sender, type: 'text', text: `m${number}`, created_at: SAID_AT, ...more },
});

const changed = (type, seq, data) => ({ type, channel: '108_109', seq, data });

const old = (number) => ({ message_number: number, sender: BOB.id, text: `m${number}`, created_at: SAID_AT });

const texts = (chat) => chat.ordered.map((message) => message.text);

test('before ready there is nothing to resume from', () => {
  assert.equal(new Store().position(), null);
});

test('its position names every channel, how far it was seen', () => {
  const { store } = started([direct(), { channel: '205', kind: 'group', name: 'Walk', seq: 44 }]);
  store.take(created(11, 9));
  store.take(created(13, 11));
  const channels = { '108_109': 11, 205: 44 };
  assert.deepEqual(store.position(), { session_id: 'tab', epoch: 'A1', me_seq: 3, channels });
});

test('messages are in the order of their numbers and each is there once', () => {
  const { store, chat } = started();
  const [first, second, third] = [created(11, 9), created(12, 10), created(13, 11)];
  for (const event of [second, first, second, third, first]) store.take(event);
  assert.deepEqual(texts(chat), ['m9', 'm10', 'm11']);
});

test('unread counts what others say, and the server has the last word', () => {
  const { store, chat } = started();
  store.take(created(11, 9));
  assert.equal(chat.unread, 3);
  const marker = { channel: '108_109', read_number: 9, unread: 0, mentions: 0 };
  store.take({ type: 'channel.unread', channel: '@me', data: marker });
  assert.deepEqual([chat.unread, chat.read, store.unread], [0, 9, 0]);
  store.take(created(12, 10));
  store.take(created(13, 11, ANN.id));
  assert.deepEqual([chat.unread, chat.read], [0, 11]);
});

test('a message that is deleted before it is read is unread no more', () => {
  const { store, chat } = started();
  store.take(created(11, 9));
  store.take(changed('message.deleted', 12, { message_numbers: [[9, 9]], scope: 'all', by: '109' }));
  assert.equal(chat.unread, 2);
  const [gone] = chat.ordered;
  assert.deepEqual([gone.text, gone.sender, Boolean(gone.deleted_at)], [undefined, '109', true]);
});

test('a page of history that is older than an event does not undo it', () => {
  const { store, chat } = started();
  store.take(created(11, 9));
  const edited_at = '2026-11-20T17:21:00.000Z';
  store.take(changed('message.updated', 12, { message_number: 9, text: 'better', edited_at }));
  store.history('108_109', [old(8), old(9)], { hasOlder: false });
  assert.deepEqual(texts(chat), ['m8', 'better']);
});

test('one’s own message settles what waits for it, also when its answer was lost', () => {
  const { store, settled } = started();
  store.take(created(11, 9, ANN.id, { client_msg_id: 'x1' }));
  store.take(created(12, 10, BOB.id, { client_msg_id: 'x2' }));
  assert.deepEqual(settled, ['x1']);
});

test('the answer puts one’s own message in its place before its event comes', () => {
  const { store, chat } = started();
  const waiting = { client_msg_id: 'x1', channel: '108_109', text: 'm9' };
  store.acknowledged(waiting, { message_number: 9, seq: 11, created_at: SAID_AT });
  assert.equal(chat.line.seq, 10);
  store.take(created(11, 9, ANN.id, { client_msg_id: 'x1' }));
  assert.deepEqual([texts(chat), chat.unread, chat.line.seq], [['m9'], 0, 11]);
});

test('a receipt moves forward only, and who answers has read', () => {
  const { store, chat } = started();
  store.take({ type: 'receipt.updated', channel: '108_109', data: { user: '109', read: 8 } });
  store.take({ type: 'receipt.updated', channel: '108_109', data: { user: '109', read: 5 } });
  assert.equal(chat.peerRead, 8);
  store.take(created(11, 9));
  assert.equal(chat.peerRead, 9);
});

test('a new channel comes with those of its events that were faster', () => {
  const { store } = started();
  store.take({ ...created(2, 1), channel: '7' });
  const walk = { channel: '7', kind: 'group', name: 'Walk', seq: 1, last_message_number: 0 };
  store.take({ type: 'channel.added', channel: '@me', seq: 4, data: walk });
  assert.deepEqual(texts(store.channels.get('7')), ['m1']);
  assert.equal(store.position().me_seq, 4);
});

test('a channel that was left is gone, also from the next resume', () => {
  const { store } = started();
  store.take({ type: 'channel.removed', channel: '@me', seq: 4, data: { channel: '108_109' } });
  assert.deepEqual(store.position().channels, {});
});

test('the answer to resume corrects counts, adds, removes, and says what is still missing', () => {
  const { store, chat } = started([direct(), { channel: '31', kind: 'group', name: 'Old', seq: 1 }]);
  store.take(created(11, 9));
  store.resumed({
    session_id: 'tab',
    me_seq: 5,
    states: [{ channel: '108_109', seq: 61, last_message_number: 48, read_number: 40, unread: 4, mentions: 1 }],
    more: [{ channel: '108_109', from_seq: 12, to_seq: 61 }],
    gaps: [],
    added: [{ channel: '8', kind: 'group', name: 'New', seq: 3 }],
    removed: ['31'],
  });
  assert.deepEqual([chat.unread, chat.read, chat.last], [4, 40, 48]);
  assert.deepEqual(store.behind, ['@me', '108_109']);
  assert.deepEqual([...store.channels.keys()], ['108_109', '8']);
  store.take(created(12, 10));
  assert.equal(chat.unread, 4);
});

test('history that was purged is forgotten here too, and what was replayed behind it is kept', () => {
  const { store, chat } = started();
  store.history('108_109', [old(8)], { hasOlder: true });
  store.take(created(4000, 3000));
  store.resumed({ me_seq: 3, gaps: [{ channel: '108_109', have_seq: 10, oldest_seq: 4000 }], states: [] });
  assert.deepEqual([texts(chat), chat.loaded, chat.line.seq], [['m3000'], false, 4000]);
});

test('direct chats without a word are listed only while they are open', () => {
  const silent = direct({ last_message_number: 0, unread: 0 });
  const { store } = started([silent, { channel: '8', kind: 'group', name: 'New', seq: 1 }]);
  assert.deepEqual(store.listed().map(({ id }) => id), ['8']);
  assert.deepEqual(store.listed('108_109').length, 2);
});
