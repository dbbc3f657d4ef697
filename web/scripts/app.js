// @ts-check
import { Account } from "./account.js";
import { Api, Problem } from "./api.js";
import { Cognito } from "./cognito.js";
import { find } from "./element.js";
import { failureNotice } from "./failure-notice.js";
import { failureWords } from "./failures.js";
import { matchProgress } from "./match-progress.js";
import { MatchSession } from "./match-session.js";
import { Memory } from "./memory.js";
import { keepPage, reopenIfAnswered, reopenWhenAnswered } from "./offline.js";
import { Packs } from "./packs.js";
import { Part } from "./part.js";
import { photoDrop } from "./photo-drop.js";
import { cutOut, readPhoto, releasePhoto } from "./photo.js";
import { premiereStage } from "./premiere-stage.js";
import { announce } from "./status-line.js";
import { welcomeScreen } from "./welcome-screen.js";

/** @typedef {import("./api.js").Failure} Failure */
/** @typedef {import("./delete-dialog.js").Deletion} Deletion */
/** @typedef {import("./api.js").Match} Match */
/** @typedef {import("./failures.js").FailureWords} FailureWords */
/** @typedef {import("./geometry.js").Box} Box */
/** @typedef {import("./match-session.js").SessionEvents} SessionEvents */
/** @typedef {import("./photo.js").Photo} Photo */
/** @typedef {import("./poster.js").Billing} Billing */
/** @typedef {"welcome" | "preview" | "progress" | "result" | "failure" | "faces"} Scene */
/** @typedef {Scene | "camera" | "account" | "my-data" | "matches" | "line-up" | "privacy"} Screen */

const TITLE = document.title;
const OUT_OF_REACH = "That part of the page is out of reach. Check your connection, or reload the page.";
const ON_STAGE = ["welcome", "progress", "result", "failure"];

const main = find(document, "main", HTMLElement);
const memory = new Memory();
/** @type {Api} */
const api = new Api((options) => account.token(options));
const cognito = new Cognito(() => api.config());
const account = new Account(cognito, memory);
const packs = new Packs(api, memory);
const session = new MatchSession(api, account, memory, packs);

const welcome = welcomeScreen(find(main, ".welcome-screen", HTMLElement));
const progress = matchProgress(find(main, ".match-progress", HTMLElement));
const failure = failureNotice(find(main, ".failure-notice", HTMLElement));
photoDrop(find(document, ".photo-drop", HTMLElement), canTakePhoto, welcome.consented);

const camera = new Part(
  "camera-booth",
  async () => (await import("./camera-booth.js")).cameraBooth(find(main, ".camera-booth", HTMLElement)),
);
const preview = new Part(
  "photo-preview",
  async () => (await import("./photo-preview.js")).photoPreview(find(main, ".photo-preview", HTMLElement)),
);
const compare = new Part(
  "compare-slider",
  async () => (await import("./compare-slider.js")).compareSlider(find(main, ".compare-slider", HTMLElement)),
);
const card = new Part(
  "match-card",
  async () => (await import("./match-card.js")).matchCard(find(main, ".match-card", HTMLElement), packs),
);
const dialog = new Part(
  "delete-dialog",
  async () => (await import("./delete-dialog.js")).deleteDialog(find(document, ".delete-dialog", HTMLDialogElement)),
);
const poster = new Part(
  "share-dialog",
  async () => (await import("./share-dialog.js")).shareDialog(find(document, ".share-dialog", HTMLDialogElement)),
);
const picker = new Part(
  "face-picker",
  async () => (await import("./face-picker.js")).facePicker(find(main, ".face-picker", HTMLElement)),
);
const chooser = new Part("pack-chooser", async () => {
  const { packChooser } = await import("./pack-chooser.js");
  return packChooser(find(main, ".welcome-screen .pack-chooser", HTMLElement), packs, {
    legend: "Tonight’s line-up",
    chosen: () => packs.chosen,
    choose: (pack) => packs.choose(pack),
    empty: false,
  });
});
const form = new Part(
  "account-form form-fields",
  async () => (await import("./account-form.js")).accountForm(find(main, ".account-form", HTMLElement), account, cognito),
);
const data = new Part(
  "my-data",
  async () => (await import("./my-data.js")).myData(find(main, ".my-data", HTMLElement), account, api),
);
const matches = new Part(
  "match-history",
  async () => (await import("./match-history.js")).matchHistory(find(main, ".match-history", HTMLElement), api),
);
const lineUp = new Part(
  "line-up pack-chooser",
  async () => (await import("./line-up.js")).lineUp(find(main, ".line-up", HTMLElement), api, packs, account),
);
const stage = premiereStage(find(main, ".premiere-stage", HTMLElement), compare);

