// The chat of a course, beside its lessons: the newest messages, live, and a line to write.

import { anchor } from './course-parts.js';
import { byId, element } from './dom.js';

const SHOWN = 50;

export class CourseChat {
  #root = byId('courses-chat');
  #channel = null;
  #list = null;
  #names = new Map();

  constructor({ client, user }) {
    Object.assign(this, { client, user });
    client?.on('member.joined', ({ data }) => this.#names.set(data.user, data.display_name || data.username));
    client?.on('message.created', ({ channel, data }) => channel === this.#channel && this.#add(data));
  }

  /** Of a course that one is in; nothing for any other. */
  async show(course) {
    const channel = (this.client && course?.channel) || null;
    if (channel === this.#channel) return;
    this.#channel = channel;
    this.#root.hidden = !channel;
    if (!channel) return;
    this.#list = element('ol');
    this.#list.setAttribute('role', 'log');
    const box = element('input');
    box.placeholder = 'Write to the course';
    box.setAttribute('aria-label', 'Message to the course');
    box.autocomplete = 'off';
    const form = element('form', '', box, element('button', 'primary', 'Send'));
    form.onsubmit = async (event) => {
      event.preventDefault();
      const text = box.value.trim();
      if (!text) return;
      box.value = '';
      await this.client.send(channel, text).catch(() => (box.value = text));
    };
    const title = element('h2', '', anchor('Chat', `/#/c/${channel}`));
    this.#root.replaceChildren(title, this.#list, form);
    try {
      const members = await this.client.rest('GET', `/channels/${channel}/members?limit=200`);
      for (const { user } of members.items) this.#names.set(user.id, user.display_name || user.username);
      const { items } = await this.client.rest('GET', `/channels/${channel}/messages?limit=${SHOWN}`);
      if (channel === this.#channel) for (const message of items) this.#add(message);
    } catch (error) {
      this.#list.append(element('li', 'error', error.explanation ?? error.message));
    }
  }

  #add({ message_number, sender, text, deleted_at }) {
    if (deleted_at || this.#list.querySelector(`[data-number="${Number(message_number)}"]`)) return;
    const own = sender === this.user.id;
    const name = own ? 'You' : (this.#names.get(sender) ?? 'Someone');
    const line = element('li', own ? 'own' : '', element('b', '', name), element('span', '', text ?? ''));
    line.dataset.number = message_number;
    this.#list.append(line);
    line.scrollIntoView({ block: 'nearest' });
  }
}
