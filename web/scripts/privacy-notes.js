/** The privacy notice: what happens with a photo, how long each thing is kept, and who may take part. */
import { build, find } from "./element.js";
import { more } from "./words-more.js";

/** How long what the deployment keeps is kept, apart from photos: as its template and its functions say. */
export const KEPT = {
  erased_photo_days: 1,
  member_match_days: 365,
  unsent_match_days: 1,
  counter_days: 2,
  signed_out_hours: 2,
  log_days: 14,
  failed_work_days: 14,
  history_days: 90,
  portrait_copy_days: 1,
};
const PHOTO_DAYS = 30;

/**
 * Fills the notice, as it is true for the deployment.
 * @param {HTMLElement} root
 * @param {Pick<import("./api.js").Config, "local" | "selfie_retention_days">} config
 */
export function privacyNotes(root, { local, selfie_retention_days: days = PHOTO_DAYS }) {
  const { device, compared, kept, match, amazon, delete: deletion, no_one_else, adults } = more.privacy;
  const facts = [device, compared, kept(days), match, ...(local ? [] : [amazon]), deletion, no_one_else, adults];
  const said = more.retention;
  const rows = said.rows({ ...KEPT, photo_days: days }).map(([what, howLong]) =>
    build("tr", {}, build("th", { scope: "row", textContent: what }), build("td", { textContent: howLong }))
  );
  const head = build("tr", {}, ...said.head.map((textContent) => build("th", { scope: "col", textContent })));
  find(root, ".actions", HTMLElement).before(
    build("ul", { className: "facts" }, ...facts.map((fact) => build("li", {}, ...emphasised(fact)))),
    build("h2", { textContent: said.title }),
    build("table", {}, build("thead", {}, head), build("tbody", {}, ...rows)),
    ...(local ? [build("p", { textContent: said.local })] : []),
    build("h2", { textContent: said.age_title }),
    build("p", { textContent: said.age }),
  );
}

/** @param {string} text with what is emphasised in [brackets] */
const emphasised = (text) =>
  text.split(/[[\]]/).map((part, place) => (place % 2 ? build("strong", { textContent: part }) : part));
