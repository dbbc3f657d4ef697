/** The part of the privacy notice that says how long each thing is kept, and who may take part. */
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
 * Adds the schedule and the statement of age to the notice.
 * @param {HTMLElement} root
 * @param {Pick<import("./api.js").Config, "local" | "selfie_retention_days">} config
 */
export function retentionSchedule(root, { local, selfie_retention_days: days = PHOTO_DAYS }) {
  const said = more.retention;
  const rows = said.rows({ ...KEPT, photo_days: days }).map(([what, howLong]) =>
    build("tr", {}, build("th", { scope: "row", textContent: what }), build("td", { textContent: howLong }))
  );
  const head = build("tr", {}, ...said.head.map((textContent) => build("th", { scope: "col", textContent })));
  const table = build("table", {}, build("thead", {}, head), build("tbody", {}, ...rows));
  const made = build("div", { className: "retention-schedule" }, build("h2", { textContent: said.title }), table);
  if (local) made.append(build("p", { textContent: said.local }));
  made.append(build("h2", { textContent: said.age_title }), build("p", { textContent: said.age }));
  find(root, ".actions", HTMLElement).before(made);
}