/** @type {Scene} how far the match on this page has come, whatever else is being looked at */
let scene = "welcome";
/** @type {Photo | null} the photo on the page, sent or not */
let photo = null;
/** Counts the scenes, so that what comes too late knows. */
let turn = 0;
/** Whether what was under way waits for somebody to sign in again. */
let interrupted = false;
/** Whether the page was opened while the house could not be reached; opening it anew is the way out. */
let dark = false;

// Which screen is shown: the address's fragment names one, and without one it is the scene

/** @type {Record<string, () => void | Promise<void>>} */
const ROUTES = {
  async "#camera"() {
    if (!welcome.agreed()) return goHome();
    void preview.load().catch(() => {});
    const booth = await camera.load();
    if (location.hash !== "#camera") return;
    show("camera");
    void booth.open();
  },
  async "#account"() {
    if (account.email === null) return showAccountForm();
    const mine = await data.load();
    if (location.hash !== "#account") return;
    mine.show();
    show("my-data");
  },
  async "#matches"() {
    if (account.email === null) return showAccountForm();
    const list = await matches.load();
    if (location.hash !== "#matches") return;
    show("matches");
    void list.open();
  },
  async "#line-up"() {
    const shown = await lineUp.load();
    if (location.hash !== "#line-up") return;
    show("line-up");
    void shown.open();
  },
  "#privacy": () => show("privacy"),
};

async function route() {
  const open = ROUTES[location.hash];
  if (!open) return show(scene);
  try {
    await open();
  } catch {
    goHome();
    announce(OUT_OF_REACH, { visible: true });
  }
}

function goHome() {
  leaveRoute();
  show(scene);
}

function leaveRoute() {
  if (location.hash) history.replaceState(null, "", location.pathname + location.search);
}

/**
 * Changes the screen and takes the reader along: title, scroll position and focus.
 * @param {Screen} screen
 * @param {{focus?: boolean}} [options]
 */
