/** The page's own address, as people pass it on. */

/** @typedef {{url: string, label: string, isPublic: boolean}} PageAddress */

/** Names that lead to a device or a network of one's own, or nowhere. */
const OWN_NAMES = /(^|\.)(localhost|local|internal|intranet|lan|home|home\.arpa|test|invalid)$/;
/** Networks of one's own: loopback, private, link-local, shared (RFC 6890). */
const OWN_IPV4 = /^(0|10|127|169\.254|172\.(1[6-9]|2\d|3[01])|192\.168|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./;
const OWN_IPV6 = /^\[(::|f[cd]|fe[89ab])/;

/**
 * Return the address of the page that is open at `href`, without what a visit adds to it; and whether it leads here
 * from other devices, too.
 * @param {string} href
 * @returns {PageAddress}
 */
export function pageAddress(href) {
  const { origin, host, hostname, pathname } = new URL("./", href);
  return { url: origin + pathname, label: (host + pathname).replace(/\/$/, ""), isPublic: isPublic(hostname) };
}

/** @param {string} hostname as URL gives it: in lower case, IPv4 in four decimal parts */
function isPublic(hostname) {
  if (hostname.startsWith("[")) return !OWN_IPV6.test(hostname);
  return hostname.includes(".") && !OWN_NAMES.test(hostname.replace(/\.$/, "")) && !OWN_IPV4.test(hostname);
}
