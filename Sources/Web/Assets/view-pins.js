// The pinned messages of a chat; each leads to its place.

import { byId, element, reconcile } from './dom.js';
import { summary } from './message-text.js';
import { shortMoment } from './times.js';

export class PinsView {
  root = byId('pins');

  constructor({ store, loader, jump }) {
    Object.assign(this, { store, loader, jump });
  }

  show(channel) {
    return this.loader.pins(channel.id);
  }

  render(channel) {
    const { people, me } = this.store;
    const pinned = [...channel.messages.values()].filter((message) => message.pinned_at && !message.deleted_at);
    pinned.sort((a, b) => b.message_number - a.message_number);
    byId('no-pins').hidden = pinned.length > 0;
    const items = pinned.map((message) => {
      const { message_number: number, sender, created_at } = message;
      this.loader.name(sender);
      const by = sender === me.id ? 'You' : (people.name(sender) ?? 'Someone');
      const shown = { number, by, text: summary(message), when: shortMoment(created_at) };
      return { key: `p${number}`, stamp: JSON.stringify(shown), ...shown };
    });
    reconcile(byId('pin-list'), items, ({ number, by, text, when }) => {
      const words = [element('b', '', by), element('time', '', when), element('span', '', text)];
      const button = element('button', 'pinned', ...words);
      button.type = 'button';
      button.onclick = () => this.jump(number);
      return element('li', '', button);
    });
  }
}
