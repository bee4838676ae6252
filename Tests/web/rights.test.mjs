import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Channel } from '../../Sources/Web/Assets/channel.js';
import { mayDeleteForAll, mayInvite, mayRemove, messageActions, rolesFor } from '../../Sources/Web/Assets/rights.js';

const channel = (role, more = {}) => new Channel({ channel: '7', kind: 'group', role, ...more });
const mine = { message_number: 1, sender: '1', text: 'a' };
const theirs = { message_number: 2, sender: '2', text: 'b' };
const offered = (message, chat) => messageActions(message, chat, '1').join(' ');

test('one’s own words can be changed, another’s cannot', () => {
  assert.equal(offered(mine, channel('member')), 'reply forward edit readers delete');
  assert.equal(offered(theirs, channel('member')), 'reply forward delete');
  const forwarded = { ...mine, forwarded_from: { sender: '2' } };
  assert.equal(offered(forwarded, channel('member')), 'reply forward readers delete');
});

test('who runs the chat pins, and unpins what is pinned', () => {
  assert.equal(offered(theirs, channel('admin')), 'reply forward pin delete');
  assert.equal(offered({ ...theirs, pinned_at: 'then' }, channel('owner')), 'reply forward unpin delete');
});

test('a reader reads', () => {
  assert.equal(offered(theirs, channel('reader')), 'forward delete');
  assert.equal(mayDeleteForAll(mine, channel('reader'), '1'), false);
});

test('what waits or is gone offers nothing, and a thread is offered where there is one', () => {
  assert.equal(offered({ ...mine, waiting: true }, channel('owner')), '');
  assert.equal(offered({ ...mine, deleted_at: 'then' }, channel('owner')), '');
  assert.match(offered({ ...theirs, thread: { replies: 1 } }, channel('member')), /thread/);
  assert.match(offered({ ...theirs, reply_to: 1 }, channel('member')), /thread/);
});

test('deleting for everyone is for the sender and for those who run the chat', () => {
  assert.deepEqual(
    [mayDeleteForAll(mine, channel('member'), '1'), mayDeleteForAll(theirs, channel('member'), '1')],
    [true, false],
  );
  assert.equal(mayDeleteForAll(theirs, channel('admin'), '1'), true);
});

test('an owner gives every role, an admin those below', () => {
  assert.deepEqual(rolesFor('owner', 'admin'), ['owner', 'admin', 'member', 'reader']);
  assert.deepEqual(rolesFor('admin', 'member'), ['member', 'reader']);
  for (const [own, other] of [['admin', 'admin'], ['admin', 'owner'], ['member', 'reader']]) {
    assert.deepEqual(rolesFor(own, other), []);
    assert.equal(mayRemove(own, other), false);
  }
  assert.equal(mayRemove('admin', 'reader'), true);
});

test('anybody may bring somebody into a public chat that is theirs too', () => {
  assert.deepEqual(
    [mayInvite(channel('member')), mayInvite(channel('member', { visibility: 'public' })), mayInvite(channel('owner'))],
    [false, true, true],
  );
});
