/**
 * The page's wiring: makes its services, screens and components, and says who acts on what a component tells.
 */
import { Account } from "./account.js";
import { Api, Problem } from "./api.js";
import { find, listen } from "./element.js";
import { failureNotice } from "./failures.js";
import { MatchFlow } from "./match-flow.js";
import { Memory } from "./memory.js";
import { keepPage, reopenIfAnswered, reopenWhenAnswered } from "./offline.js";
import { Packs } from "./packs.js";
import { lazyParts, Part } from "./parts.js";
import { photoDrop, photoOpening } from "./photo-drop.js";
import { premiereStage } from "./premiere-stage.js";
import { Screens } from "./screens.js";
import { announce } from "./status-line.js";
import { welcomeScreen } from "./welcome-screen.js";
import { sayRetention, translatePage, words } from "./words.js";

/** @typedef {import("./delete-dialog.js").Deletion} Deletion */
/** @typedef {import("./api.js").Celebrity} Celebrity */
/** @typedef {import("./api.js").Group} Group */
/** @typedef {import("./api.js").Match} Match */
/** @typedef {import("./geometry.js").Box} Box */
/** @typedef {import("./match-session.js").SessionEvents} SessionEvents */
/** @typedef {import("./photo.js").Photo} Photo */

translatePage();
const main = find(document, "main", HTMLElement);
const memory = new Memory();
/** @type {Api} */
const api = new Api((options) => account.token(options));
const cognito = () =>
  import("./cognito.js").then(
    ({ Cognito }) => new Cognito(() => api.config()),
    () => Promise.reject(new Problem("network_lost")),
  );
const account = new Account(cognito, memory);
const packs = new Packs(api, memory);
/** Loaded with the first photo, or where there is a match to find again. */
const session = new Part(["match-progress"], async () => {
  const [{ MatchSession }, { matchProgress }] = await Promise.all([import("./match-session.js"), import("./match-progress.js")]);
  const made = new MatchSession(api, account, memory, packs);
  flow.hear(made, matchProgress(find(main, ".match-progress", HTMLElement)));
  listen(made, "succeeded", showAccount);
  listen(made, "failed", (/** @type {SessionEvents["failed"]} */ { failure }) => {
    if (failure.code === "unknown_pack") void packs.reset().catch(() => {});
  });
  return made;
});
const parts = lazyParts({ account, api, cognito, packs, session });

const welcome = welcomeScreen(find(main, ".welcome-screen", HTMLElement));
const notice = failureNotice(find(main, ".failure-notice", HTMLElement));
const stage = premiereStage(find(main, ".premiere-stage", HTMLElement), parts.double);
const screens = new Screens(main, parts, account, welcome.agreed, stage, (move) => flow.moved(move));
const dropped = find(document, ".photo-drop", HTMLElement);
/** @type {MatchFlow} */
const flow = new MatchFlow({ session, screens, parts, stage, notice, welcome, opening: photoOpening(dropped) });
photoDrop(dropped, () => flow.open, isAgreed);

// A photo and its match

