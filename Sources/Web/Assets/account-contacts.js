// One's address book: bringing it along, and who of it is here.

import { element } from './dom.js';

const ERRORS_SHOWN = 20;

export const contactsSection = {
  title: 'Contacts',
  async draw({ own, act, again }) {
    const [page, found] = await Promise.all([act.contacts({ limit: 100 }), own.discovery()]);
    return [
      element('h4', '', 'Bring contacts along'),
      element('p', 'hint', 'A file from your phone or mail program: CSV, vCard or JSON.'),
      importer(act, again),
      element('h4', '', 'Your contacts'),
      ...book(page, { own, act, again }),
      element('h4', '', 'Being found'),
      discovery(found.findable, own),
    ];
  },
};

function importer(act, again) {
  const file = element('input');
  file.type = 'file';
  file.accept = '.csv,.tsv,.vcf,.json,text/csv,text/vcard,application/json';
  file.setAttribute('aria-label', 'File with contacts');
  const bar = element('progress');
  bar.hidden = true;
  bar.setAttribute('aria-label', 'How much of the file is done');
  const cancel = element('button', 'quiet', 'Cancel');
  cancel.type = 'button';
  cancel.hidden = true;
  const error = element('p', 'error');
  error.setAttribute('role', 'alert');
  const errors = element('ul', 'hint');
  file.onchange = async () => {
    const giving = new AbortController();
    cancel.onclick = () => giving.abort();
    error.textContent = '';
    errors.replaceChildren();
    file.disabled = true;
    bar.hidden = cancel.hidden = false;
    bar.removeAttribute('value');
    try {
      const job = await act.importContacts(file.files[0], {
        signal: giving.signal,
        onProgress: ({ progress }) => {
          if (!progress?.total) return;
          bar.max = progress.total;
          bar.value = progress.done;
        },
      });
      if (job.state === 'done' && job.errors.length === 0) return again(told(job));
      error.textContent = job.state === 'done' ? told(job) : (job.errors[0]?.detail ?? 'The import was cancelled.');
      if (job.state === 'done') errors.replaceChildren(...rowsOf(job));
    } catch (failure) {
      error.textContent = failure.errors?.[0]?.detail ?? failure.explanation ?? failure.message;
    } finally {
      file.disabled = false;
      file.value = '';
      bar.hidden = cancel.hidden = true;
    }
  };
  return element('div', '', file, bar, cancel, error, errors);
}

/** What came of an import, in words. */
export function told({ result }) {
  const parts = [`${result.added} new`, `${result.updated} changed`, `${result.unchanged} known already`];
  if (result.duplicates) parts.push(`${result.duplicates} twice in the file`);
  if (result.failed) parts.push(`${result.failed} could not be read`);
  return `${parts.join(', ')}. ${result.registered} of them are here.`;
}

/** The rows that came to nothing, the first of them. */
function rowsOf({ errors, result }) {
  const rows = errors.slice(0, ERRORS_SHOWN).map(({ row, detail }) => element('li', '', `Row ${row}: ${detail}`));
  const rest = errors.length - rows.length + (result.errors_left_out ?? 0);
  if (rest > 0) rows.push(element('li', '', `And ${rest} more.`));
  return rows;
}

function book(page, { own, act, again }) {
  if (page.items.length === 0) return [element('p', 'hint', 'Nobody yet.')];
  const list = element('ul', 'member-list', ...page.items.map((contact) => draw(contact, act)));
  list.setAttribute('aria-label', 'Contacts');
  const more = element('button', 'quiet', 'Show more');
  more.type = 'button';
  more.hidden = page.next_cursor === null;
  let cursor = page.next_cursor;
  more.onclick = async () => {
    const next = await act.contacts({ limit: 100, cursor });
    list.append(...next.items.map((contact) => draw(contact, act)));
    cursor = next.next_cursor;
    more.hidden = cursor === null;
  };
  const clear = element('button', 'quiet danger', 'Delete all contacts');
  clear.type = 'button';
  clear.onclick = async () => {
    if (!confirm('Delete all contacts from this server?')) return;
    clear.disabled = true;
    await own.clearContacts();
    again('Your contacts are deleted.');
  };
  return [list, more, clear];
}

function draw(contact, act) {
  const name = contact.name ?? contact.email ?? contact.phone;
  const addresses = [...contact.emails, ...contact.phones].join(', ');
  const text = element('span', 'member-text', element('strong', '', name), element('small', '', addresses));
  if (!contact.user) return element('li', '', text);
  const chat = element('button', 'quiet', 'Chat');
  chat.type = 'button';
  chat.setAttribute('aria-label', `Chat with ${name}`);
  chat.onclick = () => act.openDirect(contact.user.id);
  return element('li', '', text, chat);
}

function discovery(findable, own) {
  const box = element('input');
  box.type = 'checkbox';
  box.checked = findable;
  box.onchange = async () => {
    const wanted = box.checked;
    try {
      await own.setDiscovery(wanted);
    } catch {
      box.checked = !wanted;
    }
  };
  return element('label', 'check', box, ' Who has my address or number sees that I am here');
}
