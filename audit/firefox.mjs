/** Plays a selfie in Firefox, whose camera is a canvas with a face: node firefox.mjs FIREFOX ORIGIN FACE.jpg */
import { readFile } from "node:fs/promises";
import puppeteer from "puppeteer-core";

const [executablePath, origin, face] = process.argv.slice(2);
const PATIENCE_MS = 120_000;

/** Takes the place of the camera. @param {string} picture a JPEG in Base64 */
function useCanvasAsCamera(picture) {
  navigator.mediaDevices.getUserMedia = async () => {
    // The page's policy takes no picture from a data: address.
    const bytes = Uint8Array.from(atob(picture), (character) => character.charCodeAt(0));
    const image = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
    const context = canvas.getContext("2d");
    const draw = () => context.drawImage(image, 80, 0, 480, 480);
    draw();
    setInterval(draw, 50); // a canvas that does not change sends no frames
    return canvas.captureStream(20);
  };
}

const picture = (await readFile(face)).toString("base64");
const browser = await puppeteer.launch({ browser: "firefox", executablePath, headless: true });
try {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  await page.evaluateOnNewDocument(useCanvasAsCamera, picture);
  await page.setViewport({ width: 390, height: 844 });
  await page.goto(origin);
  await page.locator("#consent").click();
  await page.locator("#take-selfie").click();
  await page.locator(".shutter").click(); // as soon as it is enabled
  await page.locator(".use-photo").click();
  await page.waitForFunction(() => document.body.dataset.showing === "result");
  const name = await page.$eval(".match-card .name", (element) => element.textContent);
  console.log(JSON.stringify({ browser: await browser.version(), name }));
} finally {
  await browser.close();
}