const openCamera = () => screens.go("#camera");
listen(main, "camera-wanted", openCamera);
listen(main, "file-wanted", () => welcome.choose());
listen(main, "another-wanted", (/** @type {Photo} */ { from }) => (from === "file" ? welcome.choose() : openCamera()));
listen(document, "photo-file", (/** @type {File} */ file) => void flow.takeFile(file));
listen(main, "photo-snapped", (/** @type {Photo} */ photo) => void flow.preview(photo));
listen(main, "photo-turned", (/** @type {Photo} */ photo) => void flow.turn(photo));
listen(main, "sample-wanted", () => {
  void flow.trySample(async () => (await parts.sample.load()).sampleFace(api, packs.chosen));
});
listen(main, "last-match-wanted", (/** @type {string} */ path) => void flow.revisit(path));
listen(main, "photo-accepted", (/** @type {Photo} */ photo) => {
  rememberConsent();
  void flow.send(photo);
});
listen(main, "face-chosen", (/** @type {{face: Box, others: Box[]}} */ { face, others }) => {
  if (flow.source !== "sample") rememberConsent(); // a sample needs none
  void flow.sendFace(face, others);
});
listen(main, "start-over", () => (location.hash === "#camera" ? screens.goBack() : flow.startOver()));
find(main, ".privacy-notes .back", HTMLButtonElement).addEventListener("click", () => screens.goBack());
listen(main, "selfie-wanted", () => welcome.take());
listen(main, "back-wanted", () => void flow.back());
listen(main, "another-photo-wanted", (/** @type {Match} */ match) => {
  if (isAgreed()) void flow.add(match);
});
listen(main, "others-wanted", (/** @type {{match: Match, among: Group}} */ { match, among }) => {
  packs.chooseAmong(among);
  if (isAgreed()) void flow.replay(match, among);
});
listen(main, "other-face-wanted", (/** @type {Match} */ match) => {
  if (isAgreed()) flow.pickAnother(match);
});
listen(main, "next-step", (/** @type {keyof typeof nextSteps} */ next) => nextSteps[next]());
listen(main, "celebrity-chosen", (/** @type {Celebrity} */ celebrity) => stage.recast(celebrity));
listen(main, "share-wanted", (/** @type {import("./poster.js").Billing} */ billing) => {
  void parts.poster.load().then(
    (dialog) => dialog.open(billing),
    () => announce(words.poster_out_of_reach, { visible: true }),
  );
});
listen(main, "match-chosen", (/** @type {string} */ path) => (flow.busy ? screens.goHome() : void flow.revisit(path)));
listen(main, "photo-wanted", () => flow.goHome());
find(document, ".wordmark a", HTMLElement).addEventListener("click", (event) => {
  event.preventDefault();
  flow.goHome();
});

/** What the first button of a failure does. */
const nextSteps = {
  another() {
    if (!isAgreed()) return;
    if (flow.source === "camera") welcome.take();
    else welcome.choose();
  },
  face: () => flow.pickAgain(),
  resend: () => void flow.retry(),
  agree() {
    forgetConsent();
    api.forgetConfig();
    flow.startNew();
    void configure();
  },
  "sign-in": () => screens.go("#account"),
  reload: () => location.reload(),
  reopen: () => void reopenIfAnswered(ask).then((open) => open || announce(words.still_no_connection, { visible: true })),
};

/** Return whether the visitor has agreed; ask for it on the first screen if not. */
function isAgreed() {
  if (!welcome.agreed() && screens.step !== "welcome") flow.startNew();
  return welcome.consented();
}

function rememberConsent() {
  void api.config().then(({ consent_version }) => memory.remember("consent", consent_version), () => {});
}

function forgetConsent() {
  memory.forget("consent");
  welcome.withdraw();
}

// What is deleted

const MATCH = { title: words.deletion.match_title, words: words.deletion.match };
const RESULTS = { title: words.deletion.results_title, words: words.deletion.results };
const EVERYTHING = { title: words.deletion.everything_title, words: words.deletion.everything };

/** @param {Deletion} deletion */
function confirm(deletion) {
  void parts.deletion.load().then((dialog) => dialog.ask(deletion), () => announce(words.out_of_reach, { visible: true }));
}

