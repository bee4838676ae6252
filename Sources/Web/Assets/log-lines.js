// Turns a chat's messages into the lines that are shown: days between them, runs of one sender, the "new" mark, and
// behind them what still waits to be sent.

import { summary } from './message-text.js';
import { dayName, timeOfDay } from './times.js';

const RUN_MS = 5 * 60000;

/** `messages` are shown in their order; `waiting` are those of the outbox, behind them. */
export function logLines({ channel, messages = channel.ordered, waiting = [], me, people, newFrom = null }) {
  const lines = [];
  let previous = null;
  const unsent = waiting.map((item) => ({ ...item, sender: me, waiting: true }));
  for (const message of [...messages, ...unsent]) {
    const day = dayName(message.created_at);
    const newDay = !previous || dayName(previous.created_at) !== day;
    const id = message.message_number ?? message.client_msg_id;
    if (newDay) lines.push({ key: `d${id}`, stamp: day, kind: 'day', text: day });
    const isNew = newFrom !== null && message.message_number === newFrom;
    if (isNew) lines.push({ key: 'new', stamp: '', kind: 'new', text: 'New' });
    const first = newDay || isNew || !continues(previous, message);
    lines.push(line({ message, first, me, people, channel }));
    previous = message;
  }
  return lines;
}

function continues(previous, message) {
  const pause = Date.parse(message.created_at) - Date.parse(previous.created_at);
  return previous.sender === message.sender && pause < RUN_MS;
}

function line({ message, first, me, people, channel }) {
  const own = message.sender === me;
  const gone = Boolean(message.deleted_at);
  const nameOf = (id) => (id === me ? 'You' : (people.name(id) ?? 'Someone'));
  const shown = {
    kind: 'message',
    message,
    own,
    first,
    author: first && !own && channel.kind !== 'direct' ? nameOf(message.sender) : '',
    by: nameOf(message.sender),
    time: timeOfDay(message.created_at),
    edited: Boolean(message.edited_at) && !gone,
    pinned: Boolean(message.pinned_at) && !gone,
    mentioned: !gone && !own && (message.mentions ?? []).includes(me),
    quote: gone ? null : quoteOf(message, channel, nameOf),
    origin: message.forwarded_from && !gone ? nameOf(message.forwarded_from.sender) : '',
    reactions: gone ? [] : (message.reactions ?? []),
    replies: gone ? 0 : (message.thread?.replies ?? 0),
    mark: own && !gone ? markOf(message, channel, me) : '',
    trouble: message.failure?.message ?? '',
  };
  const { message: _, ...visible } = shown;
  const stamp = JSON.stringify([summary(message), message.text, channel.role, visible]);
  return { key: message.waiting ? `w${message.client_msg_id}` : `m${message.message_number}`, stamp, ...shown };
}

/** What a message answers, in a line; without text where that is not here. */
function quoteOf({ reply_to }, channel, nameOf) {
  if (!reply_to) return null;
  const answered = channel.messages.get(reply_to);
  return { number: reply_to, by: answered ? nameOf(answered.sender) : '', text: answered ? summary(answered) : '' };
}

function markOf(message, channel, me) {
  if (message.failure) return '';
  if (message.waiting) return 'pending';
  return channel.readByAll(message.message_number, me) ? 'read' : 'sent';
}
