// The ways in, step by step: what each step asks for, and where its answer leads. No page here: a view draws a step,
// which is `{title, hint, fields, button, run(values), ways}`. `run` promises what comes next: `{step, given}`, or
// `{answer, remember}` with the tokens. At the step `end` there is nothing more to ask.

import { invitationIn } from './arrival.js';
import { FieldError } from './refusal.js';

const REMEMBER = { name: 'remember', kind: 'check', label: 'Stay signed in on this device', value: true };
const NAME = { autocapitalize: 'none', spellcheck: 'false' };
const CODE = { inputmode: 'numeric', autocomplete: 'one-time-code', ...NAME, needed: 'Please give the code.' };
const LINK_SENT = 'If there is such an account with an e-mail address, a link is on its way to it.';

const to = (step, given) => ({ step, given });
const back = { text: 'Back', step: 'end' };
const named = { google: 'Google', facebook: 'Facebook' };

export class SignIn {
  /** `offers` is what `Accounts.methods()` promised. */
  constructor({ api, offers }) {
    Object.assign(this, { api, offers });
  }

  /** A step by its name, with what the one before found out. */
  step(name, given = {}) {
    return this[name](given);
  }

  login({ login = '', notice } = {}) {
    const { email, phone, providers, registration } = this.offers;
    const ways = [];
    if (email) ways.push({ text: 'Forgot your password?', step: 'forgot' });
    if (phone) ways.push({ text: 'Sign in with a code to your phone', step: 'phone' });
    if (registration === 'open') ways.push({ before: 'New here?', text: 'Create an account', step: 'register' });
    if (registration === 'invite') ways.push({ before: 'Invited?', text: 'Create an account', step: 'register' });
    return {
      title: 'Sign in',
      hint: 'Welcome back.',
      notice,
      fields: [
        {
          name: 'login',
          label: phone ? 'Username, e-mail or phone' : 'Username or e-mail',
          value: login,
          autocomplete: 'username',
          ...NAME,
          maxlength: '254',
          needed: 'Please say who you are.',
        },
        {
          name: 'password',
          label: 'Password',
          kind: 'password',
          autocomplete: 'current-password',
          needed: 'Please give your password.',
        },
        REMEMBER,
      ],
      button: 'Sign in',
      run: async ({ login, password, remember }) => {
        try {
          return this.#after(await this.api.login(login, password, remember), remember);
        } catch (error) {
          if (error.code !== 'email_not_verified') throw error;
          return to('unverified', { email: login.includes('@') ? login : '' });
        }
      },
      providers: providers
        .filter((name) => named[name])
        .map((name) => ({ text: `Continue with ${named[name]}`, href: `/api/v1/auth/oauth/${name}/start` })),
      ways,
    };
  }

  register({ invite = '' } = {}) {
    const { email, registration, verification } = this.offers;
    const asked = registration === 'invite' && !invite;
    return {
      title: 'Create an account',
      hint: invite ? 'You were invited.' : 'A username and a password are all it takes.',
      ...(verification && { hint: 'We send a link to your e-mail address to see that it is yours.' }),
      fields: [
        ...(asked ? [{ name: 'invite', label: 'Invitation', ...NAME, hint: 'The link that you were given.' }] : []),
        {
          name: 'username',
          label: 'Username',
          autocomplete: 'username',
          ...NAME,
          maxlength: '64',
          needed: 'Please choose a username.',
        },
        ...(email ? [emailField(verification ? 'E-mail' : 'E-mail (if you like)', verification)] : []),
        newPassword('Password'),
        REMEMBER,
      ],
      button: 'Create an account',
      run: async ({ username, password, remember, ...more }) => {
        const token = invite || invitationIn(more.invite ?? '');
        if (asked && !token) throw new FieldError('invite', 'Please give your invitation.');
        const parts = { username, password, remember };
        if (more.email) parts.email = more.email;
        if (token) parts.invite = token;
        return this.#after(await this.api.register(parts), remember, more.email);
      },
      ways: [{ before: 'Already have an account?', text: 'Sign in', step: 'login' }],
    };
  }

  /** The second factor: a code of the app, or one of those kept for the day on which the app is lost. */
  factor({ token, remember, recovery = false }) {
    const given = { token, remember };
    const lost = { ...given, recovery: true };
    return {
      title: 'One more step',
      hint: recovery ? 'Each recovery code is good once.' : 'Open your authenticator app.',
      fields: [
        recovery
          ? { name: 'code', label: 'Recovery code', ...CODE, inputmode: 'text', autocomplete: 'off' }
          : { name: 'code', label: 'Code', ...CODE },
      ],
      button: 'Sign in',
      run: async ({ code }) => {
        try {
          return { answer: await this.api.confirmLogin(token, code), remember };
        } catch (error) {
          if (error.code !== 'invalid_token') throw error;
          return to('login', { notice: 'That took too long. Please sign in again.' });
        }
      },
      ways: [
        recovery
          ? { text: 'Use a code of the app', step: 'factor', given }
          : { before: 'No app at hand?', text: 'Use a recovery code', step: 'factor', given: lost },
        back,
      ],
    };
  }

