// Whom one does not want to hear from.

import { element } from './dom.js';

export const blocksSection = {
  title: 'Blocked people',
  async draw({ own, again }) {
    const people = await own.blocked();
    if (people.length === 0) return [element('p', 'hint', 'Nobody. You block someone from the menu of your chat.')];
    const error = element('p', 'error');
    error.setAttribute('role', 'alert');
    const list = element('ul', 'member-list', ...people.map((user) => draw(user, own, again, error)));
    list.setAttribute('aria-label', 'Blocked people');
    return [list, error];
  },
};

function draw(user, own, again, error) {
  const name = user.display_name || user.username || `User ${user.id}`;
  const free = element('button', 'quiet', 'Unblock');
  free.type = 'button';
  free.setAttribute('aria-label', `Unblock ${name}`);
  free.onclick = async () => {
    free.disabled = true;
    try {
      await own.block(user.id, false);
      again(`${name} may write to you again.`);
    } catch (failure) {
      error.textContent = failure.explanation ?? failure.message;
      free.disabled = false;
    }
  };
  return element('li', '', element('span', 'member-text', element('strong', '', name)), free);
}
