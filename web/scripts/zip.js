/** Writing a ZIP archive without compression (PKWARE's APPNOTE 6.3.10). */

const LOCAL_HEADER = 0x04034b50;
const CENTRAL_HEADER = 0x02014b50;
const END = 0x06054b50;
/** Version 2.0, UTF-8 names, stored as it is. */
const [VERSION, UTF8, STORED] = [20, 1 << 11, 0];
/** Larger archives, and more files, would need ZIP64. */
const [MOST_BYTES, MOST_FILES] = [2 ** 32 - 1, 2 ** 16 - 1];

/** The CRC-32 of each byte, by its polynomial 0xedb88320. */
const CRCS = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** An archive that grows file by file. Contents stay in their Blobs, which the browser may keep on disk. */
export class Zip {
  /** @type {BlobPart[]} */
  #parts = [];
  /** @type {Uint8Array<ArrayBuffer>[]} */
  #directory = [];
  #size = 0;

  /**
   * @param {string} name with "/" between folders
   * @param {Blob} content
   * @param {Date} modified
   */
  async add(name, content, modified) {
    const path = new TextEncoder().encode(name);
    const crc = await crcOf(content);
    // Both headers have these fields; times have no zone, so they are the visitor's.
    const fields = [
      ...[short(VERSION), short(UTF8), short(STORED), short(timeOf(modified)), short(dateOf(modified))],
      ...[long(crc), long(content.size), long(content.size), short(path.length), short(0)],
    ];
    const local = bytes(long(LOCAL_HEADER), ...fields, [...path]);
    const placed = [short(0), short(0), short(0), long(0), long(this.#size)];
    this.#directory.push(bytes(long(CENTRAL_HEADER), short(VERSION), ...fields, ...placed, [...path]));
    this.#parts.push(local, content);
    this.#size += local.length + content.size;
    if (this.#size > MOST_BYTES || this.#directory.length > MOST_FILES) throw new RangeError("too much for one archive");
  }

  /** @returns {Blob} the whole archive */
  finish() {
    const length = this.#directory.reduce((sum, entry) => sum + entry.length, 0);
    if (this.#size + length > MOST_BYTES) throw new RangeError("too much for one archive");
    const count = short(this.#directory.length);
    const end = bytes(long(END), short(0), short(0), count, count, long(length), long(this.#size), short(0));
    return new Blob([...this.#parts, ...this.#directory, end], { type: "application/zip" });
  }
}

/** @param {Blob} content read a piece at a time */
async function crcOf(content) {
  let crc = 0xffffffff;
  const reader = content.stream().getReader();
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    for (const byte of piece.value) crc = (crc >>> 8) ^ (CRCS[(crc ^ byte) & 0xff] ?? 0);
  }
  return ~crc >>> 0;
}

/** @param {Date} time */
const timeOf = (time) => (time.getHours() << 11) | (time.getMinutes() << 5) | (time.getSeconds() >> 1);

/** @param {Date} time years are counted from 1980 */
const dateOf = (time) => ((time.getFullYear() - 1980) << 9) | ((time.getMonth() + 1) << 5) | time.getDate();

/** @param {number} value */
const short = (value) => [value & 0xff, (value >>> 8) & 0xff];

/** @param {number} value */
const long = (value) => [...short(value & 0xffff), ...short(value >>> 16)];

/** @param {...number[]} groups */
const bytes = (...groups) => Uint8Array.from(groups.flat());