listen(document, "deletion-wanted", confirm);
listen(main, "delete-wanted", () => {
  confirm({
    ...MATCH,
    ...(session.now?.hasSeveralPhotos && { words: words.deletion.match_of_several }),
    work: async () => (await session.load()).delete(),
    done() {
      showAccount();
      flow.showDeleted();
      announce(words.deletion.match_done, { visible: true });
    },
  });
});
listen(main, "match-delete-wanted", (/** @type {string} */ path) => {
  confirm({
    ...MATCH,
    work: async () => (await session.load()).deleteMatch(path),
    done() {
      parts.matches.now?.drop(path);
      welcome.forget(path);
      showAccount();
      if (session.now?.shows(path)) flow.showWelcome();
    },
  });
});
listen(main, "clear-wanted", () => {
  confirm({
    ...RESULTS,
    work: async () => (await session.load()).deleteResults(),
    done() {
      showAccount();
      flow.showDeleted();
      announce(words.deletion.results_done, { visible: true });
    },
  });
});
listen(main, "forget-wanted", () => {
  confirm({
    ...EVERYTHING,
    work: async () => (await session.load()).forgetMe(),
    done: () => signOut(words.account.forgotten),
  });
});

// The account and the packs

listen(main, "sign-out-wanted", () => signOut(words.account.signed_out));
listen(main, "signed-in", async () => {
  await session.load().catch(() => {}); // going on reports it
  showAccount();
  await flow.goOn();
  announce(words.account.signed_in_as(account.email ?? ""), { visible: true });
});
listen(account, "changed", (/** @type {{elsewhere: boolean}} */ { elsewhere }) => {
  if (elsewhere && screens.step !== "preview" && screens.step !== "progress") location.reload();
  // A visitor who signs in here sees the links of members once the account form is left.
  if (elsewhere || account.email === null) showAccount();
});

/** @param {string} news */
function signOut(news) {
  account.signOut();
  session.now?.leave();
  welcome.offer(null);
  forgetConsent();
  screens.leaveRoute();
  flow.showWelcome();
  announce(news, { visible: true });
}

function showAccount() {
  find(document, ".to-matches", HTMLElement).hidden = account.email === null && !memory.recall("match.results");
  find(document, ".to-account", HTMLElement).textContent = account.email === null ? words.account.sign_in : words.account.account;
}

listen(main, "pack-wanted", (/** @type {string} */ pack) => packs.choose(pack));
listen(packs, "changed", () => {
  welcome.sayFew(packs.few(packs.chosen));
  // A first visit loads no chooser where there is nothing to choose and nothing to wait for.
  if (packs.groups.length > 1) parts.among.preload();
  if (packs.playable.length > 1 || packs.find(packs.chosen)?.progress) parts.packs.preload();
});

// The page opens

const ask = () => api.config();

/** Adapts the page to the deployment that it belongs to. */
async function configure() {
  try {
    const { local, guests, consent_version, selfie_retention_days: days } = await ask();
    if (days) {
      sayRetention(days);
      memory.days = days;
    }
    for (const note of document.querySelectorAll("[data-local]")) {
      if (note instanceof HTMLElement) note.hidden = (note.dataset.local === "yes") !== local;
    }
    if (memory.recall("consent") === consent_version) welcome.agree();
    if (!guests && account.email === null && screens.step === "welcome") flow.fail({ code: "forbidden" });
    void packs.fetch().catch(() => {}); // without the list of packs a match is made all the same
  } catch (error) {
    // Sending a photo reads the configuration again, and reports the problem if it lasts.
    if (!flow.idle || !(error instanceof Problem) || error.code !== "network_lost") return;
    flow.goOffline();
    void reopenWhenAnswered(ask);
  }
}

/** Opens the photo that another app has shared, as soon as the visitor has agreed. Nothing is sent before they say so. */
async function openShared() {
  screens.leaveRoute();
  flow.showWelcome({ focus: false });
  await configured; // it knows of an earlier consent
  if (screens.step !== "welcome") return;
  const photo = await import("./shared-photo.js").then(({ takeSharedPhoto }) => takeSharedPhoto()).catch(() => null);
  if (photo) welcome.onceAgreed(() => void flow.takeFile(photo));
}

showAccount();
if (screens.routed) void screens.follow();
const configured = configure();
if (location.hash === "#shared") void openShared();
else if (memory.hasMatch || account.email !== null) void flow.resume({ focus: false });
else flow.showWelcome({ focus: false });
keepPage();
