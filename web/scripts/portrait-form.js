/** The dialog in which a curator adds a portrait. */
import { Problem } from "./api.js";
import { link } from "./credits.js";
import { Curating, refusalWords, troubleWords } from "./curating.js";
import { build, showImage, tell } from "./element.js";
import { readPhoto, releasePhoto } from "./photo.js";
import { announce } from "./status-line.js";

/** @typedef {import("./api.js").Api} Api */
/** @typedef {import("./api.js").Person} Person */
/** @typedef {import("./curating.js").NewPortrait} NewPortrait */
/** @typedef {import("./curating.js").Twin} Twin */
/** @typedef {import("./delete-dialog.js").Deletion} Deletion */
/** @typedef {import("./photo.js").Photo} Photo */
/** @typedef {"filling" | "sending" | "looking" | "done"} State */

const SEND = "Put it on the bill";
const CREATIVE_COMMONS = "https://creativecommons.org";
/** @type {Record<string, string>} the free ones, with their addresses */
const LICENCES = {
  "Public domain": `${CREATIVE_COMMONS}/publicdomain/mark/1.0/`,
  "CC0": `${CREATIVE_COMMONS}/publicdomain/zero/1.0/`,
  "CC BY 4.0": `${CREATIVE_COMMONS}/licenses/by/4.0/`,
  "CC BY-SA 4.0": `${CREATIVE_COMMONS}/licenses/by-sa/4.0/`,
  "CC BY 3.0": `${CREATIVE_COMMONS}/licenses/by/3.0/`,
  "CC BY-SA 3.0": `${CREATIVE_COMMONS}/licenses/by-sa/3.0/`,
  "CC BY 2.0": `${CREATIVE_COMMONS}/licenses/by/2.0/`,
  "CC BY-SA 2.0": `${CREATIVE_COMMONS}/licenses/by-sa/2.0/`,
};

/** @type {Record<string, string>} what the API takes, with the words for it */
const GENDERS = { "": "Not said", female: "Female", male: "Male", other: "Other" };

/**
 * The dialog in which a curator adds a portrait to a pack, of a new person or of a person who is in it.
 * Tells "deletion-wanted".
 * @param {Api} api
 * @param {() => Promise<void>} onChange called when the dialog closes after a portrait was added or removed
 */
