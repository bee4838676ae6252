// What one may do with a message, a member, a chat; the server decides, this only spares useless offers.

/** The actions that are offered for a message, in the order in which they are shown. */
export function messageActions(message, channel, me) {
  if (message.waiting || message.deleted_at) return [];
  const own = message.sender === me;
  const thread = message.reply_to || message.thread;
  return [
    channel.canSend && 'reply',
    thread && 'thread',
    'forward',
    own && channel.canSend && !message.forwarded_from && message.text && 'edit',
    channel.manages && (message.pinned_at ? 'unpin' : 'pin'),
    own && channel.kind !== 'direct' && 'readers',
    'delete',
  ].filter(Boolean);
}

export const mayReact = (message, channel) => !message.waiting && !message.deleted_at && !channel.archivedAt;

export const mayDeleteForAll = (message, channel, me) =>
  channel.manages || (message.sender === me && channel.role !== 'reader');

/** The roles that someone of `mine` may give to someone of `theirs`. */
export function rolesFor(mine, theirs) {
  if (mine === 'owner') return ['owner', 'admin', 'member', 'reader'];
  const below = theirs === 'member' || theirs === 'reader';
  return mine === 'admin' && below ? ['member', 'reader'] : [];
}

export function mayRemove(mine, theirs) {
  if (mine === 'owner') return true;
  return mine === 'admin' && (theirs === 'member' || theirs === 'reader');
}

export const mayInvite = (channel) =>
  channel.kind !== 'direct' && (channel.manages || (channel.visibility === 'public' && Boolean(channel.role)));
