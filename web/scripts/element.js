// @ts-check

/**
 * Finds the one element that a component cannot do without.
 * @template {Element} E
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => E} type
 * @returns {E}
 */
export function find(root, selector, type) {
  const found = root.querySelector(selector);
  if (found instanceof type) return found;
  throw new Error(`index.html lacks ${selector}`);
}

/**
 * Makes an element; strings among the children become text, never markup.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Partial<HTMLElementTagNameMap[T]>} properties
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function build(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/**
 * Tells whoever listens further up what has happened in a component.
 * @param {Element} root
 * @param {string} type
 * @param {unknown} [detail]
 */
export function tell(root, type, detail) {
  root.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
}

/**
 * Shows a picture, or reports that it cannot be shown.
 * @param {HTMLImageElement} image
 * @param {string} url
 * @returns {Promise<boolean>}
 */
export async function showImage(image, url) {
  image.src = url;
  try {
    await image.decode();
    image.hidden = false;
  } catch {
    image.hidden = true;
  }
  return !image.hidden;
}
