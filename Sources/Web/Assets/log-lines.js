// Turns a chat's messages into the lines that are shown: days between them, runs of one sender, the "new" mark, and
// behind them what still waits to be sent.

import { summary } from './message-text.js';
import { dayName, timeOfDay } from './times.js';

const RUN_MS = 5 * 60000;

export function logLines({ channel, waiting, me, names, newFrom }) {
  const lines = [];
  let previous = null;
  const unsent = waiting.map((item) => ({ ...item, sender: me, waiting: true }));
  for (const message of [...channel.ordered, ...unsent]) {
    const day = dayName(message.created_at);
    const newDay = !previous || dayName(previous.created_at) !== day;
    const id = message.message_number ?? message.client_msg_id;
    if (newDay) lines.push({ key: `d${id}`, stamp: day, kind: 'day', text: day });
    const isNew = newFrom !== null && message.message_number === newFrom;
    if (isNew) lines.push({ key: 'new', stamp: '', kind: 'new', text: 'New' });
    const first = newDay || isNew || !continues(previous, message);
    lines.push(line({ message, first, me, names, channel }));
    previous = message;
  }
  return lines;
}

function continues(previous, message) {
  const pause = Date.parse(message.created_at) - Date.parse(previous.created_at);
  return previous.sender === message.sender && pause < RUN_MS;
}

function line({ message, first, me, names, channel }) {
  const own = message.sender === me;
  const shown = {
    kind: 'message',
    message,
    own,
    first,
    author: first && !own && channel.kind !== 'direct' ? (names.get(message.sender) ?? 'Someone') : '',
    time: timeOfDay(message.created_at),
    edited: Boolean(message.edited_at) && !message.deleted_at,
    mark: own && !message.deleted_at ? markOf(message, channel) : '',
    trouble: message.failure ?? '',
  };
  const { author, time, edited, mark, trouble } = shown;
  const stamp = JSON.stringify([summary(message), message.text, first, author, time, edited, mark, trouble]);
  return { key: message.waiting ? `w${message.client_msg_id}` : `m${message.message_number}`, stamp, ...shown };
}

function markOf(message, channel) {
  if (message.failure) return '';
  if (message.waiting) return 'pending';
  return channel.kind === 'direct' && channel.peerRead >= message.message_number ? 'read' : 'sent';
}