export function portraitForm(api, onChange) {
  const curating = new Curating(api);
  const title = build("h2", { id: "portrait-title" });
  const close = build("button", { type: "button", className: "quiet close", textContent: "Close" });

  const file = build("input", { type: "file", name: "photo", accept: "image/*,.heic,.heif", required: true });
  const name = text("name", { required: true, maxLength: 200, dir: "auto" });
  const description = text("description", { maxLength: 160, dir: "auto" });
  const gender = build("select", { name: "gender" });
  gender.append(...Object.entries(GENDERS).map(([value, textContent]) => build("option", { value, textContent })));
  const author = text("author", { required: true, maxLength: 500, dir: "auto" });
  const licence = build("select", { name: "license", required: true }, build("option", { value: "", textContent: "Choose one" }));
  licence.append(...Object.keys(LICENCES).map((value) => build("option", { value, textContent: value })));
  const deed = build("p", { className: "hint", hidden: true });
  const source = text("source_url", { type: "url", maxLength: 500, placeholder: "https://", inputMode: "url" });
  source.pattern = "https?://\\S+"; // as the API takes it
  source.title = "An address that begins with https://";
  const chosen = build("img", { alt: "The photo you chose", hidden: true });
  const submit = build("button", { className: "primary", textContent: SEND });
  const error = alert("error");
  const fields = build(
    "fieldset",
    {},
    build("div", { className: "photo" }, build("span", { className: "arch" }, chosen), field("Photo", file)),
    field("Name", name),
    field(
      "In a few words",
      description,
      build("p", { className: "hint", textContent: "Such as “American computer scientist”." }),
    ),
    field("Gender", gender),
    field("Who took it", author),
    field("Licence", licence, deed),
    field("Where it comes from", source, build("p", { className: "hint", textContent: "The page’s address, if it has one." })),
  );
  const form = build("form", {}, error, fields, build("div", { className: "actions" }, submit));

  const picture = build("img", { alt: "", hidden: true });
  const outcome = build("p", { className: "outcome" });
  const twin = build("div", { className: "twin", hidden: true });
  const warning = alert("warning");
  const twinPicture = build("img", { alt: "", hidden: true });
  const remove = build("button", { type: "button", className: "remove", textContent: "Take it off again" });
  twin.append(build("span", { className: "arch" }, twinPicture), build("div", {}, warning, remove));
  const next = build("button", { type: "button", className: "primary", textContent: "Add another" });
  const done = build(
    "div",
    { className: "done" },
    build("span", { className: "arch" }, picture),
    outcome,
    twin,
    build("div", { className: "actions" }, next),
  );

  const header = build("header", {}, title, close);
  const dialog = build("dialog", { className: "portrait-form" }, build("div", { className: "sheet" }, header, form, done));
  dialog.setAttribute("aria-labelledby", title.id);
  document.body.append(dialog);

  /** @type {{id: string, title: string}} */
  let pack = { id: "", title: "" };
  /** @type {Person | null} */
  let person = null;
  /** @type {Photo | null} */
  let photo = null;
  /** @type {string | null} the portrait whose outcome is shown */
  let outcomeOf = null;
  let changed = false;
  let reading = Promise.resolve();
  let controller = new AbortController();

  /** @param {State} state */
  function turn(state) {
    dialog.dataset.state = state;
    form.hidden = state === "done";
    done.hidden = state !== "done";
    fields.disabled = submit.disabled = state === "sending" || state === "looking";
    submit.textContent = { sending: "Sending…", looking: "Looking at it…", filling: SEND, done: SEND }[state];
  }

  /** @param {Photo | null} next */
  function keepPhoto(next) {
    releasePhoto(photo);
    photo = next;
    chosen.hidden = !photo;
    if (photo) chosen.src = photo.url;
    else file.value = "";
  }

  /** @param {string} words @param {HTMLElement} next what to do about it */
  function refuse(words, next) {
    turn("filling");
    error.textContent = words;
    next.focus({ preventScroll: true });
    error.scrollIntoView({ block: "nearest" });
  }

  function showPerson() {
    name.value = person?.name ?? "";
    description.value = person?.description ?? "";
    gender.value = person?.gender ?? "";
  }

  function showLicence() {
    const address = LICENCES[licence.value];
    deed.hidden = !address;
    deed.replaceChildren(link("Read this licence", address));
  }

  /** Asks for another photo; what has been typed stays. */
  function restart() {
    keepPhoto(null);
    outcomeOf = null;
    error.textContent = "";
    title.textContent = person ? "Another portrait" : `A new face for ${pack.title}`;
    turn("filling");
    file.focus();
  }

  /** @returns {NewPortrait} */
  function portrait() {
    const [source_url, license_url] = [source.value.trim(), LICENCES[licence.value]];
    const described = description.value.trim();
    return {
      name: name.value.trim(),
      author: author.value.trim(),
      license: licence.value,
      ...(person && { celebrity_id: person.celebrity_id }),
      ...(gender.value && { gender: gender.value }),
      ...(described && { description: described }),
      ...(license_url && { license_url }),
      ...(source_url && { source_url }),
    };
  }

  /** @param {File | undefined} picked */
  async function read(picked) {
    error.textContent = "";
    try {
      keepPhoto(picked ? await readPhoto(picked) : null);
    } catch (problem) {
      keepPhoto(null);
      error.textContent = refusalWords({ code: problem instanceof Problem ? problem.code : "unsupported_image" });
    }
  }

  async function send() {
    await reading;
    if (!photo) return;
    const { signal } = (controller = new AbortController());
    // The page waits for a photo that has arrived in any case; if the curator closes the dialog, the status line tells.
    const isShown = () => dialog.open && controller.signal === signal;
    const [thisPack, wanted] = [pack, portrait()];
    let hangs = false;
    error.textContent = "";
    turn("sending");
    announce("Sending the portrait.");
    try {
      const onProgress = (/** @type {number} */ percent) => {
        if (!isShown()) return;
        if (percent < 100) submit.textContent = `Sending: ${Math.round(percent)}%`;
        else turn("looking");
      };
      const { portraitId, report } = await curating.add(thisPack.id, wanted, photo.jpeg, onProgress, signal);
      if (report.status === "refused") {
        const words = refusalWords(report.failure ?? { code: "unexpected" });
        if (!isShown()) return announce(`About ${wanted.name}: ${words}`, { visible: true });
        keepPhoto(null);
        return refuse(words, file);
      }
      hangs = true;
      if (isShown()) {
        changed = true;
        outcomeOf = portraitId;
        celebrate(wanted.name, report.image_url ?? "");
      } else {
        if (!dialog.open) await onChange(); // the line-up tells how many it lists, in the same status line
        announce(`${wanted.name} is on the bill of ${thisPack.title}.`, { visible: true });
      }
      const found = await curating.findTwin(thisPack.id, portraitId, signal);
      if (found) warn(thisPack.id, portraitId, wanted.name, found);
    } catch (problem) {
      // The portrait is in the pack already: a problem with the question that follows does not change that.
      if (signal.aborted || hangs) return;
      const words = troubleWords(problem);
      if (isShown()) refuse(words, submit);
      else announce(`About ${wanted.name}: ${words}`, { visible: true });
    }
  }

  /** @param {string} who @param {string} url */
  function celebrate(who, url) {
    title.textContent = "On the bill";
    twin.hidden = true;
    warning.textContent = "";
    outcome.replaceChildren(build("bdi", { textContent: who }), ` is on the bill of ${pack.title}.`);
    void showImage(picture, url);
    turn("done");
    next.focus();
    announce(outcome.textContent ?? "");
  }

  /** @param {string} thisPack @param {string} portraitId @param {string} who @param {Twin} other */
  function warn(thisPack, portraitId, who, other) {
    const words = `This face is nearly certainly that of ${other.name}, who is in the line-up already.`;
    if (!dialog.open || outcomeOf !== portraitId) return announce(`About ${who}: ${words}`, { visible: true });
    void showImage(twinPicture, other.image_url);
    twin.hidden = false;
    warning.textContent = words;
    /** @type {Deletion} */
    const deletion = {
      title: "Take this portrait off?",
      words: `${who} leaves the bill again; what you typed stays.`,
      work: () => curating.remove(thisPack, portraitId),
      excuse: troubleWords,
      done: restart,
    };
    remove.onclick = () => tell(dialog, "deletion-wanted", deletion);
  }

  file.addEventListener("change", () => {
    const [picked] = file.files ?? [];
    reading = reading.then(() => read(picked)); // one after the other, so that the last one chosen stays
  });
  licence.addEventListener("change", showLicence);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send();
  });
  next.addEventListener("click", () => {
    author.value = source.value = "";
    showPerson();
    restart();
  });
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", () => {
    if (dialog.dataset.state === "sending") controller.abort();
    void curating.tidy();
    if (changed) void onChange();
  });

  return {
    /**
     * @param {string} id the pack’s
     * @param {string} packTitle
     * @param {Person | null} whose the person who gets another portrait, null for a new person
     */
    open(id, packTitle, whose) {
      pack = { id, title: packTitle };
      person = whose;
      changed = false;
      controller = new AbortController();
      form.reset();
      showPerson();
      name.readOnly = person !== null;
      showLicence();
      dialog.showModal();
      restart();
    },

    /**
     * Removes a portrait.
     * @param {string} fromPack
     * @param {string} portraitId
     */
    remove: (fromPack, portraitId) => curating.remove(fromPack, portraitId),
    excuse: troubleWords,
  };
}

/** @param {string} name @param {Partial<HTMLInputElement>} properties */
const text = (name, properties) => build("input", { name, type: "text", autocomplete: "off", ...properties });

/** @param {string} className */
const alert = (className) => build("p", { className, role: "alert" });

/**
 * @param {string} words
 * @param {HTMLInputElement | HTMLSelectElement} input
 * @param {HTMLElement} [hint]
 */
function field(words, input, hint) {
  input.id = `portrait-${input.name}`;
  if (hint) {
    hint.id = `${input.id}-hint`;
    input.setAttribute("aria-describedby", hint.id);
  }
  const label = build("label", { htmlFor: input.id, textContent: words });
  return build("div", { className: "field" }, label, input, ...(hint ? [hint] : []));
}
