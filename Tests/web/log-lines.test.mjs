import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Channel } from '../../Sources/Web/Assets/channel.js';
import { People } from '../../Sources/Web/Assets/people.js';
import { logLines } from '../../Sources/Web/Assets/log-lines.js';
import { summary } from '../../Sources/Web/Assets/message-text.js';

const minute = (number) => new Date(2026, 10, 18, 12, number).toISOString();
const people = new People();
for (const [id, username] of [['2', 'bob'], ['3', 'cleo']]) people.learn({ id, username });

function shown(messages, { kind = 'group', waiting = [], newFrom = null, read = 0 } = {}) {
  const channel = new Channel({ channel: '7', kind, seq: 0, user: { id: '2', username: 'bob' } });
  channel.readUpTo('2', read);
  for (const message of messages) channel.put(message);
  return logLines({ channel, waiting, me: '1', people, newFrom });
}

const says = (number, sender, at) => ({
  message_number: number,
  sender,
  text: `m${number}`,
  created_at: minute(at),
});

test('a run of one sender names its author once; another sender or a pause begins a new run', () => {
  const lines = shown([says(1, '2', 0), says(2, '2', 1), says(3, '3', 2), says(4, '3', 30)]);
  assert.deepEqual(lines.map(({ kind, author }) => author ?? kind), ['day', 'bob', '', 'cleo', 'cleo']);
});

test('order is the number, whatever the clocks say', () => {
  const lines = shown([says(2, '2', 0), says(1, '3', 59)]).filter(({ kind }) => kind === 'message');
  assert.deepEqual(lines.map(({ message }) => message.message_number), [1, 2]);
});

test('the new mark stands before the first that is new', () => {
  const lines = shown([says(1, '2', 0), says(2, '2', 1)], { newFrom: 2 });
  assert.deepEqual(lines.map(({ key }) => key), ['d1', 'm1', 'new', 'm2']);
});

test('one’s own are marked as waiting, sent or read', () => {
  const waiting = [{ client_msg_id: 'x', text: 'm3', created_at: minute(3) }];
  const lines = shown([says(1, '1', 0), says(2, '1', 1)], { kind: 'direct', waiting, read: 1 });
  const marks = lines.slice(1).map(({ key, mark }) => [key, mark]);
  assert.deepEqual(marks, [['m1', 'read'], ['m2', 'sent'], ['wx', 'pending']]);
});

test('a summary is one line, and says nothing of what was deleted', () => {
  assert.equal(summary({ text: 'a\n\n  b', attachments: [{ name: 'c.pdf' }] }), 'a b c.pdf');
  assert.equal(summary({ text: 'secret', deleted_at: minute(1) }), 'Message deleted');
});

const only = (message, others = []) => shown([...others, message]).at(-1);

test('an answer shows what it answers, also when that is gone or not here', () => {
  const { quote } = only({ ...says(2, '2', 1), reply_to: 1 }, [says(1, '1', 0)]);
  assert.deepEqual(quote, { number: 1, by: 'You', text: 'm1' });
  const gone = { ...says(1, '3', 0), deleted_at: minute(5) };
  assert.equal(only({ ...says(2, '2', 1), reply_to: 1 }, [gone]).quote.text, 'Message deleted');
  assert.deepEqual(only({ ...says(2, '2', 1), reply_to: 1 }).quote, { number: 1, by: '', text: '' });
});

test('a mention of me is marked, and nothing of a deleted message is', () => {
  const full = {
    ...says(1, '2', 0),
    mentions: ['1'],
    pinned_at: minute(1),
    edited_at: minute(1),
    reactions: [{ emoji: '👍', count: 1, mine: true }],
    thread: { replies: 2, last_reply: 9 },
    forwarded_from: { sender: '3', created_at: minute(0) },
  };
  const visible = ({ mentioned, pinned, edited, reactions, replies, origin }) => {
    return [mentioned, pinned, edited, reactions.length, replies, origin];
  };
  assert.deepEqual(visible(only(full)), [true, true, true, 1, 2, 'cleo']);
  assert.deepEqual(visible(only({ ...full, deleted_at: minute(2) })), [false, false, false, 0, 0, '']);
});

test('a line is drawn anew when anything that it shows has changed', () => {
  const before = only(says(1, '2', 0)).stamp;
  for (const change of [{ text: 'new' }, { reactions: [{ emoji: '👍', count: 1 }] }, { pinned_at: minute(1) }]) {
    assert.notEqual(only({ ...says(1, '2', 0), ...change }).stamp, before);
  }
  assert.equal(only(says(1, '2', 0)).stamp, before);
});
