// E-mail address and phone: how one is found again, and therefore asked for the password when they change.

import { element } from './dom.js';
import { makeForm } from './form.js';
import { isEmailConfirmed, isPhoneConfirmed } from './own-account.js';

const CURRENT = {
  name: 'current_password',
  label: 'Your password',
  kind: 'password',
  autocomplete: 'current-password',
  hint: 'Leave it empty if you never set one.',
};

export const addressesSection = {
  title: 'E-mail and phone',
  async draw({ own, act, again }) {
    const [user, offers] = await Promise.all([own.read(), act.offers()]);
    const change = (name) => async ({ current_password, ...filled }) => {
      const parts = { [name]: filled[name] || null };
      if (current_password) parts.current_password = current_password;
      act.changed(await own.change(parts));
      again(filled[name] ? 'Saved.' : 'Removed.');
    };
    const email = makeForm({
      fields: [
        { name: 'email', label: 'E-mail', kind: 'email', value: user.email, autocomplete: 'email' },
        CURRENT,
      ],
      button: 'Save the address',
      submit: change('email'),
    });
    const phone = makeForm({
      fields: [
        {
          name: 'phone',
          label: 'Phone number',
          kind: 'tel',
          value: user.phone,
          autocomplete: 'tel',
          hint: 'With the country’s code, such as +49 170 1234567.',
        },
        CURRENT,
      ],
      button: 'Save the number',
      submit: change('phone'),
    });
    const letter = user.email && !isEmailConfirmed(user) && offers.email;
    const call = user.phone && !isPhoneConfirmed(user) && offers.phone;
    return [
      element('h4', '', 'E-mail'),
      standing(user.email, isEmailConfirmed(user)),
      ...(letter ? [letterForm(own, again)] : []),
      email,
      element('h4', '', 'Phone'),
      standing(user.phone, isPhoneConfirmed(user)),
      ...(call ? [callForm(user.phone, own, act, again)] : []),
      phone,
    ];
  },
};

function standing(address, verified) {
  if (!address) return element('p', 'hint', 'None yet.');
  return element('p', 'hint', `${address} – ${verified ? 'confirmed' : 'not confirmed yet'}`);
}

const letterForm = (own, again) =>
  makeForm({
    button: 'Send the link again',
    submit: async () => {
      await own.askVerification();
      again('A link is on its way to you.');
    },
  });

function callForm(phone, own, act, again) {
  const place = element('div', '');
  const ask = makeForm({
    button: 'Send a code',
    submit: async () => {
      await own.startPhone(phone);
      place.replaceChildren(confirm);
      confirm.elements.code.focus();
    },
  });
  const confirm = makeForm({
    fields: [
      {
        name: 'code',
        label: 'Code',
        inputmode: 'numeric',
        autocomplete: 'one-time-code',
        needed: 'Please give the code.',
      },
    ],
    button: 'Confirm the number',
    submit: async ({ code }) => {
      await act.confirmPhone(phone, code);
      act.changed(await own.read());
      again('Your number is confirmed.');
    },
  });
  place.append(ask);
  return place;
}
