// The one script of all pages. `g7plan/static_files/bundles.py` puts the modules that are
// named here into it. The first ones listen on each page. The others begin where a page
// has what they act on.
import "./page.js";
import "./choose_all.js";
import "./clocks.js";
import "./failed_requests.js";
import { openDesk } from "./desk.js";
import { edit } from "./editor/editor.js";
import { readKeys } from "./keys.js";
import { showMatrix } from "./matrix.js";
import { receiveSheet } from "./drop_zone.js";
import { offerPasskeys } from "./passkeys.js";
import { verifyReport } from "./verify.js";

const begins = {
  "#keys": readKeys,
  "#editor": edit,
  ".desk, [data-reason-form]": openDesk,
  "table#matrix": showMatrix,
  "[data-drop-form]": receiveSheet,
  "[data-verify-file]": verifyReport,
  "[data-passkey]": offerPasskeys,
};

for (const [selector, begin] of Object.entries(begins)) {
  const part = document.querySelector(selector);
  // Each by itself: an error in one must not stop the others.
  if (part) queueMicrotask(() => begin(part));
}
