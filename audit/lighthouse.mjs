/**
 * Audits a screen on a phone, several times: node lighthouse.mjs CHROMIUM ORIGIN TIMES [PATH OF A MATCH].
 * With a match, the page shows its result, as to a visitor who comes back.
 */
import lighthouse from "lighthouse";
import puppeteer from "puppeteer-core";

const [executablePath, origin, times, match] = process.argv.slice(2);
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];

const found = [];
for (let time = 0; time < Number(times); time++) {
  const browser = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-background-networking"] });
  try {
    const page = await browser.newPage();
    if (match) await page.evaluateOnNewDocument((path) => localStorage.setItem("match.kept", path), match);
    const options = { onlyCategories: CATEGORIES, disableStorageReset: true, logLevel: "error" };
    const { lhr } = await lighthouse(origin, options, undefined, page);
    const shown = await page.evaluate(() => document.body.dataset.showing);
    if (match && shown !== "result") throw new Error(`The page shows ${shown} instead of the result.`);
    const scores = Object.entries(lhr.categories).map(([name, { score }]) => [name, Math.round(100 * score)]);
    const failed = Object.values(lhr.audits).filter(({ score }) => score !== null && score < 0.9).map(({ id }) => id);
    const { "largest-contentful-paint": lcp, "total-blocking-time": tbt } = lhr.audits;
    found.push({ ...Object.fromEntries(scores), failed, lcp: lcp.numericValue, tbt: tbt.numericValue });
  } finally {
    await browser.close();
  }
}
console.log(JSON.stringify(found));
