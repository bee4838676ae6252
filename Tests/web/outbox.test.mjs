import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outbox } from '../../Sources/Web/Assets/outbox.js';
import { FakeStorage } from './fake-socket.mjs';

function box(storage = new FakeStorage(), user = '108') {
  let count = 0;
  return new Outbox({ storage, user, now: () => 5, random: () => [count++, 7] });
}

const texts = (outbox) => outbox.items.map((item) => item.text);

test('what waits outlives the page, in its order, with its ids', () => {
  const storage = new FakeStorage();
  const outbox = box(storage);
  for (let number = 0; number < 12; number += 1) outbox.add(number % 2 ? '1' : '2', `m${number}`);
  outbox.settle(outbox.items[3].client_msg_id);
  const again = box(storage);
  assert.deepEqual(again.items, outbox.items);
  assert.equal(new Set(again.items.map((item) => item.client_msg_id)).size, 11);
});

test('one user’s messages are never sent by another', () => {
  const storage = new FakeStorage();
  box(storage, '1').add('7', 'mine');
  assert.deepEqual(box(storage, '10').items, []);
});

test('a failed message makes way for those behind it, and goes last when it is tried again', () => {
  const outbox = box();
  const [first] = ['a', 'b', 'c'].map((text) => outbox.add('1', text));
  outbox.fail(first.client_msg_id, 'Not now.');
  assert.equal(outbox.next('1').text, 'b');
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
  outbox.add('1', 'a');
  assert.deepEqual(texts(outbox), ['a']);
});
