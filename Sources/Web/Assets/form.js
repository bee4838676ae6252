// Forms: labelled fields, one request at a time, and refusals shown at the field that they are about.

import { element, showError } from './dom.js';
import { FieldError, partsOf } from './refusal.js';

let count = 0;

/**
 * A field with its label: `name`, `label`, `kind` (an input's type, `textarea`, `select` with `options`, or `check`),
 * `value`, `hint`, `needed` (what to say when it is empty), and attributes of the input.
 */
export function field({ name, label, kind = 'text', value, hint, needed, options = [], ...attributes }) {
  const id = `field-${(count += 1)}`;
  const tag = kind === 'textarea' || kind === 'select' ? kind : 'input';
  const input = element(tag, '', ...options.map((option) => new Option(option.text, option.value)));
  Object.assign(input, { id, name });
  if (tag === 'input') input.type = kind === 'check' ? 'checkbox' : kind;
  for (const [attribute, said] of Object.entries(attributes)) input.setAttribute(attribute, said);
  if (kind === 'check') input.checked = Boolean(value);
  else input.value = value ?? '';
  if (needed) input.dataset.needed = needed;
  if (kind === 'check') return element('label', 'check', input, ` ${label}`);
  const title = element('label', '', label);
  title.htmlFor = id;
  const error = element('p', 'error');
  error.id = `${id}-error`;
  error.hidden = true;
  const shown = kind === 'password' ? element('div', 'beside-input', input, revealer(input)) : input;
  const made = element('div', 'field', title, shown, error);
  const about = [error.id];
  if (hint) {
    const words = element('p', 'hint', hint);
    about.push((words.id = `${id}-hint`));
    error.before(words);
  }
  input.setAttribute('aria-describedby', about.join(' '));
  return made;
}

/** Shows what was typed as a password, so that it need not be typed twice. */
function revealer(input) {
  const button = element('button', 'quiet', 'Show');
  button.type = 'button';
  button.setAttribute('aria-pressed', 'false');
  button.setAttribute('aria-controls', input.id);
  button.onclick = () => {
    const shown = input.type === 'password';
    input.type = shown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shown));
    button.textContent = shown ? 'Hide' : 'Show';
  };
  return button;
}

/** What was filled in, by name. Only passwords keep the spaces around them. */
export function values(form) {
  const inputs = [...form.elements].filter((input) => input.name);
  const read = (input) => {
    if (input.type === 'checkbox') return input.checked;
    return /password$/.test(input.name) ? input.value : input.value.trim();
  };
  return Object.fromEntries(inputs.map((input) => [input.name, read(input)]));
}

/** A form of such fields. `submit(values)` promises; its refusal is shown. */
export function makeForm({ fields = [], button, danger, more = [], submit }) {
  const error = element('p', 'error');
  error.setAttribute('role', 'alert');
  error.hidden = true;
  const send = element('button', danger ? 'primary danger' : 'primary', button);
  const form = element('form', 'fields', ...fields.map(field), error, element('div', 'actions', ...more, send));
  form.noValidate = true;
  onSubmit(form, () => submit(values(form)));
  return form;
}

/** Wires a form that has a `.primary` button perhaps, and a `[role=alert]`. `submit()` promises that it is done. */
export function onSubmit(form, submit) {
  const button = form.querySelector('.primary');
  form.onsubmit = async (event) => {
    event.preventDefault();
    if (button?.disabled) return;
    clearFailure(form);
    if (button) button.disabled = true;
    try {
      const empty = [...form.elements].find((input) => input.dataset.needed && !input.value.trim());
      if (empty) throw new FieldError(empty.name, empty.dataset.needed);
      await submit();
    } catch (error) {
      showFailure(form, error);
    }
    if (button) button.disabled = false;
  };
}

const noteOf = (input) => input.id && input.form.querySelector(`#${input.id}-error`);

export function clearFailure(form) {
  showError(form.querySelector('[role=alert]'), '');
  for (const input of form.elements) {
    if (!noteOf(input)) continue;
    input.removeAttribute('aria-invalid');
    showError(noteOf(input), '');
  }
}

export function showFailure(form, error) {
  const inputs = [...form.elements].filter((input) => input.name && noteOf(input));
  const { fields, rest } = partsOf(error, inputs.map((input) => input.name));
  const wrong = inputs.filter((input) => fields[input.name]);
  for (const input of wrong) {
    input.setAttribute('aria-invalid', 'true');
    showError(noteOf(input), fields[input.name]);
  }
  showError(form.querySelector('[role=alert]'), rest);
  wrong[0]?.focus();
}
