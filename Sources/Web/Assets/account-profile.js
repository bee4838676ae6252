// What others see of one, and what the server should know to speak one's language.

import { makeForm } from './form.js';

const BIO_MAX = '1000';

/** What was changed, for a merge: emptied parts become null. */
export function changesOf(before, after) {
  const changed = Object.entries(after).filter(([name, value]) => value !== (before[name] ?? ''));
  return Object.fromEntries(changed.map(([name, value]) => [name, value || null]));
}

/** What the browser knows of its user, where the account does not say. */
export function habits(user, { languages, timeZone }) {
  return { locale: user.locale ?? languages[0] ?? '', time_zone: user.time_zone ?? timeZone ?? '' };
}

export const profileSection = {
  title: 'Profile',
  async draw({ own, act, again }) {
    const user = await own.read();
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const { locale, time_zone } = habits(user, { languages: navigator.languages, timeZone });
    const today = new Date().toISOString().slice(0, 10);
    const zones = [...new Set([time_zone, ...Intl.supportedValuesOf('timeZone')])].filter(Boolean);
    const form = makeForm({
      fields: [
        {
          name: 'display_name',
          label: 'Name',
          value: user.display_name,
          autocomplete: 'name',
          hint: 'Others see it in place of your username.',
        },
        { name: 'username', label: 'Username', value: user.username, autocapitalize: 'none', spellcheck: 'false' },
        { name: 'bio', label: 'About you', kind: 'textarea', value: user.bio, rows: '3', maxlength: BIO_MAX },
        { name: 'locale', label: 'Language', value: locale, hint: 'A tag such as en or pt-BR.', spellcheck: 'false' },
        {
          name: 'time_zone',
          label: 'Time zone',
          kind: 'select',
          value: time_zone,
          options: [{ text: 'Not said', value: '' }, ...zones.map((zone) => ({ text: spell(zone), value: zone }))],
        },
        {
          name: 'date_of_birth',
          label: 'Date of birth',
          kind: 'date',
          value: user.date_of_birth,
          autocomplete: 'bday',
          max: today,
          hint: 'Others do not see it.',
        },
      ],
      button: 'Save',
      submit: async (filled) => {
        const changes = changesOf(user, filled);
        if (Object.keys(changes).length > 0) act.changed(await own.change(changes));
        again('Saved.');
      },
    });
    return [form];
  },
};

const spell = (zone) => zone.replaceAll('_', ' ');
