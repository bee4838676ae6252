// The list of chats: whose it is, the last words, and how many are unread.

import { byId, drawFace, element, reconcile } from './dom.js';
import { summary } from './message-text.js';
import { shortMoment } from './times.js';

export class ChannelsView {
  constructor({ store, outbox, wantName }) {
    this.store = store;
    this.outbox = outbox;
    this.wantName = wantName;
  }

  render(open) {
    const channels = this.store.listed(open);
    byId('no-chats').hidden = channels.length > 0;
    const items = channels.map((channel) => this.#describe(channel, channel.id === open));
    reconcile(byId('channels'), items, draw);
  }

  #describe(channel, current) {
    const { id, title, unread, lastAt } = channel;
    const preview = this.#preview(channel);
    const when = lastAt ? shortMoment(lastAt) : '';
    const stamp = JSON.stringify([title, preview, unread, when, current]);
    return { key: id, stamp, id, title, preview, unread, when, current };
  }

  #preview(channel) {
    const waiting = this.outbox.of(channel.id).at(-1);
    const newest = waiting ?? channel.newest;
    if (!newest) return '';
    if (waiting || newest.sender === this.store.me.id) return `You: ${summary(newest)}`;
    if (channel.kind === 'direct') return summary(newest);
    this.wantName(newest.sender);
    return `${this.store.names.get(newest.sender) ?? 'Someone'}: ${summary(newest)}`;
  }
}

function draw({ id, title, preview, unread, when, current }) {
  const face = element('span', 'face');
  face.setAttribute('aria-hidden', 'true');
  drawFace(face, title);
  const words = [element('span', 'title', title), element('time', '', when), element('span', 'preview', preview)];
  const link = element('a', unread > 0 ? 'unread' : '', face, ...words);
  const count = unread > 99 ? '99+' : String(unread);
  if (unread > 0) link.append(element('span', 'badge', count, element('span', 'sr-only', ' unread')));
  link.href = `#/c/${encodeURIComponent(id)}`;
  if (current) link.setAttribute('aria-current', 'page');
  return element('li', '', link);
}
