// @ts-check
import { find, tell } from "./element.js";
import { snapPhoto } from "./photo.js";
import { announce } from "./status-line.js";

const COUNT_FROM = 3;

/** @type {Record<string, string>} */
const BLOCKED = {
  NotAllowedError: "The camera is switched off for this page. Allow it in your browser’s settings, or choose a photo.",
  NotFoundError: "We found no camera on this device. A photo works just as well.",
  NotReadableError: "Another program is using the camera. Close it and try again, or choose a photo.",
};

/**
 * The front camera with an oval to aim at. Tells "photo-snapped", "file-wanted" and "start-over".
 * @param {HTMLElement} root
 */
export function cameraBooth(root) {
  const video = find(root, "video", HTMLVideoElement);
  const count = find(root, ".count", HTMLElement);
  const shutter = find(root, ".shutter", HTMLButtonElement);
  const label = find(root, ".shutter span", HTMLElement);
  const blocked = find(root, ".blocked", HTMLElement);
  /** @type {MediaStream | null} */
  let stream = null;
  let visit = 0;
  /** @type {(() => void) | null} */
  let hurry = null;

  async function open() {
    close();
    const thisVisit = ++visit;
    root.dataset.state = "starting";
    blocked.textContent = "";
    try {
      const opened = await navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: "user", width: { ideal: 1600 }, height: { ideal: 1200 } },
      });
      if (thisVisit !== visit) return stop(opened);
      stream = opened;
      video.srcObject = opened;
      for (const track of opened.getTracks()) track.onended = () => block("");
      await video.play();
      if (thisVisit !== visit) return;
      root.dataset.state = "live";
      shutter.disabled = false;
      announce("The camera is on.");
    } catch (error) {
      if (thisVisit === visit) block(error instanceof Error ? error.name : "");
    }
  }

  function close() {
    visit++;
    hurry?.();
    stop(stream);
    video.srcObject = stream = null;
    shutter.disabled = true;
    count.hidden = true;
    label.textContent = "Take the photo";
  }

  /** @param {string} reason the name of a DOMException */
  function block(reason) {
    close();
    root.dataset.state = "blocked";
    blocked.textContent = BLOCKED[reason] ?? "The camera will not start. Choose a photo instead.";
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
    label.textContent = "Skip the countdown";
    let skipped = false;
    for (let left = COUNT_FROM; left > 0 && !skipped; left--) {
      count.textContent = String(left);
      count.hidden = false;
      announce(String(left));
      skipped = await beat(1000);
    }
    hurry = null;
    if (thisVisit !== visit) return;
    count.hidden = true;
    label.textContent = "Take the photo";
    const photo = await snapPhoto(video);
    if (thisVisit !== visit) return;
    close();
    tell(root, "photo-snapped", photo);
  }

  shutter.addEventListener("click", () => void shoot());
  find(root, ".choose-instead", HTMLButtonElement).addEventListener("click", () => tell(root, "file-wanted"));
  find(root, ".try-again", HTMLButtonElement).addEventListener("click", () => void open());
  find(root, ".cancel", HTMLButtonElement).addEventListener("click", () => tell(root, "start-over"));
  return { open, close };
}

/** @param {MediaStream | null} stream */
function stop(stream) {
  for (const track of stream?.getTracks() ?? []) {
    track.onended = null;
    track.stop();
  }
}
