import assert from 'node:assert/strict';
import { test } from 'node:test';
import { People } from '../../Sources/Web/Assets/people.js';
import { Store } from '../../Sources/Web/Assets/store.js';

const ANN = { id: '108', username: 'ann' };
const BOB = { id: '109', username: 'bob' };
const CLEO = { id: '110', username: 'cleo' };
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
const walk = (members = {}) => ({ channel: '7', kind: 'group', name: 'Walk', role: 'member', seq: 1, ...members });

function started(channels = [direct()]) {
  const people = new People({ setTimer: () => {} });
  const store = new Store({ people });
  store.ready({ user: ANN, channels });
  return { store, people, chat: store.channels.get(channels[0].channel), id: channels[0].channel };
}

const created = (number, sender = BOB.id, more = {}) => ({
  type: 'message.created',
  channel: '108_109',
  seq: number + 2,
  data: { message_number: number, sender, type: 'text', text: `m${number}`, created_at: SAID_AT, ...more },
});
const inWalk = (event) => ({ ...event, channel: '7' });
const changed = (type, data, channel = '108_109') => ({ type, channel, seq: 99, data });
const old = (number) => ({ message_number: number, sender: BOB.id, text: `m${number}`, created_at: SAID_AT });
const texts = (chat) => chat.ordered.map((message) => message.text);

test('unread counts what others say, and the server has the last word', () => {
  const { store, chat } = started();
  store.event(created(9));
  assert.equal(chat.unread, 3);
  const marker = { channel: '108_109', read_number: 9, unread: 0, mentions: 0 };
  store.event({ type: 'channel.unread', channel: '@me', data: marker });
  assert.deepEqual([chat.unread, chat.read, store.unread], [0, 9, 0]);
  store.event(created(10));
  store.event(created(11, ANN.id));
  assert.deepEqual([chat.unread, chat.read], [0, 11]);
});

test('a mention is counted until it is read, and also where the chat is muted', () => {
  const { store, chat } = started([walk()]);
  store.event(inWalk(created(1, BOB.id, { mentions: [ANN.id] })));
  store.event(inWalk(created(2)));
  assert.deepEqual([chat.unread, chat.mentions, store.unread], [2, 1, 2]);
  store.event(changed('channel.updated', { notifications: 'none' }, '7'));
  assert.equal(store.unread, 1);
  store.marked('7', { read_number: 2, unread: 0 });
  assert.deepEqual([chat.unread, chat.mentions], [0, 0]);
});

test('a chat is muted until its time has come', () => {
  const { chat } = started([walk({ muted_until: '2026-11-20T18:00:00.000Z' })]);
  assert.deepEqual([chat.muted(Date.parse('2026-11-20T17:00:00Z')), chat.muted(Date.parse('2026-11-20T19:00:00Z'))], [
    true,
    false,
  ]);
});

test('a message that is deleted before it is read is unread no more', () => {
  const { store, chat } = started();
  store.event(created(9));
  store.event(changed('message.deleted', { message_numbers: [[9, 9]], scope: 'all', by: '109' }));
  assert.equal(chat.unread, 2);
  const [gone] = chat.ordered;
  assert.deepEqual([gone.text, gone.sender, Boolean(gone.deleted_at)], [undefined, '109', true]);
});

test('what is hidden from me is gone here too', () => {
  const { store, chat } = started();
  for (const number of [9, 10, 11]) store.event(created(number));
  const data = { channel: '108_109', message_numbers: [[9, 10]] };
  store.event({ type: 'message.hidden', channel: '@me', seq: 4, data });
  assert.deepEqual([texts(chat), chat.unread], [['m11'], 3]);
});

test('a page of history that is older than an event does not undo it', () => {
  const { store, chat } = started();
  store.event(created(9));
  const edited_at = '2026-11-20T17:21:00.000Z';
  store.event(changed('message.updated', { message_number: 9, text: 'better', edited_at }));
  store.page('108_109', [old(8), old(9)], { hasOlder: false, asOf: 0 });
  assert.deepEqual(texts(chat), ['m8', 'better']);
});

test('what stands alone is known and not shown before its place is reached', () => {
  const { store, chat } = started();
  store.page('108_109', [old(7), old(8)], { hasOlder: true, asOf: 0 });
  store.put('108_109', [old(2)], { asOf: 0 });
  assert.deepEqual([texts(chat), chat.messages.get(2).text], [['m7', 'm8'], 'm2']);
  store.page('108_109', [1, 2, 3, 4, 5, 6].map(old), { hasOlder: false, asOf: 0 });
  assert.equal(chat.ordered.length, 8);
});

