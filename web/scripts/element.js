/** Finding and making elements, and the events by which components tell what happened. */

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
 * Listens for what a component or a service tells; the event's type decides the type of its detail.
 * @template D
 * @param {EventTarget} target
 * @param {string} type
 * @param {(detail: D) => void} act
 */
export function listen(target, type, act) {
  target.addEventListener(type, (event) => act(/** @type {CustomEvent<D>} */ (event).detail));
}

/**
 * Tells the elements further up what has happened in a component.
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
