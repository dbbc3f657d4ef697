/** The English words of what is loaded later in a visit; those that a first visit needs are in en.js. */
import { formats } from "../formats.js";

const { count, date, number } = formats("en-GB");

/** @param {number} number */
const days = (number) => count(number, { one: "day", other: "days" });
/** @param {number} number */
const hours = (number) => count(number, { one: "hour", other: "hours" });

/** The API's largest `one_in`: a line-up has no pair that is as alike. */
const RAREST = 1_000_000;
/** Below this, so many pairs are as alike that no "only" is due. */
const RARE = 100;
/** From about here on, a line-up of some hundred people has too few pairs to count: the number is estimated. */
const ESTIMATED = 1000;

const WRONG_CODE = "That is not the code we sent. Check it, or ask for a new one.";
const TOO_OFTEN = "That was tried too often. Wait a few minutes, then try again.";
const ELSEWHERE = "We cannot send email to this address. Check it, or use another.";
const UNKNOWN_PAIR = "This address and password don’t go together.";
const NO_ANSWER = "Signing in is not working right now. Try again in a moment.";
const HAS_ACCOUNT = "There is an account with this address already. Sign in instead.";
const PHOTO_INSTEAD = "A photo works just as well.";

const PAIRS = "pairs of celebrities look as alike as you two.";
const JUST_FUN = "Light and angle change it; it’s just for fun.";

/** @param {number} oneIn */
function pairsMeaning(oneIn) {
  if (oneIn >= RAREST) return `At most one in a million ${PAIRS}`;
  if (oneIn < 2) return `Most ${PAIRS}`;
  return `${oneIn < RARE ? "About" : "Only about"} one in ${number(oneIn)} ${PAIRS}`;
}

/** @param {number} oneIn */
function pairsShare(oneIn) {
  if (oneIn >= RAREST) return "none of those pairs is as alike as you two; we estimate that at most one in a million would be";
  if (oneIn < 2) return "most of those pairs are as alike as you two";
  return `about one in ${number(oneIn)} of those pairs is at least as alike as you two`;
}

/** @param {number} oneIn */
const estimate = (oneIn) => (oneIn < ESTIMATED || oneIn >= RAREST ? "" : "A number this large is an estimate. ");

