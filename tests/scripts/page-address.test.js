import assert from "node:assert/strict";
import { test } from "node:test";
import { pageAddress } from "../../web/scripts/page-address.js";

test("The address to pass on is that of the page, without what a visit adds", () => {
  assert.deepEqual(pageAddress("https://faces.example/double/index.html?from=friend#matches"), {
    url: "https://faces.example/double/",
    label: "faces.example/double",
    isPublic: true,
  });
});

for (
  const [href, isPublic] of /** @type {const} */ ([
    ["https://main.d1.amplifyapp.com/", true],
    ["https://localhost.example.org/", true],
    ["https://93.184.216.34/", true],
    ["https://172.32.0.1/", true],
    ["https://[2606:2800:220:1::1]/", true],
    ["http://localhost:8000/", false],
    ["http://faces.localhost:8000/", false],
    ["http://mybox:8000/", false],
    ["http://mybox.local./", false],
    ["http://127.1:8000/", false],
    ["http://10.0.0.7/", false],
    ["http://192.168.1.20:8000/", false],
    ["http://172.16.4.4/", false],
    ["http://100.101.1.1/", false],
    ["http://169.254.1.1/", false],
    ["http://[::1]:8000/", false],
    ["http://[fd00::1]/", false],
    ["http://[fe80::1]/", false],
  ])
) {
  test(`${href} leads here ${isPublic ? "from everywhere" : "only from nearby"}`, () => {
    assert.equal(pageAddress(href).isPublic, isPublic);
  });
}
