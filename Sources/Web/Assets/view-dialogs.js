// The small questions: a chat with whom, a group of whom, forward to where, delete for whom.

import { byId, element, showError } from './dom.js';
import { clearFailure, onSubmit } from './form.js';

/** Wires a dialog: `submit(form)` promises that it is done, and its refusal is shown where it can be mended. */
function wire(dialog, submit = async () => {}) {
  const form = dialog.querySelector('form');
  for (const close of dialog.querySelectorAll('[data-close]')) close.onclick = () => dialog.close();
  dialog.onclose = () => form.reset();
  onSubmit(form, async () => {
    await submit(form);
    dialog.close();
  });
  return () => {
    clearFailure(form);
    dialog.showModal();
  };
}

const usernamesIn = (text) => {
  const names = text.split(/[\s,]+/).map((word) => word.replace(/^@/, '')).filter(Boolean);
  return [...new Set(names)];
};

export class Dialogs {
  #subject = null;

  /**
   * `act` has what is promised: `openDirect(username)` and `createGroup(name, usernames, more)` a chat,
   * `publicChannels()` and `join(channel)`, `forward(message, to)`, `remove(message, scope)`, `rename(name)`;
   * `opened(id)` shows a chat.
   */
  constructor(act) {
    this.act = act;
    byId('new-chat').onclick = wire(byId('chat-dialog'), async (form) => {
      const username = form.username.value.trim().replace(/^@/, '');
      if (!username) throw new Error('Please give a username.');
      act.opened((await act.openDirect(username)).id);
    });
    byId('new-group').onclick = wire(byId('group-dialog'), async (form) => {
      const name = form.elements.name.value.trim();
      const open = form.elements.open.checked;
      const usernames = usernamesIn(form.usernames.value);
      if (!name) throw new Error('Please give the group a name.');
      if (usernames.length === 0 && !open) throw new Error('Please name at least one member.');
      act.opened((await act.createGroup(name, usernames, open ? { visibility: 'public' } : {})).id);
    });
    const browse = wire(byId('browse-dialog'));
    byId('browse').onclick = () => {
      browse();
      this.#list();
    };
    this.#forward = wire(byId('forward-dialog'), (form) => act.forward(this.#subject, form.elements.to.value));
    this.#remove = wire(byId('delete-dialog'), (form) => act.remove(this.#subject, form.elements.scope.value));
    this.#rename = wire(byId('rename-dialog'), async (form) => {
      const name = form.elements.name.value.trim();
      if (!name) throw new Error('Please give a name.');
      await act.rename(name, form.elements.topic.value.trim());
    });
    this.#info = wire(byId('info-dialog'));
  }

  #forward;
  #remove;
  #rename;
  #info;

  forward(message, channels) {
    this.#subject = message;
    byId('forward-to').replaceChildren(...channels.map(({ id, title }) => new Option(title, id)));
    this.#forward();
  }

  remove(message, forAll) {
    this.#subject = message;
    byId('delete-for-all').hidden = !forAll;
    const { scope } = byId('delete-dialog').querySelector('form').elements;
    this.#remove();
    scope.value = forAll ? 'all' : 'me';
  }

  rename(channel) {
    const { elements } = byId('rename-dialog').querySelector('form');
    this.#rename();
    elements.name.value = channel.name ?? '';
    elements.topic.value = channel.topic ?? '';
  }

  /** Who has read a message, or whatever else is a list of names. */
  async names(title, promised) {
    byId('info-title').textContent = title;
    byId('info-list').replaceChildren(element('li', 'hint', 'Loading…'));
    this.#info();
    try {
      const names = await promised;
      const none = element('li', 'hint', 'Nobody yet.');
      const items = names.map((name) => element('li', '', name));
      byId('info-list').replaceChildren(...(items.length > 0 ? items : [none]));
    } catch (error) {
      byId('info-list').replaceChildren();
      showError(byId('info-dialog').querySelector('.error'), error.explanation ?? error.message);
    }
  }

  async #list() {
    const list = byId('public-list');
    list.replaceChildren(element('li', 'hint', 'Loading…'));
    try {
      const channels = await this.act.publicChannels();
      const none = element('li', 'hint', 'There are no public channels.');
      list.replaceChildren(...(channels.length > 0 ? channels.map((channel) => this.#listed(channel)) : [none]));
    } catch (error) {
      list.replaceChildren();
      this.#trouble(error);
    }
  }

  #trouble(error) {
    showError(byId('browse-dialog').querySelector('.error'), error.explanation ?? error.message);
  }

  #listed({ channel, name, topic, members_count, role }) {
    const count = `${members_count} ${members_count === 1 ? 'member' : 'members'}`;
    const hint = element('span', 'hint', [count, topic].filter(Boolean).join(' · '));
    const button = element('button', 'quiet', role ? 'Open' : 'Join');
    button.type = 'button';
    button.setAttribute('aria-label', `${role ? 'Open' : 'Join'} ${name}`);
    button.onclick = async () => {
      try {
        if (!role) await this.act.join(channel);
        byId('browse-dialog').close();
        this.act.opened(channel);
      } catch (error) {
        this.#trouble(error);
      }
    };
    return element('li', '', element('span', 'member-text', element('strong', '', name), hint), button);
  }
}