  forgot() {
    return {
      title: 'A new password',
      hint: 'We send you a link by which you choose one.',
      fields: [
        {
          name: 'login',
          label: 'Username or e-mail',
          autocomplete: 'username',
          ...NAME,
          needed: 'Please say who you are.',
        },
      ],
      button: 'Send the link',
      run: async ({ login }) => {
        await this.api.askReset(login);
        return to('told', { title: 'Look into your mail', hint: LINK_SENT });
      },
      ways: [back],
    };
  }

  /** Where the link of the letter leads. */
  reset({ token }) {
    return {
      title: 'A new password',
      hint: 'All your devices are signed out when it is set.',
      fields: [newPassword('New password')],
      button: 'Set the password',
      run: async ({ password }) => {
        await this.api.reset(token, password);
        return to('login', { notice: 'Your password is set. Sign in with it.' });
      },
      ways: [{ before: 'Is the link too old?', text: 'Send another', step: 'forgot' }, back],
    };
  }

  /** Who signs in before the address is verified. */
  unverified({ email = '' }) {
    return {
      title: 'Confirm your e-mail address',
      hint: 'Open the link that we sent you, then sign in. If it did not come, we send another.',
      fields: [emailField('E-mail', true, email)],
      button: 'Send the link again',
      run: async ({ email }) => {
        await this.api.askVerification(email);
        return to('told', { title: 'Look into your mail', hint: LINK_SENT });
      },
      ways: [back],
    };
  }

  /** Where the link of the letter leads. It is spent by a person only, not by what reads mail for people. */
  verify({ token }) {
    return {
      title: 'Confirm your e-mail address',
      hint: 'You asked us to send you this link?',
      fields: [],
      button: 'Yes, this is my address',
      run: async () => {
        await this.api.verifyEmail(token);
        return to('told', { title: 'Thank you', hint: 'Your e-mail address is confirmed.' });
      },
      ways: [{ before: 'Is the link too old?', text: 'Send another', step: 'unverified' }, back],
    };
  }

  phone({ phone = '' } = {}) {
    return {
      title: 'Sign in by phone',
      hint: 'We send you a code.',
      fields: [
        {
          name: 'phone',
          label: 'Phone number',
          kind: 'tel',
          value: phone,
          autocomplete: 'tel',
          hint: 'With the country’s code, such as +49 170 1234567.',
          needed: 'Please give your number.',
        },
      ],
      button: 'Send the code',
      run: async ({ phone }) => {
        await this.api.startPhone(phone);
        return to('phoneCode', { phone });
      },
      ways: [back],
    };
  }

  phoneCode({ phone }) {
    return {
      title: 'Your code',
      hint: `It was sent to ${phone}, and is good for five minutes.`,
      fields: [{ name: 'code', label: 'Code', ...CODE }, REMEMBER],
      button: 'Sign in',
      run: async ({ code, remember }) => this.#after(await this.api.confirmPhone(phone, code, remember), remember),
      ways: [{ text: 'Another number, or another code', step: 'phone', given: { phone } }, back],
    };
  }

  /** Back from a provider, with a code of ours for the page. */
  async provider({ code, remember }) {
    return this.#after(await this.api.finishProvider(code, remember), remember);
  }

  /** Nothing to ask: something is told, and one goes on. */
  told({ title, hint }) {
    return { title, hint, fields: [], button: 'Go on', run: async () => to('end'), ways: [] };
  }

  #after(answer, remember, email) {
    if (answer.mfa_required) return to('factor', { token: answer.mfa_token, remember });
    if (!answer.verification_required) return { answer, remember };
    return to('told', { title: 'Look into your mail', hint: `Open the link that we sent to ${email}, then sign in.` });
  }
}

function emailField(label, needed, value = '') {
  return {
    name: 'email',
    label,
    kind: 'email',
    value,
    autocomplete: 'email',
    ...(needed && { needed: 'Please give your e-mail address.' }),
  };
}

export const newPassword = (label) => ({
  name: 'password',
  label,
  kind: 'password',
  autocomplete: 'new-password',
  needed: 'Please choose a password.',
});