test('the answer puts one’s own message in its place before its event comes', () => {
  const { store, chat } = started();
  const item = { client_msg_id: 'x1', channel: '108_109', type: 'message.send', data: { text: 'm9', reply_to: 3 } };
  store.acknowledged(item, { message_number: 9, seq: 11, created_at: SAID_AT });
  assert.equal(chat.newest.reply_to, 3);
  store.event(created(9, ANN.id, { client_msg_id: 'x1' }));
  assert.deepEqual([texts(chat), chat.unread], [['m9'], 0]);
});

test('a forwarded message shows what it says and who said it first while it waits', () => {
  const { store } = started();
  store.event(created(9));
  const data = { from_channel: '108_109', message_number: 9 };
  const { text, forwarded_from } = store.written({ type: 'message.forward', data, created_at: SAID_AT });
  assert.deepEqual([text, forwarded_from.sender], ['m9', BOB.id]);
});

test('a receipt moves forward only, and who answers has read', () => {
  const { store, chat } = started();
  store.event({ type: 'receipt.updated', channel: '108_109', data: { user: '109', read: 8 } });
  store.event({ type: 'receipt.updated', channel: '108_109', data: { user: '109', read: 5 } });
  assert.deepEqual([chat.readByAll(8, ANN.id), chat.readByAll(9, ANN.id)], [true, false]);
  store.event(created(9));
  assert.equal(chat.readByAll(9, ANN.id), true);
});

test('in a group a message is read when everybody else has read it', () => {
  const { store, chat } = started([walk()]);
  store.members('7', [ANN, BOB, CLEO].map((user) => ({ user, role: 'member', read_number: 0 })));
  store.event({ type: 'receipt.updated', channel: '7', data: { user: BOB.id, read: 4 } });
  assert.equal(chat.readByAll(4, ANN.id), false);
  store.event({ type: 'receipt.updated', channel: '7', data: { user: CLEO.id, read: 5 } });
  assert.deepEqual([chat.readByAll(4, ANN.id), chat.readByAll(5, ANN.id)], [true, false]);
});

test('reactions are counted, one’s own once', () => {
  const { store, chat } = started();
  store.event(created(9));
  const react = (type, user, emoji) => store.event(changed(type, { message_number: 9, emoji, user }));
  react('reaction.added', BOB.id, '👍');
  react('reaction.added', ANN.id, '👍');
  react('reaction.added', ANN.id, '👍');
  react('reaction.added', CLEO.id, '🎉');
  assert.deepEqual(chat.messages.get(9).reactions, [
    { emoji: '👍', count: 2, mine: true },
    { emoji: '🎉', count: 1, mine: false },
  ]);
  react('reaction.removed', ANN.id, '👍');
  react('reaction.removed', CLEO.id, '🎉');
  assert.deepEqual(chat.messages.get(9).reactions, [{ emoji: '👍', count: 1, mine: false }]);
});

test('a reaction that the page already counts is not counted again', () => {
  const { store, chat } = started();
  const counted = { ...old(8), reactions: [{ emoji: '👍', count: 3, mine: false }] };
  store.page('108_109', [counted], { hasOlder: true, asOf: 20 });
  const data = { message_number: 8, emoji: '👍', user: '5' };
  const react = (seq) => store.event({ ...changed('reaction.added', data), seq });
  store.event(created(8));
  for (const seq of [18, 19, 20]) react(seq);
  assert.equal(chat.messages.get(8).reactions[0].count, 3);
  react(21);
  assert.equal(chat.messages.get(8).reactions[0].count, 4);
});

test('pins come and go', () => {
  const { store, chat } = started();
  store.event(created(9));
  store.event(changed('message.pinned', { message_number: 9, by: '109' }));
  assert.ok(chat.messages.get(9).pinned_at);
  store.event(changed('message.unpinned', { message_number: 9, by: '109' }));
  assert.equal(chat.messages.get(9).pinned_at, null);
});

test('a reply to a reply belongs to the thread of the first', () => {
  const { store, chat } = started();
  store.event(created(9));
  store.event(created(10, ANN.id, { reply_to: 9 }));
  chat.threadRead(9, [old(9), { ...old(10), sender: ANN.id, reply_to: 9 }]);
  store.event(created(11, BOB.id, { reply_to: 10 }));
  assert.equal(chat.rootOf(11), 9);
  assert.deepEqual(chat.thread(9).map((message) => message.message_number), [9, 10, 11]);
  assert.deepEqual(chat.messages.get(9).thread, { replies: 2, last_reply: 11 });
});

