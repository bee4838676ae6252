// The head of the open chat: what it is called, who is there or writes, and what can be done with it.

import { byId, drawFace, setText } from './dom.js';
import { presenceText } from './times.js';

const HOUR_MS = 3600000;

export class RoomView {
  /** `act` has `panel(kind)`, `notifications(change)`, `rename()`, `leave()`, `block()`. */
  constructor({ store, menu, act }) {
    Object.assign(this, { store, menu, act });
    byId('show-members').onclick = () => act.panel('members');
    byId('show-pins').onclick = () => act.panel('pins');
    byId('room-more').onclick = () => this.menu.open(byId('room-more'), 'Actions for this chat', this.#items());
  }

  render(channel) {
    this.channel = channel;
    setText(byId('room-title'), channel.title);
    drawFace(byId('room-face'), channel.title);
    byId('room-face').dataset.status = this.#presence(channel)?.status ?? '';
    byId('show-members').hidden = channel.kind === 'direct';
    const writing = this.#writing(channel);
    setText(byId('room-detail'), this.#detail(channel));
    setText(byId('typing'), writing);
  }

  #presence(channel) {
    return channel.kind === 'direct' ? this.store.people.presence(channel.peer?.id) : undefined;
  }

  #detail(channel) {
    if (channel.kind === 'direct') {
      const there = presenceText(this.#presence(channel));
      return [`@${channel.peer?.username ?? ''}`, there].filter(Boolean).join(' · ');
    }
    const count = channel.membersCount;
    const members = count > 0 ? `${count} ${count === 1 ? 'member' : 'members'}` : '';
    const kind = channel.kind === 'broadcast' ? 'Announcements' : '';
    const open = channel.visibility === 'public' ? 'Public' : '';
    return [open, kind, members, channel.topic, channel.muted() && 'Muted'].filter(Boolean).join(' · ');
  }

  #writing(channel) {
    const names = this.store.people.writing(channel.id).map((id) => this.store.people.name(id) ?? 'Someone');
    if (names.length === 0) return '';
    if (names.length > 3) return 'Several people are writing…';
    const last = names.pop();
    return names.length === 0 ? `${last} is writing…` : `${names.join(', ')} and ${last} are writing…`;
  }

  #items() {
    const { channel, act } = this;
    const until = new Date(Date.now() + HOUR_MS).toISOString();
    const group = channel.kind !== 'direct';
    const quiet = channel.muted()
      ? [{ label: 'Unmute', run: () => act.notifications({ level: 'all', muted_until: null }) }]
      : [
          { label: 'Mute for an hour', run: () => act.notifications({ muted_until: until }) },
          { label: 'Mute', run: () => act.notifications({ level: 'none' }) },
        ];
    // Where there is no room for their buttons.
    const beside = [
      ...(group ? [{ label: 'Members', run: () => act.panel('members') }] : []),
      { label: 'Pinned messages', run: () => act.panel('pins') },
    ];
    const mentions = { label: 'Only mentions', run: () => act.notifications({ level: 'mentions' }) };
    return [
      ...(byId('show-pins').offsetParent ? [] : beside),
      ...quiet,
      ...(group && channel.notifications !== 'mentions' ? [mentions] : []),
      ...(group && channel.manages ? [{ label: 'Rename', run: act.rename }] : []),
      group ? { label: 'Leave', danger: true, run: act.leave } : { label: 'Block', danger: true, run: act.block },
    ];
  }
}
