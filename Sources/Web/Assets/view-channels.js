// The list of chats: whose it is, the last words, and how many are unread.

import { byId, drawFace, element, reconcile } from './dom.js';
import { summary } from './message-text.js';
import { shortMoment } from './times.js';

export class ChannelsView {
  /** `waiting(channel)` has what was not sent yet. */
  constructor({ store, waiting, loader }) {
    Object.assign(this, { store, waiting, loader });
  }

  render(open) {
    const channels = this.store.listed(open);
    byId('no-chats').hidden = channels.length > 0;
    const items = channels.map((channel) => this.#describe(channel, channel.id === open));
    reconcile(byId('channels'), items, draw);
  }

  #describe(channel, current) {
    const { id, title, unread, mentions, lastAt } = channel;
    const status = this.store.people.presence(channel.peer?.id)?.status ?? '';
    const when = lastAt ? shortMoment(lastAt) : '';
    const preview = this.#preview(channel);
    const shown = { id, title, preview, unread, mentions, when, current, status, muted: channel.muted() };
    return { key: id, stamp: JSON.stringify(shown), ...shown };
  }

  #preview(channel) {
    const { me, people } = this.store;
    const writing = people.writing(channel.id);
    if (writing.length > 0) return `${people.name(writing[0]) ?? 'Someone'} is writing…`;
    const waiting = this.waiting(channel.id).at(-1);
    const newest = waiting ?? channel.newest;
    if (!newest) return '';
    if (waiting || newest.sender === me.id) return `You: ${summary(newest)}`;
    if (channel.kind === 'direct') return summary(newest);
    this.loader.name(newest.sender);
    return `${people.name(newest.sender) ?? 'Someone'}: ${summary(newest)}`;
  }
}

function draw({ id, title, preview, unread, mentions, when, current, status, muted }) {
  const face = element('span', 'face');
  face.setAttribute('aria-hidden', 'true');
  face.dataset.status = status;
  drawFace(face, title);
  const words = [element('span', 'title', title), element('time', '', when), element('span', 'preview', preview)];
  const link = element('a', unread > 0 && !muted ? 'unread' : '', face, ...words);
  link.append(element('span', 'badges', ...badges({ unread, mentions, muted })));
  link.href = `#/c/${encodeURIComponent(id)}`;
  if (status === 'online') link.append(element('span', 'sr-only', ' online'));
  if (current) link.setAttribute('aria-current', 'page');
  return element('li', '', link);
}

function badges({ unread, mentions, muted }) {
  const made = [];
  if (muted) made.push(element('span', 'muted', element('span', 'sr-only', ' muted')));
  if (mentions > 0) made.push(element('span', 'badge at', '@', element('span', 'sr-only', ' you are mentioned')));
  const count = unread > 99 ? '99+' : String(unread);
  if (unread > 0) {
    const label = element('span', 'sr-only', ' unread');
    made.push(element('span', muted ? 'badge count calm' : 'badge count', count, label));
  }
  return made;
}