function show(screen, { focus = true } = {}) {
  if (screen !== "camera") camera.now?.close();
  for (const section of main.querySelectorAll("[data-screen]")) {
    if (section instanceof HTMLElement) section.hidden = section.dataset.screen !== screen;
  }
  document.body.dataset.showing = screen;
  stage.toggle(ON_STAGE.includes(screen));
  for (const link of document.querySelectorAll(".site-nav a")) {
    if (link.getAttribute("href") === location.hash) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const heading = find(main, `[data-screen="${screen}"] h1`, HTMLElement);
  document.title = screen === "welcome" ? TITLE : `${heading.textContent} · ${TITLE}`;
  if (!focus) return;
  scrollTo({ top: 0 });
  heading.focus({ preventScroll: true });
}

/**
 * Moves the match on this page on; whoever reads something else meanwhile is told, not taken away.
 * @param {Scene} next
 * @param {{focus?: boolean, news?: string}} [options]
 */
function play(next, { focus = true, news = "" } = {}) {
  scene = next;
  turn++;
  interrupted = false;
  const elsewhere = location.hash in ROUTES && location.hash !== "#camera";
  if (elsewhere) return news && announce(news, { visible: true });
  leaveRoute();
  show(next, { focus });
}

// The scenes

function canTakePhoto() {
  return !(location.hash in ROUTES) && (scene === "welcome" || scene === "preview");
}

/** @param {{focus?: boolean}} [options] */
function showWelcome(options) {
  keepPhoto(null);
  stage.draw("empty");
  play("welcome", options);
}

/** @param {Photo | null} next */
function keepPhoto(next) {
  if (photo !== next) releasePhoto(photo);
  photo = next;
}

/** @param {Photo} taken */
async function showPreview(taken) {
  keepPhoto(taken);
  const shown = await preview.load().catch(() => null);
  if (photo !== taken) return;
  if (!shown) return showFailure({ code: "page_incomplete" });
  shown.show(taken);
  play("preview");
}

/** @param {Failure} failed */
function showFailure(failed) {
  const words = failureWords(failed);
  failure.show(words, failed.code);
  stage.draw("dimmed", photo?.url ?? null);
  play("failure");
  interrupted = failed.code === "signed_out";
  announce(`${words.message} ${words.hint}`);
}

/** @param {string} [first] what to announce when the screen comes up */
function showProgress(first) {
  if (scene === "progress") return;
  stage.draw("waiting", photo?.url ?? null);
  play("progress");
  if (first) announce(first);
}

/** @param {Match | null} match @param {Box[]} faces @param {string} message */
async function showFaces(match, faces, message) {
  const thisTurn = turn;
  // After a reload the photo is no longer at hand here; the server still has it.
  const again = !photo && match?.selfie_url ? await fetchPhoto(match.selfie_url).catch(() => null) : null;
  const choice = await picker.load().catch(() => null);
  if (thisTurn !== turn) return releasePhoto(again);
  if (again) keepPhoto(again);
  if (!photo || !choice) return showFailure({ code: "several_faces", message });
  choice.show(photo.url, faces, message);
  play("faces");
  announce(message);
}

/** @param {string} url */
const fetchPhoto = async (url) => readPhoto(await (await fetch(url, { cache: "no-store" })).blob());

/** @param {Match} match @param {boolean} fresh */
async function showResult(match, fresh) {
  const [best] = match.celebrities;
  if (!best) return showFailure({ code: "unexpected" });
  const selfieUrl = (fresh && photo?.url) || match.selfie_url;
  const thisTurn = turn;
  const shown = await card.load().catch(() => null);
  if (thisTurn !== turn) return;
  if (!shown) return showFailure({ code: "page_incomplete" });
  document.body.dataset.entrance = fresh ? "premiere" : "encore";
  stage.draw("waiting", selfieUrl);
  shown.show(match, best, selfieUrl, fresh);
  play("result", { news: fresh ? `Your match is ready: ${best.name}.` : "" });
  await stage.reveal(best, selfieUrl);
}

async function showAccountForm() {
  const shown = await form.load();
  if (!(location.hash in ROUTES)) return;
  shown.reset();
  show("account");
}

function showSignedIn() {
  find(document, ".to-matches", HTMLElement).hidden = account.email === null;
  find(document, ".to-account", HTMLElement).textContent = account.email === null ? "Sign in" : "Account";
}

// What people do

/** @param {Blob} file */
async function takeFile(file) {
  const thisTurn = ++turn;
  void preview.load().catch(() => {}); // asked for again, and missed, when it is needed
  try {
    const read = await readPhoto(file);
    if (thisTurn === turn) await showPreview(read);
    else releasePhoto(read);
  } catch (error) {
    if (thisTurn !== turn) return;
    keepPhoto(null);
    showFailure({ code: error instanceof Problem ? error.code : "unsupported_image" });
  }
}

/** @param {Photo} accepted */
async function send(accepted) {
  keepPhoto(accepted);
  void api.config().then(({ consent_version }) => memory.remember("consent", consent_version), () => {});
  await session.start(accepted);
}

function openCamera() {
  if (location.hash === "#camera") void route();
  else location.hash = "#camera";
}

/** Whether a photo is on its way, which nothing else may take the place of; shows it then. */
function isBusy() {
  const busy = scene === "progress" && photo !== null;
  if (busy) goHome();
  return busy;
}

function startOver() {
  session.cancel();
  showWelcome();
}

async function resume({ focus = true } = {}) {
  if (!(await session.resume())) showWelcome({ focus });
}

async function signedIn() {
  showSignedIn();
  leaveRoute();
  if (photo && ["preview", "faces", "progress"].includes(scene)) show(scene);
  else if (!interrupted || !(await session.retry())) await resume();
  announce(`Signed in as ${account.email}.`, { visible: true });
}

/** @param {string} words */
function becomeNobody(words) {
  account.signOut();
  session.leave();
  memory.forget("consent");
  welcome.withdraw();
  leaveRoute();
  showWelcome();
  announce(words, { visible: true });
}

/** @param {Deletion} deletion */
function ask(deletion) {
  void dialog.load().then((shown) => shown.ask(deletion), () => announce(OUT_OF_REACH, { visible: true }));
}

const DELETE_MATCH = { title: "Delete this match?", words: "Your photo and its result go at once, for good." };

function askToDelete() {
  ask({
    ...DELETE_MATCH,
    work: () => session.delete(),
    done() {
      showWelcome();
      announce("Deleted: your photo and your match are gone.", { visible: true });
    },
  });
}

/** @param {string} path */
function askToDeleteFromHistory(path) {
  ask({
    ...DELETE_MATCH,
    work: () => session.deleteMatch(path),
    done() {
      matches.now?.drop(path);
      if (session.shows(path)) showWelcome();
    },
  });
}

function askToForget() {
  ask({
    title: "Forget you entirely?",
    words: "Every match, every photo and your account go at once, for good.",
    work: () => session.forgetMe(),
    done: () => becomeNobody("Forgotten: nothing of you is left here."),
  });
}

/** @type {Record<FailureWords["next"], () => void>} */
const nextSteps = {
  another: startOver,
  resend: () => void session.retry().then((trying) => trying || startOver()),
  agree() {
    welcome.withdraw();
    memory.forget("consent");
    api.forgetConfig();
    startOver();
    void openHouse();
  },
  "sign-in"() {
    location.hash = "#account";
  },
  reload: () => location.reload(),
  reopen: () => void reopenIfAnswered(askHouse).then((open) => open || announce("Still no connection.", { visible: true })),
};

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
on(main, "camera-wanted", openCamera);
on(main, "file-wanted", () => welcome.choose());
on(main, "photo-snapped", (/** @type {Photo} */ taken) => void showPreview(taken));
on(main, "photo-accepted", send);
on(main, "another-wanted", (/** @type {Photo} */ { from }) => (from === "file" ? welcome.choose() : openCamera()));
on(main, "start-over", startOver);
on(main, "share-wanted", (/** @type {Billing} */ billing) => {
  void poster.load().then(
    (shown) => shown.open(billing),
    () => announce("The poster room is out of reach. Check your connection.", { visible: true }),
  );
});
on(main, "delete-wanted", askToDelete);
on(main, "next-step", (/** @type {FailureWords["next"]} */ next) => nextSteps[next]());
on(main, "face-chosen", (/** @type {{face: Box, others: Box[]}} */ { face, others }) => {
  if (!photo) return;
  const thisTurn = turn;
  const late = () => thisTurn !== turn;
  void cutOut(photo, face, others).then(
    (cut) => (late() ? releasePhoto(cut) : send(cut)),
    () => late() || showFailure({ code: "unexpected" }),
  );
});
on(main, "signed-in", () => void signedIn());
on(main, "sign-out-wanted", () => becomeNobody("Signed out."));
on(main, "forget-wanted", askToForget);
on(main, "match-chosen", (/** @type {string} */ path) => {
  if (isBusy()) return;
  leaveRoute();
  keepPhoto(null);
  void session.show(path);
});
on(main, "match-delete-wanted", askToDeleteFromHistory);
on(main, "pack-wanted", (/** @type {string} */ pack) => packs.choose(pack));
on(document, "deletion-wanted", ask);
on(main, "photo-wanted", () => {
  if (isBusy()) return;
  leaveRoute();
  startOver();
});
find(main, ".privacy-notes .back", HTMLButtonElement).addEventListener("click", goHome);

on(session, "sending", (/** @type {SessionEvents["sending"]} */ { percent }) => {
  progress.sending(percent);
  showProgress("Sending your photo.");
});
on(session, "looking", (/** @type {SessionEvents["looking"]} */ { resumed }) => {
  void card.load().catch(() => {}); // asked for again, and missed, when it is needed
  progress.looking(resumed);
  showProgress();
  announce("Looking for your match.");
});
on(session, "stalled", (/** @type {SessionEvents["stalled"]} */ { code }) => progress.stalled(code));
on(session, "succeeded", (/** @type {SessionEvents["succeeded"]} */ { match, fresh }) => {
  progress.rest();
  void showResult(match, fresh);
});
on(session, "failed", (/** @type {SessionEvents["failed"]} */ { failure: failed, match }) => {
  progress.rest();
  if (dark) return;
  if (failed.code === "unknown_pack") {
    void packs.reset().catch(() => {});
    return showFailure({ code: failed.code }); // the API says it to programmers
  }
  if (failed.code === "not_found" && !photo) return showWelcome();
  const faces = failed.faces ?? [];
  if (failed.code === "several_faces" && faces.length > 1) return void showFaces(match, faces, pickerMessage(failed));
  showFailure(failed);
});

on(packs, "changed", () => {
  // With nothing to choose and nothing to wait for, a first visit does without.
  if (packs.playable.length > 1 || packs.find(packs.chosen)?.progress) void chooser.load().catch(() => {});
});

on(account, "changed", (/** @type {{elsewhere: boolean}} */ { elsewhere }) => {
  if (elsewhere && scene !== "preview" && scene !== "progress") location.reload();
  showSignedIn();
});

/** @param {Failure} failed */
const pickerMessage = ({ message }) =>
  `${message || "There are several faces in this photo."} Tap yours, and only that part is sent.`;

async function openHouse() {
  try {
    const { local, guests, consent_version, selfie_retention_days: days } = await api.config();
    for (const span of document.querySelectorAll("[data-retention]")) {
      if (days) span.textContent = days === 1 ? "a day" : `${days} days`;
    }
    for (const note of document.querySelectorAll("[data-local]")) {
      if (note instanceof HTMLElement) note.hidden = (note.dataset.local === "yes") !== local;
    }
    if (memory.recall("consent") === consent_version) welcome.agree();
    if (!guests && account.email === null && scene === "welcome") showFailure({ code: "forbidden" });
    void packs.fetch().catch(() => {}); // then nobody chooses; a match is made all the same
  } catch (error) {
    // Sending a photo asks again, and says so if it still fails.
    const unused = scene === "welcome" || (scene === "progress" && !photo);
    if (unused && error instanceof Problem && error.code === "network_lost") goDark();
  }
}

/** What is remembered stays as it is, for when the house is lit again. */
function goDark() {
  dark = true;
  showFailure({ code: "offline" });
  void reopenWhenAnswered(askHouse);
}

const askHouse = () => api.config();

showSignedIn();
if (location.hash in ROUTES) void route();
addEventListener("hashchange", () => void route());
void openHouse();
void resume({ focus: false });
keepPage();
