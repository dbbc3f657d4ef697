// @ts-check
import { Api, Problem } from "./api.js";
import { cameraBooth } from "./camera-booth.js";
import { deleteDialog } from "./delete-dialog.js";
import { find } from "./element.js";
import { facePicker } from "./face-picker.js";
import { failureNotice } from "./failure-notice.js";
import { failureWords } from "./failures.js";
import { matchCard } from "./match-card.js";
import { matchProgress } from "./match-progress.js";
import { MatchSession } from "./match-session.js";
import { Memory } from "./memory.js";
import { photoDrop } from "./photo-drop.js";
import { photoPreview } from "./photo-preview.js";
import { cutOut, readPhoto, releasePhoto } from "./photo.js";
import { premiereStage } from "./premiere-stage.js";
import { announce } from "./status-line.js";
import { welcomeScreen } from "./welcome-screen.js";

/** @typedef {import("./api.js").Failure} Failure */
/** @typedef {import("./api.js").Match} Match */
/** @typedef {import("./failures.js").FailureWords} FailureWords */
/** @typedef {import("./geometry.js").Box} Box */
/** @typedef {import("./match-session.js").SessionEvents} SessionEvents */
/** @typedef {import("./photo.js").Photo} Photo */
/** @typedef {"welcome" | "camera" | "preview" | "progress" | "result" | "failure" | "faces"} Screen */

const TITLE = document.title;
const ON_STAGE = ["welcome", "progress", "result", "failure"];

const main = find(document, "main", HTMLElement);
const api = new Api();
const session = new MatchSession(api, new Memory());
const stage = premiereStage(find(main, ".premiere-stage", HTMLElement));
const welcome = welcomeScreen(find(main, ".welcome-screen", HTMLElement));
const camera = cameraBooth(find(main, ".camera-booth", HTMLElement));
const preview = photoPreview(find(main, ".photo-preview", HTMLElement));
const progress = matchProgress(find(main, ".match-progress", HTMLElement));
const card = matchCard(find(main, ".match-card", HTMLElement));
const failure = failureNotice(find(main, ".failure-notice", HTMLElement));
const picker = facePicker(find(main, ".face-picker", HTMLElement));
const dialog = deleteDialog(find(document, ".delete-dialog", HTMLDialogElement), () => session.delete(), onDeleted);
photoDrop(find(document, ".photo-drop", HTMLElement), () => canTakePhoto() && welcome.consented());

/** @type {Photo | null} the photo on the page, sent or not */
let photo = null;

/** @returns {Screen | undefined} */
function current() {
  const section = main.querySelector("[data-screen]:not([hidden])");
  return section instanceof HTMLElement ? /** @type {Screen} */ (section.dataset.screen) : undefined;
}

const canTakePhoto = () => current() === "welcome" || current() === "preview";

/**
 * Changes the screen and takes the reader along: title, scroll position and focus.
 * @param {Screen} screen
 * @param {{focus?: boolean}} [options]
 */
function show(screen, { focus = true } = {}) {
  if (current() === "camera" && screen !== "camera") camera.close();
  for (const section of main.querySelectorAll("[data-screen]")) {
    if (section instanceof HTMLElement) section.hidden = section.dataset.screen !== screen;
  }
  document.body.dataset.showing = screen;
  stage.toggle(ON_STAGE.includes(screen));
  const heading = find(main, `[data-screen="${screen}"] h1`, HTMLElement);
  document.title = screen === "welcome" ? TITLE : `${heading.textContent} · ${TITLE}`;
  if (!focus) return;
  scrollTo({ top: 0 });
  heading.focus({ preventScroll: true });
}

/** @param {{focus?: boolean}} [options] */
function showWelcome(options) {
  keepPhoto(null);
  stage.draw("empty");
  show("welcome", options);
}

/** @param {Photo | null} next */
function keepPhoto(next) {
  if (photo !== next) releasePhoto(photo);
  photo = next;
}

/** @param {Photo} taken */
function showPreview(taken) {
  keepPhoto(taken);
  preview.show(taken);
  show("preview");
}

/** @param {Failure} failed */
function showFailure(failed) {
  const words = failureWords(failed);
  failure.show(words, failed.code);
  stage.draw("dimmed", photo?.url ?? null);
  show("failure");
  announce(`${words.message} ${words.hint}`);
}

/** @param {Blob} file */
async function takeFile(file) {
  try {
    showPreview(await readPhoto(file));
  } catch (error) {
    keepPhoto(null);
    showFailure({ code: error instanceof Problem ? error.code : "unsupported_image" });
  }
}

