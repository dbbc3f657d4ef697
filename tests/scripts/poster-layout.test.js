import assert from "node:assert/strict";
import { test } from "node:test";
import { byLabels, byWords, creditOf, cutShort, fitText, FORMATS, setCredit, wrapText } from "../../web/scripts/poster-layout.js";
import { fileNameOf, shareText } from "../../web/scripts/share-dialog.js";

// A typeface whose letters are all one wide, or where it has a size half of that.
const count = (/** @type {string} */ text) => [...text].length;
const measure = (/** @type {string} */ text, /** @type {number} */ size) => (count(text) * size) / 2;

const ROOM = { width: 900, height: 200, leading: 1, largest: 120, severalLinesFrom: 80, wholeFrom: 40 };
const BY_SA = {
  author: "Daniel Stroud",
  license: "CC BY-SA 4.0",
  license_url: "https://creativecommons.org/licenses/by-sa/4.0/",
  source_url: "https://commons.wikimedia.org/wiki/File:Guido-portrait-2014.jpg",
};

test("Lines break at spaces", () => {
  assert.deepEqual(wrapText(byWords("one two  three"), 7, count), ["one two", "three"]);
});

test("A word that is wider than a line breaks anywhere, and never inside a letter", () => {
  const lines = wrapText(
    byWords("no e\u0301e\u0301e\u0301e\u0301e\u0301"),
    4,
    (text) => [...new Intl.Segmenter().segment(text)].length,
  );

  assert.deepEqual(lines, ["no", "e\u0301e\u0301e\u0301e\u0301", "e\u0301"]);
});

test("Nothing makes no line", () => {
  assert.deepEqual(wrapText(byWords("  "), 10, count), []);
});

test("What is cut short says so within its width", () => {
  assert.deepEqual(cutShort(["one two", "three four", "five"], 2, 10, count), ["one two", "three fou…"]);
});

test("What fits is not cut short", () => {
  assert.deepEqual(cutShort(["one", "two"], 2, 3, count), ["one", "two"]);
});

for (
  const [name, setting] of /** @type {const} */ ([
    ["章子怡", { size: 120, lines: ["章子怡"] }],
    ["Guido van Rossum", { size: 112, lines: ["Guido van Rossum"] }],
    ["Björk Guðmundsdóttir", { size: 90, lines: ["Björk Guðmundsdóttir"] }],
    ["Maria Salomea Skłodowska-Curie", { size: 80, lines: ["Maria Salomea", "Skłodowska-Curie"] }],
    ["Wolfeschlegelsteinhausenbergerdorff", { size: 50, lines: ["Wolfeschlegelsteinhausenbergerdorff"] }],
  ])
) {
  test(`The name ${name} is as large as its room allows`, () => {
    assert.deepEqual(fitText(byWords(name), ROOM, measure), setting);
  });
}

test("A name on two lines has them about as long", () => {
  const { lines } = fitText(byWords("Ana de la Reguera y Santa Cruz de Monte"), ROOM, measure);

  assert.deepEqual(lines, ["Ana de la Reguera y", "Santa Cruz de Monte"]);
});

for (const name of ["name ".repeat(40).trim(), "Wolfeschlegelsteinhausen".repeat(8), "n".repeat(3000)]) {
  test(`All of a name of ${name.length} letters is there, and in its room`, () => {
    const { size, lines } = fitText(byWords(name), ROOM, measure);

    assert.equal(lines.join("").replaceAll(" ", ""), name.replaceAll(" ", ""));
    assert.ok(lines.every((line) => measure(line, size) <= ROOM.width));
    assert.ok(lines.length * size * ROOM.leading <= ROOM.height);
  });
}

test("A word is broken only where it would be too small in one piece", () => {
  assert.deepEqual(fitText(byWords("n".repeat(45)), ROOM, measure), { size: 40, lines: ["n".repeat(45)] });
  assert.equal(fitText(byWords("n".repeat(46)), ROOM, measure).lines.length, 2);
});

test("An address breaks before a dot or behind a slash", () => {
  assert.deepEqual(wrapText(byLabels("main.d1a2.example.org/faces"), 14, count), ["main.d1a2", ".example.org/", "faces"]);
});

