/** The screen with the live camera, where the visitor takes a selfie. */
import { Speaker } from "./camera-advice.js";
import { find, tell } from "./element.js";
import { FrameWatch } from "./frame-watch.js";
import { releasePhoto, snapPhoto } from "./photo.js";
import { announce } from "./status-line.js";
import { more } from "./words-more.js";

const COUNT_FROM = 3;
const LOOK_EVERY_MS = 1000;
const BLIND_LOOKS = 3;
/** The brightest spot that a covered lens shows, out of 255. */
const BLACK = 24;

/** @type {MediaTrackConstraints} if no camera faces the user, the browser may take another */
const FRONT = { facingMode: "user" };
/** @type {MediaTrackConstraints} */
const SIZE = { width: { ideal: 1600 }, height: { ideal: 1200 } };
/** @type {Record<string, string>} */
const OPPOSITE = { user: "environment", environment: "user" };
/** @type {Record<string, string>} */
const NAMES = { user: more.camera.front, environment: more.camera.rear };

/** @type {Record<string, string>} by the name of the exception */
const BLOCKED = more.camera.blocked;
/** The problems that go away when the visitor plugs in a camera. */
const LACKING = ["NotFoundError", "ended"];

/**
 * A camera, the front one first, and an oval to aim at. Tells "photo-snapped", "file-wanted" and "start-over".
 * @param {HTMLElement} root
 */
