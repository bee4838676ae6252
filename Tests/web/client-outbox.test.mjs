import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outbox } from '../../Sources/Web/Assets/client.js';
import { FakeStorage } from './fake-socket.mjs';

function box(storage = new FakeStorage(), user = '108') {
  const outbox = new Outbox({ storage, now: () => 5 });
  outbox.open(user);
  return outbox;
}

const add = (outbox, channel, text) => outbox.add({ channel, type: 'message.send', data: { text } });
const texts = (outbox) => outbox.items.map((item) => item.data.text);

test('what waits outlives the page, in its order, with its ids', () => {
  const storage = new FakeStorage();
  const outbox = box(storage);
  for (let number = 0; number < 12; number += 1) add(outbox, number % 2 ? '1' : '2', `m${number}`);
  outbox.settle(outbox.items[3].client_msg_id);
  const again = box(storage);
  assert.deepEqual(again.items, outbox.items);
  assert.equal(new Set(again.items.map((item) => item.client_msg_id)).size, 11);
});

test('one user’s messages are never sent by another', () => {
  const storage = new FakeStorage();
  add(box(storage, '1'), '7', 'mine');
  assert.deepEqual(box(storage, '10').items, []);
});

test('a failed message makes way for those behind it, and goes last when it is tried again', () => {
  const outbox = box();
  const [first] = ['a', 'b', 'c'].map((text) => add(outbox, '1', text));
  outbox.fail(first.client_msg_id, { code: 'read_only', message: 'Not now.' });
  assert.equal(outbox.next('1').data.text, 'b');
  outbox.retry(first.client_msg_id);
  assert.deepEqual(texts(outbox), ['b', 'c', 'a']);
  assert.equal(outbox.items.at(-1).client_msg_id, first.client_msg_id);
});

test('storage that refuses loses nothing while the page is open', () => {
  const storage = new FakeStorage();
  storage.setItem = () => {
    throw new Error('full');
  };
  const outbox = box(storage);
  add(outbox, '1', 'a');
  assert.deepEqual(texts(outbox), ['a']);
});

test('a Map keeps as well as localStorage does', () => {
  const storage = new Map();
  const outbox = box(storage);
  for (const text of ['a', 'b']) add(outbox, '1', text);
  outbox.settle(outbox.items[0].client_msg_id);
  assert.deepEqual(texts(box(storage)), ['b']);
});

test('what is written before one knows the user goes behind what was kept', () => {
  const storage = new FakeStorage();
  add(box(storage), '1', 'kept');
  const outbox = new Outbox({ storage });
  add(outbox, '1', 'fresh');
  outbox.open('108');
  assert.deepEqual(texts(outbox), ['kept', 'fresh']);
  assert.deepEqual(texts(box(storage)), ['kept', 'fresh']);
});

test('what others put into the storage is no message', () => {
  const storage = new FakeStorage();
  for (const [key, value] of [['a', 'no JSON'], ['b', 'null'], ['c', '{"client_msg_id":"x"}']]) {
    storage.setItem(`confab.outbox.108.${key}`, value);
  }
  assert.deepEqual(box(storage).items, []);
});

test('an id of one’s own is taken, and finds the message that has it', () => {
  const outbox = box();
  const first = outbox.add({ channel: '1', type: 'message.send', data: { text: 'a' }, client_msg_id: 'mine' });
  const again = outbox.add({ channel: '1', type: 'message.send', data: { text: 'a' }, client_msg_id: 'mine' });
  assert.deepEqual([first.client_msg_id, again === first, outbox.items.length], ['mine', true, 1]);
});