/** @param {Photo} accepted */
function send(accepted) {
  keepPhoto(accepted);
  void session.start(accepted);
}

/** @param {Match | null} match @param {Box[]} faces @param {string} message */
async function showFaces(match, faces, message) {
  try {
    // After a reload the photo is no longer at hand here; the server still has it.
    if (!photo && match?.selfie_url) keepPhoto(await readPhoto(await (await fetch(match.selfie_url)).blob()));
  } catch {
    // Falls through to the plain notice.
  }
  if (!photo) return showFailure({ code: "several_faces", message });
  picker.show(photo.url, faces, message);
  show("faces");
  announce(message);
}

/** @param {Match} match @param {boolean} fresh */
function showResult(match, fresh) {
  const [best] = match.celebrities;
  if (!best) return showFailure({ code: "unexpected" });
  const selfieUrl = (fresh && photo?.url) || match.selfie_url;
  document.body.dataset.entrance = fresh ? "premiere" : "encore";
  stage.draw("waiting", selfieUrl);
  card.show(match, best, selfieUrl);
  show("result");
  void stage.reveal(best, selfieUrl);
}

function onDeleted() {
  showWelcome();
  announce("Deleted: your photo and your match are gone.", { visible: true });
}

async function openHouse() {
  try {
    const { local, guests } = await api.config();
    welcome.setLocal(local);
    if (!guests && current() === "welcome") showFailure({ code: "forbidden" });
  } catch {
    // Sending a photo asks again, and says so if it still fails.
  }
}

/** @type {Record<FailureWords["next"], () => void>} */
const nextSteps = {
  another: startOver,
  resend: () => void session.retry().then((trying) => trying || startOver()),
  agree() {
    welcome.withdraw();
    api.forgetConfig();
    startOver();
    void openHouse();
  },
  reload: () => location.reload(),
};

function startOver() {
  session.cancel();
  showWelcome();
}

/**
 * Listens for what components tell; the detail's type is the component's word.
 * @template D
 * @param {EventTarget} target
 * @param {string} type
 * @param {(detail: D) => void} act
 */
function on(target, type, act) {
  target.addEventListener(type, (event) => act(/** @type {CustomEvent<D>} */ (event).detail));
}

on(document, "photo-file", (/** @type {File} */ file) => void takeFile(file));
on(main, "camera-wanted", () => {
  show("camera");
  void camera.open();
});
on(main, "file-wanted", () => welcome.choose());
on(main, "photo-snapped", showPreview);
on(main, "photo-accepted", send);
on(main, "another-wanted", (/** @type {Photo} */ { from }) => {
  if (from === "file") return welcome.choose();
  show("camera");
  void camera.open();
});
on(main, "start-over", startOver);
on(main, "delete-wanted", () => dialog.open());
on(main, "next-step", (/** @type {FailureWords["next"]} */ next) => nextSteps[next]());
on(main, "face-chosen", (/** @type {{face: Box, others: Box[]}} */ { face, others }) => {
  if (photo) void cutOut(photo, face, others).then(send, () => showFailure({ code: "unexpected" }));
});

on(session, "sending", (/** @type {SessionEvents["sending"]} */ { percent }) => {
  progress.sending(percent);
  showProgress("Sending your photo.");
});
on(session, "looking", (/** @type {SessionEvents["looking"]} */ { resumed }) => {
  progress.looking(resumed);
  showProgress();
  announce("Looking for your match.");
});
on(session, "stalled", (/** @type {SessionEvents["stalled"]} */ { code }) => progress.stalled(code));
on(session, "succeeded", (/** @type {SessionEvents["succeeded"]} */ { match, fresh }) => {
  progress.rest();
  showResult(match, fresh);
});
on(session, "failed", (/** @type {SessionEvents["failed"]} */ { failure: failed, match }) => {
  progress.rest();
  if (failed.code === "not_found" && !photo) return showWelcome();
  const faces = failed.faces ?? [];
  if (failed.code === "several_faces" && faces.length > 1) return void showFaces(match, faces, pickerMessage(failed));
  showFailure(failed);
});

/** @param {string} [first] what to announce when the screen comes up */
function showProgress(first) {
  if (current() === "progress") return;
  stage.draw("waiting", photo?.url ?? null);
  show("progress");
  if (first) announce(first);
}

/** @param {Failure} failed */
const pickerMessage = ({ message }) => `${message || "There are several faces in this photo."} Tap yours, and only that part is sent.`;

void openHouse();
void session.resume().then((found) => found || showWelcome({ focus: false }));
