// What a message says, in words and in nodes.

import { element } from './dom.js';

const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}'’”]|(?<![\p{L}\p{N}@._-])@[\p{L}\p{N}._-]*[\p{L}\p{N}_]/gu;

/** One line for the list of chats. */
export function summary(message) {
  if (message.deleted_at) return 'Message deleted';
  const files = (message.attachments ?? []).map((file) => file.name || 'a file').join(', ');
  return [message.text, files].filter(Boolean).join(' ').replace(/\s+/g, ' ') || 'Message';
}

/** The text with its links and its mentions, as nodes; `isMember(username)` tells who can be meant. */
export function body(message, isMember = () => false) {
  const text = element('span', 'text');
  if (message.deleted_at) {
    text.textContent = 'Message deleted';
    return text;
  }
  const words = message.text ?? '';
  let from = 0;
  for (const match of words.matchAll(LINK)) {
    const made = match[0].startsWith('@') ? mention(match[0], isMember) : link(match[0]);
    text.append(words.slice(from, match.index), made);
    from = match.index + match[0].length;
  }
  text.append(words.slice(from));
  return text;
}

function link(address) {
  const made = element('a', '', address);
  made.href = address;
  made.target = '_blank';
  made.rel = 'noopener noreferrer';
  return made;
}

const mention = (name, isMember) => (isMember(name.slice(1)) ? element('strong', 'mention', name) : name);