export const more = {
  /** @param {string} time RFC 3339 */
  date: (time) => date(new Date(time)),

  /** The other failures, by their codes. */
  failures: {
    unsupported_image: {
      title: "We can’t open that picture",
      message: "We could not read this file as a photo.",
      hint: "Use a JPEG or PNG photo. A screenshot of the photo works, too.",
    },
    heic_image: {
      title: "This browser can’t open HEIC photos",
      message: "Your phone saved this photo in a format that this browser cannot read.",
      hint: "Open this page on the phone itself, or export the photo as a JPEG first.",
    },
    image_too_small: {
      title: "That photo is too small",
      message: "It has too few pixels to tell one face from another.",
      hint: "Use the original rather than a thumbnail or a profile picture.",
    },
    image_too_large: {
      title: "That photo is too large",
      message: "It is larger than we can take.",
      hint: "Crop it to your face, or take a new one here.",
    },
    no_face: {
      title: "We can’t see a face",
      message: "We could not find a face in this photo.",
      hint: "Look straight at the camera, with your whole face in the picture and light on it.",
    },
    several_faces: {
      title: "More than one face",
      message: "There are several faces in this photo, and we cannot tell which is yours.",
      hint: "Use a photo of yourself alone.",
    },
    face_too_small: {
      title: "Your face is too far away",
      message: "It is too small in this photo to compare.",
      hint: "Ready for your close-up? Come closer, until your face fills about a third of the picture.",
    },
    face_turned_away: {
      title: "Your face is turned away",
      message: "We need to see it from the front.",
      hint: "Look straight into the lens, chin level.",
    },
    face_too_blurry: {
      title: "That photo is blurred",
      message: "Your face is too blurred to compare.",
      hint: "Wipe the lens, hold still, and let the camera focus first.",
    },
    face_too_dark: {
      title: "Your face is too dark",
      message: "There is too little light on it to compare.",
      hint: "Turn towards a window or a lamp, so that the light falls on your face.",
    },
    face_covered: {
      title: "Your face is covered",
      message: "Something covers part of your face.",
      hint: "Take off sunglasses or a mask, and brush hair out of your eyes.",
    },
    catalog_empty: {
      title: "There is no one to compare you with yet",
      message: "This line-up has no portraits at the moment.",
      hint: "They may be on their way. Try again in a few minutes.",
    },
    timed_out: {
      title: "That took too long",
      message: "Finding your match took longer than it should.",
      hint: "Most likely it is not your photo. Please try again.",
    },
    service_unavailable: {
      title: "Something on our side isn’t working",
      message: "A part of our service is not answering.",
      hint: "It isn’t you, and it isn’t your photo. Wait a moment, then try again.",
    },
    upload_refused: {
      title: "Upload didn’t work",
      message: "Your photo was not accepted, most likely because the permission to send it ran out.",
      hint: "Try again: each attempt gets a new permission.",
    },
    upload_interrupted: {
      title: "Your photo didn’t arrive",
      message: "Sending was interrupted before the photo got through.",
      hint: "Please take the photo or choose it again.",
    },
    expired: {
      title: "Your photo came too late",
      message: "We waited for it, but not this long.",
      hint: "Start a new one. It takes a few seconds.",
    },
    not_found: {
      title: "That match is gone",
      message: "It was deleted, or its time was up.",
      hint: "Start a new one whenever you like.",
    },
    consent_required: {
      title: "Our privacy promise has changed",
      message: "We have changed what we tell you about your photo since you agreed.",
      hint: "Please read it again. Nothing has been sent.",
    },
    unknown_pack: {
      title: "That line-up is gone",
      message: "The celebrities you wanted to be compared with are not here any more.",
      hint: "Your photo is still here: try again, and we compare it with another line-up. Or go back and choose one.",
    },
    unknown_group: {
      title: "That choice is gone",
      message: "This line-up can no longer be narrowed down the way you chose.",
      hint: "Your photo is still here: try again, and we compare it with everyone.",
    },
    unknown_match: {
      title: "That earlier photo is gone",
      message: "We no longer keep the photo that you wanted to use again.",
      hint: "Take a new one. It takes a few seconds.",
    },
    too_many_requests: {
      title: "It’s very busy right now",
      message: "Too many people are asking for a match at once.",
      hint: "Wait a minute, then try again. Your photo is still here.",
    },
    busy: {
      title: "It’s full right now",
      message: "Many people are in front of you at this moment.",
      hint: "Wait a minute, then try again. Your photo is still here.",
    },
    too_many_matches: {
      title: "You’ve reached today’s limit",
      message: "One account, or the guests at one IP address, may have only so many matches in a day.",
      hint: "Come back tomorrow: counting starts again at midnight, UTC.",
    },
    sold_out: {
      title: "No more matches today",
      message: "We have found as many matches today as we can. You could say we are sold out.",
      hint: "Come back tomorrow: we start again at midnight, UTC.",
    },
    signed_out: {
      title: "You’ve been signed out",
      message: "Your sign-in has ended since you were last here.",
      hint: "Sign in again, and everything is where you left it.",
    },
  },

  camera: {
    take: "Take the photo",
    skip: "Skip the countdown",
    waiting: "Waiting for the camera. Your browser may be asking whether you allow it.",
    dark: "The camera shows only black. Is something covering it?",
    yours: "Your camera",
    yours_mirrored: "Your camera, mirrored",
    the: "The camera",
    front: "The front camera",
    rear: "The rear camera",
    /** @param {string} camera */
    on: (camera) => `${camera} is on.`,
    other_failed: "The other camera will not start.",
    wont_start: "The camera will not start. Choose a photo instead.",
    tips: {
      dark: "Too dark. Find more light.",
      backlit: "The light is behind you. Turn towards it.",
      bright: "Too bright. Move out of the glare.",
      moving: "Hold still.",
    },
    /** By the name of the exception. */
    blocked: {
      NotAllowedError: "This page may not use the camera. Allow it in your browser’s settings, or choose a photo.",
      NotFoundError: `We found no camera on this device. ${PHOTO_INSTEAD}`,
      NotReadableError: "Another program may be using the camera. Close it and try again, or choose a photo.",
      OverconstrainedError: `This camera can’t do what the page needs. ${PHOTO_INSTEAD}`,
      ended: "The camera has been unplugged or switched off. Try it again, or choose a photo.",
    },
  },

  preview: {
    title: "Happy with this photo?",
    title_added: "Add this photo?",
    retake: "Retake",
    choose_another: "Choose another",
  },

  another: {
    title: "One more, to be surer",
    lead:
      "A photo of you in another light, or from another day, makes the answer surer. We combine it with the photos you sent " +
      "before, and your result stays until there is a new one.",
    selfie: "Take a selfie",
    choose: "Choose a photo",
    back: "Back to my result",
  },

  faces: {
    message: "There are several faces in this photo. Tap yours: only that part is compared.",
    /** @param {number} place @param {number} all */
    this_is_me: (place, all) => `This is me: face ${place} of ${all}, counted from the left`,
  },

  compare: {
    /** @param {string} name */
    between: (name) => `Between you and ${name}`,
    /** @param {string} share @param {string} name */
    share: (share, name) => `${share}% ${name}`,
    why: "Feature by feature",
    features: { brow: "Brow", eyes: "Eyes", nose: "Nose", mouth: "Mouth" },
  },

  resemblance: {
    double: "The spitting image",
    striking: "A striking resemblance",
    strong: "A strong resemblance",
    good: "A good resemblance",
    passing: "A passing resemblance",
    distant: "A distant resemblance",
    original: "One of a kind",
    same_person: "Hang on, is that you? If so, may we have your autograph?",
    /** @param {number} resemblance */
    score: (resemblance) => ({ lead: number(resemblance), rest: "out of 100" }),
    /** @param {number} oneIn */
    one_in: (oneIn) => ({ lead: `1 in ${oneIn >= RAREST ? "a million" : number(oneIn)}`, rest: "pairs look this alike" }),
    /** What the number means, with one_in. */
    pairs: pairsMeaning,
    /**
     * What the number means, without one_in.
     * @param {number} percent @param {string} name
     */
    percentile(percent, name) {
      if (percent >= 100) return `You look more like ${name} than any celebrity here looks like another.`;
      if (percent <= 0) return "Every celebrity here looks more like another one than you two look alike.";
      return `You look more like ${name} than ${percent}% of the celebrities here look like any other.`;
    },
    /**
     * What is said of a low resemblance.
     * @param {string} name @param {string} meaning one of the two above
     */
    low: (name, meaning) => `You’re an original. ${name} comes closest, but no one here has quite your face. ${meaning}`,
    /** @param {number} oneIn */
    limits_of_pairs: (oneIn) =>
      `We compared the two faces, and every portrait here with every other celebrity: ${pairsShare(oneIn)}. ${
        estimate(oneIn)
      }${JUST_FUN}`,
    limits_of_percentile: `We compared the two faces and ranked the result against how alike our celebrities are. ${JUST_FUN}`,
  },

  match: {
    /** @param {number} portraits */
    few: (portraits) =>
      `There ${portraits === 1 ? "is" : "are"} only ${
        count(portraits, { one: "portrait", other: "portraits" })
      } here yet, so take the number as a rough guess.`,
    from_line_up: "From the line-up: ",
    /** @param {string} name */
    on_stage: (name) => `On stage: ${name}.`,
    /** @param {string} name */
    back_to: (name) => `Back to ${name}`,
    other_face: "Not you? Pick another face",
    also_sample: "The sample face also looks like",
    without: {
      unknown_group: "This line-up can no longer be narrowed down that way, so we compared you with everyone.",
      unknown_match: "An earlier photo is gone, so this result is for your newest photo alone.",
    },
    /** @param {string} first @param {string} second */
    close_call: (first, second) => `A close call between ${first} and ${second}: another photo may make them change places.`,
    /**
     * How many of several photos agree with a result.
     * @param {number} selfies @param {number | null} agree @param {string} name
     */
    agreement(selfies, agree, name) {
      if (agree === null) return `This result is for ${selfies} photos together.`;
      if (agree === selfies) return `${selfies === 2 ? "Both" : `All ${selfies}`} photos say ${name}.`;
      if (agree > 1) return `${agree} of your ${selfies} photos put ${name} first on their own.`;
      if (agree === 1) return `Taken alone, one of your ${selfies} photos puts ${name} first; taken together, they do.`;
      const none = selfies === 2 ? "Neither of your 2" : `None of your ${selfies}`;
      return `${none} photos puts ${name} first on its own, but together they do.`;
    },
    not_one_person: "These photos may not all show the same person. If so, delete this match and begin with one photo of you.",
    women_only: "Compared with women only.",
    men_only: "Compared with men only.",
  },

  credits: {
    no_author: "author not stated",
    source: "source",
    picture: "Picture: ",
    portrait: "Portrait",
    cropped: "cropped",
  },

  poster: {
    kicker: "YOU LOOK MOST LIKE",
    kicker_other: "YOU ALSO LOOK LIKE",
    /** On two lines, above the page's address. */
    question: ["Who’s your", "famous double?"],
    format: "Format",
    poster: "Poster",
    story: "Story",
    /**
     * What goes to friends with the poster.
     * @param {string} name @param {string | null} number @param {boolean} isFirst whether no other celebrity is more alike
     */
    message: (name, number, isFirst) =>
      `I ${isFirst ? "look most" : "also look"} like ${name}${number ? ` (${number})` : ""}. Who’s your famous double?`,
    drawing: "Making your poster.",
    ready: "Your poster is ready.",
    failed: "Your poster could not be made just now. Check your connection and try again; if this page has been open for an " +
      "hour, reload it first.",
    shared: "Shared.",
    saving: "Saving your poster.",
    copied: "Copied. Paste it wherever you like.",
    not_allowed: "Your browser does not let this page share. Save the poster and send it from your pictures.",
    not_shared: "That did not work. Save the poster and send it from your pictures.",
    not_copied: "Your browser did not let us copy it. Save the poster instead.",
    /** @param {string} name @param {string | null} verdict @param {boolean} isFirst */
    describe: (name, verdict, isFirst) =>
      `Poster: you ${isFirst ? "look most" : "also look"} like ${name}${verdict ? `, ${verdict}` : ""}.`,
  },

  line_up: {
    lead: "Everyone you can be matched with, and who took the pictures.",
    legend: "Which line-up?",
    play: "Find my double here",
    more: "Show more",
    try_again: "Try again",
    search: "Find a person",
    /** @param {number} people who were searched for and found */
    found: (people) => (people ? `Found ${more.line_up.people(people)}` : "No one of that name is here."),
    gone: "This line-up is gone. Choose another.",
    failed: "We could not fetch the line-up. Check your connection.",
    empty: "No one is in this line-up yet.",
    /** @param {number} people */
    people: (people) => count(people, { one: "person", other: "people" }),
    /** @param {number} portraits */
    portraits: (portraits) => count(portraits, { one: "portrait", other: "portraits" }),
    /** @param {number} people @param {number} portraits */
    all: (people, portraits) => `${more.line_up.people(people)}, ${more.line_up.portraits(portraits)}`,
    /**
     * @param {number} people listed so far
     * @param {number | null} portraits in all, where that is known
     */
    first: (people, portraits) =>
      `Showing the first ${more.line_up.people(people)}${
        portraits === null ? "" : `; ${more.line_up.portraits(portraits)} in all`
      }`,
    /** @param {string} name */
    portrait_of: (name) => `Portrait of ${name}`,
    /** @param {number} place @param {string} name */
    portrait_number: (place, name) => `Portrait ${place} of ${name}`,
  },

  matches: {
    earlier: "Show earlier ones",
    try_again: "Try again",
    signed_out: "Sign in again to see your matches.",
    failed: "We could not fetch your matches. Check your connection.",
    delete: "Delete",
    /** @param {string} title @param {string} when */
    delete_which: (title, when) => `Delete ${title}, ${when}`,
    deleted: "That photo and its match are deleted.",
    looking: "Still looking",
    looking_hint: "Come back in a moment.",
    none: "No match",
  },

  deletion_failed: "We could not delete it just now. Check your connection and try again.",

  /** What happens with a photo; [brackets] hold what is emphasised. */
  privacy: {
    device:
      "[On your device] it is turned upright and made smaller, and what the camera wrote into it, such as the place, is removed. Only then is it sent.",
    compared:
      "[It is compared with the portraits.] Face recognition software does that, only when you ask for a match. Your face is not added to a face database, so no one can find you with it later. If you add photos, we also tell you where they may show two people.",
    /** @param {number} number how many days */
    kept: (number) =>
      `[We keep it for ${days(number)}], show it to you alone, and erase it within a few days after that. Without an account, ` +
      "only this browser knows the secret addresses of your last five results, and a sixth replaces the oldest.",
    match: "[Your match], the names and how close you came, is deleted with the photo, or after a year if you have an account.",
    amazon:
      "[On Amazon’s computers.] Photos are stored at Amazon Web Services and compared by Amazon Rekognition. A log of each comparison is kept for 90 days; it names no one and holds no photo. We count for a day how many matches come from one IP address, under a code that cannot be turned back into the address.",
    delete:
      "[You can delete it at any time], and it is gone at once. If you compared it with others, that copy belongs to a match of its own: delete that one too. With an account you can also download everything we keep, or delete your account and everything in it.",
    no_one_else: "[We show it to no one else.] A poster is made on your device, and leaves it only if you share it.",
    adults: "[Adults only, and only your own face.] A resemblance is just for fun and says nothing about who you are.",
  },

  retention: {
    title: "How long we keep what",
    head: ["What", "How long"],
    /**
     * @param {typeof import("../privacy-notes.js").KEPT & {photo_days: number}} kept
     * @returns {[what: string, howLong: string][]}
     */
    rows: (kept) => [
      [
        "Your photo",
        `${days(kept.photo_days)}. After that, or when you delete it, no one can see it. Once its time is up, the storage ` +
        `erases the photo ${
          days(kept.erased_photo_days)
        } later, sometimes a day or two after that; a photo that you delete is erased at once.`,
      ],
      ["A copy of it, when you compare it with others", "As long as the photo at most. It is deleted with its own match."],
      ["How similar you are to each celebrity", "As long as the photo."],
      ["Your match, without an account", "As long as the photo, or until you delete it."],
      ["Your match, with an account", `${days(kept.member_match_days)}, or until you delete it.`],
      ["A match whose photo never came", `${days(kept.unsent_match_days)} and about half an hour.`],
      ["Your email address and password, with an account", "Until you delete your account. The password is kept scrambled."],
      [
        "A mark that an account was deleted, without your name or address",
        `${hours(kept.signed_out_hours)}, so that no one can use an old sign-in.`,
      ],
      [
        "How many matches came from one account or IP address",
        `${days(kept.counter_days)}, under a code that cannot be turned back.`,
      ],
      ["What our programs write about their work", `${days(kept.log_days)}. It names no one, and a match only by a code.`],
      ["The steps of each comparison", `${days(kept.history_days)}. They hold no photo, account or address.`],
      [
        "Notes on tasks that failed and will be tried again",
        `${
          days(kept.failed_work_days)
        }. They name a match or an account by its code; where a photo could not be worked on, they can hold the IP address that sent it.`,
      ],
      [
        "A celebrity’s portrait that was taken out",
        `${days(kept.portrait_copy_days)}, in copies that browsers and networks hold; then no one gets it any more.`,
      ],
      [
        "On this device",
        "Where your last results are found, as long as your photos at most or until you delete them; your sign-in, until you sign out; and your choices of language, line-up and consent.",
      ],
    ],
    local:
      "This copy of the page runs on one computer, and erases things only while it runs: a photo at most an hour after its " +
      "time is over.",
    age_title: "Adults only",
    age: "You must be 18 or older to send a photo, and it must show your own face. Please send no photo of a child. We have no " +
      "way to check your age, so we ask you to say it before the first photo. If a child’s photo was sent, delete the match: the photo " +
      "is erased at once.",
  },

  my_data: {
    saved: "Your data is in your downloads.",
    collecting: "Collecting your data…",
    failed: "We could not fetch your data just now. Check your connection and try again.",
    /** The page in the archive. */
    archive: {
      title: "Your data from You’re My Celebrity",
      /** @param {string} day */
      lead: (day) =>
        `All that we kept about you on ${day}. The file data.json beside this page has everything in a form that programs can read.`,
      erased: "The photo has been erased.",
      no_result: "No result.",
    },
  },

  account: {
    new_code: "A new code is on its way.",
    steps: {
      "sign-in": {
        title: "Sign in",
        lead: "Your matches come with you from device to device.",
        submit: "Sign in",
      },
      "sign-up": {
        title: "Create your account",
        lead: "An account keeps your matches, so that you can come back to them. The matches on this device move into it.",
        submit: "Create account",
      },
      confirm: {
        title: "Check your email",
        lead: "We have sent a code to your address. It shows us that the address is yours.",
        submit: "Confirm",
      },
      forgotten: {
        title: "Forgotten your password?",
        lead: "It happens to the best. We email you a code, and you choose a new password.",
        submit: "Send me a code",
      },
      reset: {
        title: "Choose a new password",
        lead: "If there is an account with your address, a code is on its way to it.",
        submit: "Change password",
      },
    },
    /** What the button that leads to a step says. */
    ways: {
      "sign-in": "I have an account",
      "sign-up": "Create an account",
      confirm: "I have a code",
      forgotten: "Forgotten your password?",
      reset: "I have a code",
    },
    back_to_sign_in: "Back to sign in",
    /** By Cognito's exception, or our own code. */
    refusals: {
      AliasExistsException: HAS_ACCOUNT,
      ChallengeNotSupported: "This account asks for a step that this page cannot do. Ask the people who run it.",
      CodeDeliveryFailureException: ELSEWHERE,
      CodeMismatchException: WRONG_CODE,
      ExpiredCodeException: "That code has expired. Ask for a new one.",
      ForbiddenException: TOO_OFTEN,
      InternalErrorException: NO_ANSWER,
      InvalidParameterException: "Something you entered is not right. Check the address and try again.",
      InvalidPasswordException: "That password is too short. Use at least 10 characters.",
      LimitExceededException: TOO_OFTEN,
      NotAuthorizedException: UNKNOWN_PAIR,
      PasswordHistoryPolicyViolationException: "You have used that password before. Choose another.",
      PasswordResetRequiredException: "This account needs a new password first. Ask for a code below.",
      ResourceNotFoundException: "Accounts are not set up here.",
      TooManyFailedAttemptsException: TOO_OFTEN,
      TooManyRequestsException: "It’s busy right now. Wait a moment, then try again.",
      UserNotConfirmedException: "This address is not confirmed yet. We have sent you a new code.",
      UserNotFoundException: UNKNOWN_PAIR,
      UsernameExistsException: HAS_ACCOUNT,
      network_lost: "We cannot be reached from your device. Check your connection and try again.",
      service_unavailable: NO_ANSWER,
      signed_out: "You have been signed out. Sign in again.",
    },
    too_often: TOO_OFTEN,
    switched_off: "This account has been switched off.",
    confirmed_already: "This address is confirmed already. Sign in.",
    unknown_refusal: "That did not work, and we do not know why. Try again in a moment.",
  },
};

/** @typedef {typeof more} More */
