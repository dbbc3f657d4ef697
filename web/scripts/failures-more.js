/** The failures that no visitor meets before the first photo: what reads photos and what sends them load them. */
import { addFailures } from "./failures.js";
import { more } from "./words-more.js";

addFailures(more.failures, {
  unsupported_image: "another",
  heic_image: "another",
  image_too_small: "another",
  image_too_large: "another",
  no_face: "another",
  several_faces: "another",
  face_too_small: "another",
  face_turned_away: "another",
  face_too_blurry: "another",
  face_too_dark: "another",
  face_covered: "another",
  catalog_empty: "resend",
  timed_out: "resend",
  service_unavailable: "resend",
  upload_refused: "resend",
  upload_interrupted: "another",
  expired: "resend",
  not_found: "another",
  consent_required: "agree",
  unknown_pack: "resend",
  unknown_group: "resend",
  unknown_match: "another",
  too_many_requests: "resend",
  busy: "resend",
  too_many_matches: "resend",
  sold_out: "resend",
  signed_out: "sign-in",
});
