// What a message says, in words and in nodes.

import { element } from './dom.js';

const LINK = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}'’”]/g;

/** One line for the list of chats. */
export function summary(message) {
  if (message.deleted_at) return 'Message deleted';
  const files = (message.attachments ?? []).map((file) => file.name || 'a file').join(', ');
  return [message.text, files].filter(Boolean).join(' ').replace(/\s+/g, ' ') || 'Message';
}

/** The text with its links, as nodes. */
export function body(message) {
  const text = element('span', 'text');
  if (message.deleted_at) {
    text.textContent = 'Message deleted';
    return text;
  }
  const words = message.text ?? '';
  let from = 0;
  for (const match of words.matchAll(LINK)) {
    const link = element('a', '', match[0]);
    link.href = match[0];
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
    text.append(words.slice(from, match.index), link);
    from = match.index + match[0].length;
  }
  text.append(words.slice(from));
  for (const file of message.attachments ?? []) {
    text.append(text.textContent ? '\n' : '', `File: ${file.name || file.file_id}`);
  }
  return text;
}
