// The few words by which the views speak to the page. Text goes in as text; nothing is ever parsed as markup.

export const byId = (id) => document.getElementById(id);

export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** Writes only what differs, so that nothing is announced or selected away for no reason. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Makes the children of `parent` be `items`, in order; a child is made anew only when its `stamp` changes. */
export function reconcile(parent, items, make) {
  const known = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  let place = parent.firstElementChild;
  for (const item of items) {
    let child = known.get(item.key);
    known.delete(item.key);
    if (!child || child.dataset.stamp !== item.stamp) {
      const fresh = make(item);
      fresh.dataset.key = item.key;
      fresh.dataset.stamp = item.stamp;
      if (child) child.replaceWith(fresh);
      if (child === place) place = fresh;
      child = fresh;
    }
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
  for (const child of known.values()) child.remove();
}

/** Everyone has a colour, made from the name. */
export function tint(node, name) {
  const hue = [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  node.style.setProperty('--hue', String(hue));
  return node;
}

export function drawFace(node, name) {
  setText(tint(node, name), ([...name][0] ?? '?').toUpperCase());
}

export function showError(node, text) {
  setText(node, text ?? '');
  node.hidden = !text;
}