for (const [name, { height, arch, apron, foot }] of Object.entries(FORMATS)) {
  test(`On the ${name} one thing stands under the other`, () => {
    const captions = arch.top + arch.height + 60;

    assert.ok(captions < apron && apron + 300 < foot.top && foot.top + foot.height < height);
  });
}

test("A credit names author, licence and change, and says where the portrait and its terms are", () => {
  assert.deepEqual(creditOf(BY_SA), [
    "Portrait: Daniel Stroud, CC BY-SA 4.0, cropped",
    "commons.wikimedia.org/wiki/File:Guido-portrait-2014.jpg",
    "creativecommons.org/licenses/by-sa/4.0",
  ]);
});

test("The public domain has no terms to look up", () => {
  const credit = creditOf({
    author: "NASA",
    license: "Public domain",
    license_url: BY_SA.license_url,
    source_url: "https://flic.kr/p/r9qvLn",
  });

  assert.deepEqual(credit, ["Portrait: NASA, Public domain, cropped", "flic.kr/p/r9qvLn"]);
});

test("A portrait of which nothing is known says so", () => {
  assert.deepEqual(creditOf(null), ["Portrait: author not stated, cropped"]);
});

test("A very long author leaves room for the licence", () => {
  const [credit] = creditOf({ ...BY_SA, author: "An author ".repeat(40) });

  assert.match(credit ?? "", /^Portrait: An author .*…, CC BY-SA 4\.0, cropped$/);
  assert.ok(count(credit ?? "") < 170);
});

for (
  const [address, shown] of /** @type {const} */ ([
    ["https://www.example.org/", "example.org"],
    ["https://commons.wikimedia.org/wiki/File:Bj%C3%B6rk.jpg", "commons.wikimedia.org/wiki/File:Björk.jpg"],
    ["https://example.org/a%20b", "example.org/a%20b"],
    ["https://example.org/%ff", "example.org/%ff"],
  ])
) {
  test(`The address ${address} is printed as it is typed`, () => {
    assert.equal(creditOf({ source_url: address })[1], shown);
  });
}

for (const address of ["javascript:alert(1)", "a drawer", ""]) {
  test(`“${address}” is no address to print`, () => {
    assert.equal(creditOf({ source_url: address }).length, 1);
  });
}

test("An address is printed whole or not at all", () => {
  const long = "x".repeat(101);

  assert.deepEqual(setCredit(["Portrait: A", long, "short"], 20, count), ["Portrait: A", "short"]);
  assert.deepEqual(setCredit(["Portrait: A", "y".repeat(30)], 20, count), ["Portrait: A", "y".repeat(20), "y".repeat(10)]);
});

for (
  const [celebrity_id, format, name] of /** @type {const} */ ([
    ["grace-hopper", "poster", "you-and-grace-hopper.jpg"],
    ["grace-hopper", "story", "you-and-grace-hopper-story.jpg"],
    ["Q42 / ../x", "poster", "you-and-q42-x.jpg"],
    ["章子怡", "poster", "you-and-your-double.jpg"],
  ])
) {
  test(`A ${format} with ${celebrity_id} is saved as ${name}`, () => {
    assert.equal(fileNameOf({ celebrity_id }, format), name);
  });
}

for (
  const [one_in, words] of /** @type {const} */ ([
    [308, "I look most like Cher (1 in 308 pairs look this alike). Who’s your famous double?"],
    [49, "I look most like Cher. Who’s your famous double?"],
    [null, "I look most like Cher (88 out of 100). Who’s your famous double?"],
  ])
) {
  test(`With one pair in ${one_in}, the words beside the poster are: ${words}`, () => {
    assert.equal(shareText({ name: "Cher", rank: 1, resemblance: 88, one_in }), words);
  });
}

test("The words beside a runner-up's poster do not call them the most alike", () => {
  const words = shareText({ name: "Cher", rank: 2, resemblance: 88, one_in: 49 });

  assert.equal(words, "I also look like Cher. Who’s your famous double?");
});
