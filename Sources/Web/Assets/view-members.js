// The members of a chat: who they are, what they may do, and, for those who run it, how to change that.

import { byId, drawFace, element, reconcile } from './dom.js';
import { mayInvite, mayRemove, rolesFor } from './rights.js';
import { presenceText } from './times.js';

const RANK = { owner: 0, admin: 1, member: 2, reader: 3 };
const ROLES = { owner: 'Owner', admin: 'Admin', member: 'Member', reader: 'Reader' };

export class MembersView {
  root = byId('members');

  /** `attempt(run)` shows what is refused. */
  constructor({ store, client, loader, attempt, openDirect }) {
    Object.assign(this, { store, client, loader, attempt, openDirect });
    byId('add-member').onsubmit = (event) => {
      event.preventDefault();
      const field = event.target.username;
      const username = field.value.trim().replace(/^@/, '');
      if (!username) return;
      this.attempt(async () => {
        const { id } = await this.loader.userNamed(username);
        await this.client.addMember(this.channel.id, id);
        field.value = '';
        await this.loader.members(this.channel.id);
      });
    };
  }

  show(channel) {
    return this.loader.members(channel.id);
  }

  render(channel) {
    this.channel = channel;
    byId('add-member').hidden = !mayInvite(channel);
    const { people } = this.store;
    const members = [...channel.members].map(([id, role]) => this.#describe(channel, id, role));
    members.sort((a, b) => RANK[a.role] - RANK[b.role] || a.name.localeCompare(b.name));
    for (const { id } of members) if (!people.get(id)) this.loader.name(id);
    reconcile(byId('member-list'), members, (member) => this.#draw(member));
  }

  #describe(channel, id, role) {
    const { people, me } = this.store;
    const presence = people.presence(id);
    const self = id === me.id;
    const name = people.name(id) ?? 'Someone';
    const roles = self || channel.kind === 'direct' ? [] : rolesFor(channel.role, role);
    const removable = !self && channel.kind !== 'direct' && mayRemove(channel.role, role);
    const there = self ? 'You' : presenceText(presence);
    const shown = { id, role, name, self, roles, removable, status: presence?.status ?? '', there };
    return { key: id, stamp: JSON.stringify(shown), ...shown };
  }

  #draw(member) {
    const { id, name, status, there, self } = member;
    const face = element('span', 'face');
    face.setAttribute('aria-hidden', 'true');
    face.dataset.status = status;
    drawFace(face, name);
    const words = [element('strong', '', name), element('span', 'hint', there)];
    const text = element(self ? 'span' : 'button', 'member-text', ...words);
    if (!self) {
      text.type = 'button';
      text.setAttribute('aria-label', `Chat with ${name}`);
      text.onclick = () => this.openDirect(id);
    }
    const item = element('li', 'member', face, text, this.#roleOf(member));
    if (member.removable) item.append(this.#removal(member));
    return item;
  }

  #roleOf({ id, name, role, roles }) {
    if (roles.length === 0) return element('span', 'role', ROLES[role]);
    const choice = element('select', 'role', ...roles.map((value) => new Option(ROLES[value], value)));
    choice.value = role;
    choice.setAttribute('aria-label', `Role of ${name}`);
    choice.onchange = () => {
      this.attempt(async () => {
        await this.client.setRole(this.channel.id, id, choice.value);
        await this.loader.members(this.channel.id);
      });
    };
    return choice;
  }

  #removal({ id, name }) {
    const button = element('button', 'quiet', 'Remove');
    button.type = 'button';
    button.setAttribute('aria-label', `Remove ${name}`);
    button.onclick = () => {
      if (!confirm(`Remove ${name} from ${this.channel.title}?`)) return;
      this.attempt(async () => {
        await this.client.removeMember(this.channel.id, id);
        await this.loader.members(this.channel.id);
      });
    };
    return button;
  }
}
