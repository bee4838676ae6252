// The two small questions: a chat with whom, a group of whom.

import { byId, showError } from './dom.js';

/** Wires a dialog: `submit(form)` promises that it is done, and its refusal is shown where it can be mended. */
function wire(dialog, submit) {
  const form = dialog.querySelector('form');
  const error = dialog.querySelector('.error');
  const button = dialog.querySelector('.primary');
  dialog.querySelector('[data-close]').onclick = () => dialog.close();
  dialog.onclose = () => form.reset();
  form.onsubmit = async (event) => {
    event.preventDefault();
    showError(error, '');
    button.disabled = true;
    try {
      await submit(form);
      dialog.close();
    } catch (failure) {
      showError(error, failure.message);
    }
    button.disabled = false;
  };
  return () => {
    showError(error, '');
    dialog.showModal();
  };
}

/** `openDirect(username)` and `createGroup(name, usernames)` promise the chat; `opened(id)` shows it. */
export function wireDialogs({ openDirect, createGroup, opened }) {
  byId('new-chat').onclick = wire(byId('chat-dialog'), async (form) => {
    const username = form.username.value.trim().replace(/^@/, '');
    if (!username) throw new Error('Please give a username.');
    opened((await openDirect(username)).id);
  });
  byId('new-group').onclick = wire(byId('group-dialog'), async (form) => {
    const name = form.elements.name.value.trim();
    const usernames = form.usernames.value.split(/[\s,]+/).map((word) => word.replace(/^@/, '')).filter(Boolean);
    if (!name) throw new Error('Please give the group a name.');
    if (usernames.length === 0) throw new Error('Please name at least one member.');
    opened((await createGroup(name, [...new Set(usernames)])).id);
  });
}
