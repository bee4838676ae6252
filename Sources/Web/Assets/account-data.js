// What is kept of one: taking it along, and having it deleted.

import { element } from './dom.js';
import { makeForm } from './form.js';
import { FieldError } from './refusal.js';

export const dataSection = {
  title: 'Your data',
  async draw({ own, act }) {
    const user = await own.read();
    const name = user.username ?? user.email ?? user.phone;
    const erase = makeForm({
      fields: [
        {
          name: 'typed',
          label: `Type ${name} to confirm`,
          autocomplete: 'off',
          autocapitalize: 'none',
          spellcheck: 'false',
          needed: `Please type ${name}.`,
        },
        {
          name: 'current_password',
          label: 'Your password',
          kind: 'password',
          autocomplete: 'current-password',
          hint: 'Leave it empty if you never set one.',
        },
        { name: 'messages', kind: 'check', label: 'Delete my messages for everyone, too' },
      ],
      button: 'Delete my account',
      danger: true,
      submit: async ({ typed, current_password, messages }) => {
        if (typed !== name) throw new FieldError('typed', `That is not ${name}.`);
        await own.erase({ password: current_password, messages });
        act.erased('Your account is deleted.');
      },
    });
    const gather = makeForm({
      fields: [],
      button: 'Download my data',
      submit: async () => {
        const file = await own.gather();
        await act.save(file, 'export.json');
      },
    });
    return [
      element('h4', '', 'Take it along'),
      element('p', 'hint', 'Your account, your chats and what you have written, as one file.'),
      gather,
      element('h4', '', 'Delete my account'),
      element('p', 'hint', 'Your name, addresses and devices are deleted at once. This cannot be undone.'),
      erase,
    ];
  },
};