test('members come, go and change what they may do', () => {
  const { store, people, chat } = started([walk({ members_count: 1 })]);
  const joined = { user: CLEO.id, username: 'cleo', display_name: null, role: 'member', by: ANN.id, members_count: 2 };
  store.event(changed('member.joined', joined, '7'));
  assert.deepEqual([people.name(CLEO.id), chat.members.get(CLEO.id), chat.membersCount], ['cleo', 'member', 2]);
  store.event(changed('member.updated', { user: ANN.id, role: 'admin', by: CLEO.id }, '7'));
  assert.deepEqual([chat.role, chat.manages], ['admin', true]);
  store.event(changed('member.left', { user: CLEO.id, by: CLEO.id, members_count: 1 }, '7'));
  assert.deepEqual([chat.members.has(CLEO.id), chat.membersCount], [false, 1]);
});

test('a chat takes a new name, and where it is archived nobody writes', () => {
  const { store, chat } = started([walk()]);
  store.event(changed('channel.updated', { name: 'Stroll', topic: null, archived_at: null }, '7'));
  assert.deepEqual([chat.title, chat.canSend], ['Stroll', true]);
  store.event(changed('channel.updated', { archived_at: SAID_AT }, '7'));
  assert.deepEqual([chat.title, chat.canSend], ['Stroll', false]);
});

test('in a broadcast only those who run it write', () => {
  for (const [role, writes] of [['owner', true], ['admin', true], ['member', false], ['reader', false]]) {
    assert.equal(started([walk({ kind: 'broadcast', role })]).chat.canSend, writes);
  }
});

test('a channel comes by its word on @me and goes by it', () => {
  const { store } = started();
  store.event({ type: 'channel.added', channel: '@me', seq: 4, data: walk() });
  assert.equal(store.channels.get('7').title, 'Walk');
  const data = { channel: '7', reason: 'removed', by: '109' };
  store.event({ type: 'channel.removed', channel: '@me', seq: 5, data });
  assert.equal(store.channels.has('7'), false);
});

test('the answer to resume corrects counts, adds and removes', () => {
  const { store, chat } = started([direct(), walk()]);
  store.event(created(9));
  const state = { channel: '108_109', seq: 61, last_message_number: 48, read_number: 40, unread: 4, mentions: 1 };
  store.resumed({ states: [state], added: [walk({ channel: '8', name: 'New' })], removed: ['7'] });
  assert.deepEqual([chat.unread, chat.read, chat.last, chat.mentions], [4, 40, 48, 1]);
  assert.deepEqual([...store.channels.keys()], ['108_109', '8']);
  store.event(created(10));
  assert.equal(chat.unread, 4);
});

test('history before a hole is forgotten', () => {
  const { store, chat } = started();
  store.page('108_109', [old(8)], { hasOlder: true, asOf: 0 });
  store.gap({ channel: '108_109', from_seq: 11, to_seq: 3999 });
  assert.deepEqual([texts(chat), chat.loaded], [[], false]);
});

test('who writes is shown until the message comes or the time is over', () => {
  const time = { now: 0 };
  const people = new People({ now: () => time.now, setTimer: () => {} });
  const store = new Store({ people });
  store.ready({ user: ANN, channels: [direct()] });
  const typing = (user, expires_in) => store.event({ type: 'typing', channel: '108_109', data: { user, expires_in } });
  typing(BOB.id, 6000);
  typing(ANN.id, 6000);
  assert.deepEqual(people.writing('108_109'), [BOB.id]);
  time.now = 6000;
  assert.deepEqual(people.writing('108_109'), []);
  typing(BOB.id, 6000);
  store.event(created(9));
  assert.deepEqual(people.writing('108_109'), []);
  typing(BOB.id, 6000);
  typing(BOB.id, 0);
  assert.deepEqual(people.writing('108_109'), []);
});

test('presence holds until a cut; when somebody was last seen is kept', () => {
  const { store, people } = started();
  const presence = (data) => store.event({ type: 'presence', data });
  presence({ user: BOB.id, status: 'online', last_seen_at: SAID_AT });
  presence({ user: BOB.id, status: 'offline', last_seen_at: null });
  assert.deepEqual(people.presence(BOB.id), { status: 'offline', lastSeenAt: SAID_AT });
  store.resumed({});
  assert.equal(people.presence(BOB.id), undefined);
});

test('direct chats without a word are listed only while they are open', () => {
  const { store } = started([direct({ last_message_number: 0, unread: 0 }), walk({ channel: '8' })]);
  assert.deepEqual(store.listed().map(({ id }) => id), ['8']);
  assert.deepEqual(store.listed('108_109').length, 2);
});
