// The second factor: an authenticator app, and recovery codes for the day on which it is lost.

import { element } from './dom.js';
import { makeForm } from './form.js';
import { drawQR } from './view-qr.js';

const CODE = { name: 'code', label: 'Code', autocomplete: 'one-time-code', spellcheck: 'false' };

export const factorSection = {
  title: 'Second factor',
  async draw({ own, again }) {
    const { active } = await own.hasFactor();
    return active ? drawActive(own, again) : drawNone(own);
  },
};

function drawNone(own) {
  const place = element('div', 'steps');
  const begin = makeForm({
    button: 'Set up an app',
    submit: async () => {
      const { secret, url } = await own.beginFactor();
      place.replaceChildren(...drawSecret(own, place, secret, url));
      place.querySelector('input').focus();
    },
  });
  const why = 'Who learns your password cannot use it alone: a code of an authenticator app is asked for too.';
  place.append(element('p', 'hint', why), begin);
  return [place];
}

function drawSecret(own, place, secret, url) {
  const link = element('a', '', 'Open it in an app on this device');
  link.href = url;
  const key = element('code', 'secret', secret.replace(/(.{4})(?=.)/g, '$1 '));
  const confirm = makeForm({
    fields: [{ ...CODE, inputmode: 'numeric', needed: 'Please give the code that the app shows.' }],
    button: 'Turn it on',
    submit: async ({ code }) => {
      const { recovery_codes } = await own.confirmFactor(code);
      place.replaceChildren(...drawCodes(recovery_codes));
    },
  });
  const picture = drawQR(url);
  return [
    element('p', 'hint', 'Scan this with the app, then give the code that it shows.'),
    ...(picture ? [picture] : []),
    element('p', 'hint', 'Or type this key into the app:'),
    key,
    element('p', 'hint', link),
    confirm,
  ];
}

/** They are shown this once. */
function drawCodes(codes) {
  const list = element('ol', 'codes', ...codes.map((code) => element('li', '', element('code', '', code))));
  list.setAttribute('aria-label', 'Recovery codes');
  const said = element('span', 'hint');
  said.setAttribute('role', 'status');
  const copy = element('button', 'primary', 'Copy');
  copy.type = 'button';
  copy.onclick = async () => {
    try {
      await navigator.clipboard.writeText(codes.join('\n'));
      said.textContent = 'Copied.';
    } catch {
      said.textContent = 'This browser does not let us copy: please select them.';
    }
  };
  const done = element('p', 'done', 'It is on. Keep these codes in a safe place: they are shown only now.');
  done.setAttribute('role', 'status');
  const words = 'Each lets you in once, when the app is lost.';
  return [done, element('p', 'hint', words), list, element('div', 'actions', said, copy)];
}

function drawActive(own, again) {
  return [
    element('p', '', 'It is on: a code is asked for when you sign in.'),
    makeForm({
      fields: [{ ...CODE, hint: 'Of the app, or a recovery code.', needed: 'Please give a code.' }],
      button: 'Turn it off',
      danger: true,
      submit: async ({ code }) => {
        await own.removeFactor(code);
        again('The second factor is off.');
      },
    }),
  ];
}
