// Setting a password, or another one.

import { element } from './dom.js';
import { makeForm } from './form.js';
import { newPassword } from './sign-in.js';

export const passwordSection = {
  title: 'Password',
  async draw({ own, again }) {
    return [
      element('p', 'hint', 'Your other devices are signed out when you change it.'),
      makeForm({
        fields: [
          {
            name: 'current_password',
            label: 'Current password',
            kind: 'password',
            autocomplete: 'current-password',
            hint: 'Leave it empty if you never set one.',
          },
          newPassword('New password'),
        ],
        button: 'Set the password',
        submit: async ({ current_password, password }) => {
          await own.setPassword(current_password, password);
          again('Your password is set.');
        },
      }),
    ];
  },
};
