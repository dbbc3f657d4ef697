/** What the line-up says to curators, in English alone, as their other screens. */
export const curators = {
  add: "Add a portrait",
  add_another: "Add another portrait",
  /** @param {string} name */
  add_another_of: (name) => `Add another portrait of ${name}`,
  remove: "Remove",
  /** @param {string} portrait */
  remove_which: (portrait) => `Remove ${portrait}`,
  removal_title: "Remove this portrait?",
  /** @param {string} name */
  removal: (name) => `This picture of ${name} leaves the line-up for good.`,
  removed: "That portrait is removed.",
};
