// What the server refused, told apart: what is about a field, and what is about the whole.

/** Thrown for what the page itself sees is missing: as if the server had refused that field. */
export class FieldError extends Error {
  constructor(name, detail) {
    super(detail);
    this.errors = [{ pointer: `/${name}`, detail }];
  }
}

/**
 * `{fields: {name: text}, rest: text}`: sentences about the fields of `names`, and what is left to be said. A fault of
 * something that is no field here (`/token`, `?limit`) is left.
 */
export function partsOf(error, names) {
  const fields = {};
  const rest = [];
  for (const { pointer = '', detail } of error.errors ?? []) {
    const name = pointer.replace(/^\//, '');
    if (!detail) continue;
    if (names.includes(name)) fields[name] = fields[name] ? `${fields[name]} ${detail}` : detail;
    else rest.push(detail);
  }
  const some = rest.length > 0 || Object.keys(fields).length > 0;
  return { fields, rest: some ? rest.join(' ') : error.message };
}