export function cameraBooth(root) {
  const video = find(root, "video", HTMLVideoElement);
  const count = find(root, ".count", HTMLElement);
  const hint = find(root, ".hint", HTMLElement);
  const tip = find(root, ".tip", HTMLElement);
  const shutter = find(root, ".shutter", HTMLButtonElement);
  const label = find(root, ".shutter span", HTMLElement);
  const blocked = find(root, ".blocked", HTMLElement);
  const switcher = find(root, ".switch-camera", HTMLButtonElement);
  /** @type {MediaStreamTrack | undefined} what the camera that is on delivers */
  let track;
  /** @type {MediaDeviceInfo[]} */
  let cameras = [];
  let chosen = FRONT;
  let reason = "";
  let mayRestart = false;
  let visit = 0;
  let blindLooks = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let watch;
  /** @type {(() => void) | null} */
  let hurry = null;
  let speaker = new Speaker(0);

  const frames = new FrameWatch(video, (problem) => {
    tip.textContent = problem ? more.camera.tips[problem] : "";
    if (!hurry && speaker.isDue(problem, performance.now())) announce(tip.textContent);
  });
  const settings = () => track?.getSettings() ?? {};

  function open() {
    mayRestart = true;
    return start([chosen, FRONT]);
  }

  /**
   * Turns on the first camera that works. The one before must be off by then, because phones lend one camera at a time.
   * @param {MediaTrackConstraints[]} wanted the best first
   */
  async function start(wanted) {
    rest("starting");
    const thisVisit = visit;
    watch = setInterval(look, LOOK_EVERY_MS);
    let failure = "";
    for (const camera of new Set(wanted)) {
      try {
        const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { ...SIZE, ...camera } });
        const [opened] = stream.getVideoTracks();
        if (thisVisit !== visit) return stop(opened);
        track = opened;
        if (document.hidden) return rest("resting");
        await show(stream);
        if (thisVisit !== visit) return;
        await countCameras();
        if (thisVisit !== visit) return;
        goLive(camera, camera === chosen && camera !== wanted[0]);
        return;
      } catch (error) {
        if (thisVisit !== visit) return;
        stop(track);
        failure = error instanceof Object && "name" in error ? String(error.name) : "";
        if (failure === "NotAllowedError") break; // trying the next would ask the visitor again
      }
    }
    block(failure);
  }

  /** @param {MediaStream} stream */
  async function show(stream) {
    if (track) track.onended = lose;
    const { facingMode = "unknown" } = settings();
    root.dataset.facing = facingMode;
    video.ariaLabel = facingMode === "environment" ? more.camera.yours : more.camera.yours_mirrored;
    video.srcObject = stream;
    await video.play();
  }

  /** @param {MediaTrackConstraints} camera @param {boolean} instead whether the visitor asked for another one */
  function goLive(camera, instead) {
    chosen = camera;
    root.dataset.state = "live";
    shutter.disabled = false;
    speaker = new Speaker(performance.now());
    frames.start();
    const name = cameras.length > 1 && (NAMES[settings().facingMode ?? ""] ?? track?.label.replace(/ \(.*/, ""));
    const on = more.camera.on(name || more.camera.the);
    announce(instead ? `${more.camera.other_failed} ${on}` : on, { visible: instead });
  }

  /** Takes the next camera: on a phone the one on its other side, on other devices the next in the list. */
  function switchCamera() {
    if (root.dataset.state !== "live") return;
    const { facingMode = "", deviceId } = settings();
    const at = cameras.findIndex((camera) => camera.deviceId === deviceId);
    /** @type {MediaTrackConstraints[]} */
    const others = [...cameras.slice(at + 1), ...cameras.slice(0, Math.max(0, at))].map((camera) => ({
      deviceId: { exact: camera.deviceId },
    }));
    const opposite = OPPOSITE[facingMode];
    if (opposite) others.unshift({ facingMode: { exact: opposite } });
    void start([...others, chosen]);
  }

  async function countCameras() {
    const devices = await navigator.mediaDevices.enumerateDevices();
    cameras = devices.filter(({ kind }) => kind === "videoinput");
    const alone = cameras.length < 2;
    if (alone && document.activeElement === switcher) shutter.focus();
    switcher.hidden = alone;
  }

  async function onDevicesChanged() {
    await countCameras();
    if (root.dataset.state === "blocked" && LACKING.includes(reason) && cameras.length) void open();
  }

  /** Goes on with another camera, but only once, so that a camera that always fails is not asked forever. */
  function lose() {
    if (!mayRestart) return block("ended");
    mayRestart = false;
    void start([chosen, FRONT]);
  }

  /** Offers a way out if the camera shows nothing: no answer yet, a covered lens, or another program uses it. */
  function look() {
    blindLooks = track && !track.muted && brightest(video) > BLACK ? 0 : blindLooks + 1;
    const words = blindLooks < BLIND_LOOKS ? "" : track ? more.camera.dark : more.camera.waiting;
    if (words && words !== hint.textContent) announce(words);
    hint.textContent = words;
  }

  /** @param {"starting" | "resting" | "blocked" | "closed"} state without a camera that is on */
  function rest(state) {
    visit++;
    hurry?.();
    hurry = null;
    clearInterval(watch);
    frames.stop();
    blindLooks = 0;
    stop(track);
    video.srcObject = null;
    track = undefined;
    root.dataset.state = state;
    shutter.disabled = true;
    count.hidden = true;
    label.textContent = more.camera.take;
    hint.textContent = tip.textContent = blocked.textContent = "";
  }

  /** @param {string} why the name of a DOMException, or "ended" */
  function block(why) {
    rest("blocked");
    reason = why;
    blocked.textContent = BLOCKED[why] ?? more.camera.wont_start;
  }

  /** @param {number} ms */
  function beat(ms) {
    return /** @type {Promise<boolean>} */ (
      new Promise((resolve) => {
        const timer = setTimeout(() => resolve(false), ms);
        hurry = () => {
          clearTimeout(timer);
          resolve(true);
        };
      })
    );
  }

  async function shoot() {
    if (hurry) return hurry();
    const thisVisit = visit;
    label.textContent = more.camera.skip;
    let skipped = false;
    frames.keepFrames();
    for (let left = COUNT_FROM; left > 0 && !skipped; left--) {
      count.textContent = String(left);
      count.hidden = false;
      announce(String(left));
      skipped = await beat(1000);
    }
    if (thisVisit !== visit) return;
    hurry = null;
    count.hidden = true;
    label.textContent = more.camera.take;
    shutter.disabled = true;
    try {
      const frame = await frames.sharpest();
      if (thisVisit !== visit) return frame?.close();
      const photo = await snapPhoto(video, frame);
      if (thisVisit !== visit) return releasePhoto(photo);
      rest("closed");
      tell(root, "photo-snapped", photo);
    } catch {
      if (thisVisit === visit) block("");
    }
  }

  shutter.addEventListener("click", () => void shoot());
  switcher.addEventListener("click", switchCamera);
  find(root, ".choose-instead", HTMLButtonElement).addEventListener("click", () => tell(root, "file-wanted"));
  find(root, ".try-again", HTMLButtonElement).addEventListener("click", () => void open());
  find(root, ".cancel", HTMLButtonElement).addEventListener("click", () => tell(root, "start-over"));
  navigator.mediaDevices?.addEventListener("devicechange", () => void onDevicesChanged());
  // Turns the camera off while the page is hidden, behind another tab or in a pocket.
  document.addEventListener("visibilitychange", () => {
    if (document.hidden && track) rest("resting");
    else if (!document.hidden && root.dataset.state === "resting") void open();
  });
  return { open, close: () => rest("closed") };
}

/** @param {MediaStreamTrack | undefined} track */
function stop(track) {
  if (!track) return;
  track.onended = null;
  track.stop();
}

/**
 * Return the brightest spot of what a camera shows now, from 0 to 255.
 * @param {HTMLVideoElement} video
 */
function brightest(video) {
  const [width, height] = [16, 16];
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context || !video.videoWidth) return 0;
  context.drawImage(video, 0, 0, width, height);
  return Math.max(...context.getImageData(0, 0, width, height).data.filter((_, at) => at % 4 !== 3));
}
