// One message as it is shown, in the log and in a thread.

import { element, tint } from './dom.js';
import { body, summary } from './message-text.js';
import { mayReact } from './rights.js';
import { files } from './view-files.js';

const MARKS = { pending: 'Waiting to be sent', sent: 'Sent', read: 'Read' };

/**
 * `on` has what can be done: `menu(message, button)`, `react(message, emoji, on)`, `jump(number)`, `thread(number)`,
 * `retry(id)`, `discard(id)`, `isMember(username)`, and `shelf` with the files.
 */
export function drawMessage(line, channel, on) {
  const { message, own, first, author, trouble, mentioned } = line;
  const item = element('li', 'message');
  const { deleted_at: gone, waiting: pending } = message;
  const classes = { own, first, gone, pending, failed: trouble, mentioned };
  for (const [name, present] of Object.entries(classes)) item.classList.toggle(name, Boolean(present));
  if (author) item.append(tint(element('span', 'author', author), author));
  const bubble = element('div', 'bubble');
  if (line.origin) bubble.append(element('span', 'origin', `Forwarded, first said by ${line.origin}`));
  if (line.quote) bubble.append(quote(line.quote, on));
  bubble.append(body(message, on.isMember));
  if (!gone && message.attachments?.length > 0) bubble.append(files(message.attachments, on.shelf));
  bubble.append(meta(line));
  const row = element('div', 'row', bubble);
  if (!message.waiting && !message.deleted_at) row.append(actions(line, on));
  item.append(row);
  if (line.reactions.length > 0) item.append(reactions(line, channel, on));
  if (line.replies > 0) item.append(threadLink(line, on));
  if (trouble) item.append(troubleOf(message, trouble, on));
  return item;
}

function actions({ message, by }, on) {
  const button = element('button', 'more', '⋯');
  button.type = 'button';
  button.setAttribute('aria-haspopup', 'menu');
  button.setAttribute('aria-label', `Actions for ${by}: ${summary(message).slice(0, 60)}`);
  button.onclick = () => on.menu(message, button);
  return button;
}

function quote({ number, by, text }, on) {
  const words = element('span', '', text || `message ${number}`);
  const made = element('button', 'quote', element('b', '', by || 'Reply to'), ' ', words);
  made.type = 'button';
  made.onclick = () => on.jump(number);
  return made;
}

function reactions({ message, reactions: all }, channel, on) {
  const row = element('div', 'reactions');
  for (const { emoji, count, mine } of all) {
    const button = element('button', 'reaction', `${emoji} ${count}`);
    button.type = 'button';
    button.disabled = !mayReact(message, channel);
    button.setAttribute('aria-pressed', String(mine));
    button.setAttribute('aria-label', `${emoji}, ${count}. ${mine ? 'Take yours back' : 'React too'}`);
    button.onclick = () => on.react(message, emoji, !mine);
    row.append(button);
  }
  return row;
}

function threadLink({ message, replies }, on) {
  const button = element('button', 'link thread-link', replies === 1 ? '1 reply' : `${replies} replies`);
  button.type = 'button';
  button.onclick = () => on.thread(message.message_number);
  return button;
}

function troubleOf(message, why, on) {
  const again = element('button', 'link', 'Try again');
  again.onclick = () => on.retry(message.client_msg_id);
  const drop = element('button', 'link', 'Discard');
  drop.onclick = () => on.discard(message.client_msg_id);
  return element('div', 'trouble', element('span', '', `Not sent: ${why}`), again, drop);
}

function meta({ time, edited, pinned, mark }) {
  const made = element('span', 'meta');
  if (pinned) made.append(element('span', 'pin', 'pinned'));
  if (edited) made.append(element('span', 'edited', 'edited'));
  made.append(element('time', '', time));
  if (!mark) return made;
  const sign = element('span', `mark ${mark}`);
  sign.setAttribute('role', 'img');
  sign.setAttribute('aria-label', MARKS[mark]);
  sign.title = MARKS[mark];
  made.append(sign);
  return made;
}
