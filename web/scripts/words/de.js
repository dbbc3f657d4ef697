/** The German words: all of them, those of index.html too. */
import { formats } from "../formats.js";

const { count, date, number } = formats("de");

/** @param {number} amount */
const days = (amount) => (amount === 1 ? "einen Tag" : count(amount, { one: "Tag", other: "Tage" }));
/** @param {number} amount */
const amountOfDays = (amount) => count(amount, { one: "Tag", other: "Tage" });

/** The texts of index.html, by data-words; [brackets] hold what goes into the elements inside. */
export const page = {
  my_matches: "Meine Treffer",
  sign_in: "Anmelden",
  stage_you: "Du",
  sample: "Beispiel",
  stage_double: "Dein Double",
  compare: "Vergleichen",
  welcome_title: "Wer ist dein berühmtes Double?",
  welcome_lead: "Ein Selfie, und der Vorhang hebt sich für den Star, dem du am ähnlichsten siehst.",
  fact_compared:
    "[Verglichen, nie in eine Gesichtsdatenbank aufgenommen.] Wir vergleichen dein Gesicht für deinen Treffer mit Porträts von Stars, und nur, wenn du es willst.",
  fact_adults: "[Nur für Erwachsene, nur mit dem eigenen Gesicht.] Bitte schick keine Fotos von Kindern oder von anderen.",
  on_this_computer:
    "[Auf einem Rechner.] Diese Kopie der Seite läuft auf einem einzigen Rechner, und dein Foto verlässt ihn nicht.",
  to_privacy: "Was mit deinem Foto passiert",
  to_line_up: "Mit wem wir dich vergleichen",
  consent_more: "Mehr",
  consent: "Einverstanden. Ich bin mindestens 18, und das ist mein eigenes Gesicht.",
  consent_missing: "Bitte setz zuerst dieses Häkchen: Ohne dein Okay schicken wir nichts ab.",
  take_selfie: "Selfie aufnehmen",
  choose_photo: "Foto auswählen",
  try_sample: "Mit einem Beispielgesicht ausprobieren",
  drop_note: "oder zieh eins hierher, oder füg es ein",
  camera_title: "Richte dein Gesicht aus",
  camera_advice: "Dreh dich zum Licht, füll das Oval aus, schau geradeaus.",
  camera_take: "Foto aufnehmen",
  camera_choose: "Stattdessen ein Foto auswählen",
  camera_again: "Kamera noch einmal starten",
  camera_switch: "Kamera wechseln",
  back: "Zurück",
  preview_title: "Gefällt dir das Foto?",
  preview_note: "Wir werten es zusammen mit deinen früheren Fotos aus.",
  preview_use: "Dieses Foto nehmen",
  preview_retake: "Noch einmal",
  preview_rotate: "Drehen",
  cancel: "Abbrechen",
  progress_title: "Wir suchen dein Double …",
  result_kicker: "Am ähnlichsten siehst du",
  result_kicker_other: "Ähnlich siehst du auch",
  result_kicker_sample: "Am ähnlichsten sieht das Beispielgesicht",
  result_add: "Noch ein Foto, zur Sicherheit",
  result_limits: "So kommt die Zahl zustande",
  result_method:
    "Kein Porträt war dir für den üblichen Vergleich nah genug. Deshalb haben wir verglichen, wie Augen, Nase und Mund zueinander stehen.",
  result_selfie_gone: "Dein Foto haben wir nicht mehr; nur der Treffer ist noch da.",
  result_others: "Ähnlich siehst du auch",
  result_credits: "Bildnachweise",
  result_share: "Poster machen",
  result_retake: "Anderes Foto versuchen",
  result_delete: "Diesen Treffer löschen",
  another_photo: "Anderes Foto nehmen",
  back_to_result: "Zurück zu meinem Treffer",
  account_no_mail:
    "Diese Kopie läuft auf einem einzigen Rechner und verschickt keine E-Mails: Der Code steht im Terminal, in dem sie läuft.",
  account_email: "E-Mail-Adresse",
  account_code: "Code aus der E-Mail",
  account_password: "Passwort",
  account_password_hint: "Mindestens 10 Zeichen. Ein kurzer Satz lässt sich leicht merken.",
  account_show: "Passwort zeigen",
  account_resend: "Neuen Code schicken",
  data_title: "Dein Konto",
  data_who: "Angemeldet als []",
  data_what: "Was wir über dich speichern",
  data_account: "[Deine E-Mail-Adresse und dein Passwort], damit du dich anmelden kannst, bis du dein Konto löschst.",
  data_matches:
    "[Deine Treffer]: wem du wann ähnlich gesehen hast, ein Jahr lang. Unter [Meine Treffer] kannst du jeden einzeln löschen.",
  data_download: "Meine Daten herunterladen",
  data_sign_out: "Abmelden",
  data_forget: "Mein Konto löschen",
  matches_title: "Deine Treffer",
  matches_empty: "Noch keine Treffer. Bis zum ersten fehlt nur ein Foto.",
  matches_on_device:
    "Ohne Konto merkt sich dieses Gerät den Weg zu deinen letzten fünf Treffern, solange wir deine Fotos behalten. Wer es benutzt, kann sie öffnen.",
  matches_clear: "Diese Treffer löschen",
  matches_first: "Mein Double finden",
  line_up_title: "Die Besetzung",
  faces_title: "Wer davon bist du?",
  footer: "Nur zum Spaß. Bei jedem Treffer steht, von wem das Porträt ist.",
  footer_line_up: "Besetzung",
  footer_privacy: "Datenschutz",
  delete_confirm: "Endgültig löschen",
  delete_keep: "Behalten",
  poster_title: "Dein Poster",
  close: "Schließen",
  poster_drawing: "Dein Poster entsteht …",
  poster_note: "Auf deinem Gerät gemacht. Niemand sieht es, wenn du es nicht teilst.",
  poster_share: "Teilen",
  poster_save: "Speichern",
  poster_copy: "Bild kopieren",
  poster_again: "Noch einmal versuchen",
  drop_here: "Leg dein Foto hier ab",
  languages: "Sprache",
  nav_label: "Dein Konto",
  your_photo: "Dein Foto",
  photo_file: "Foto von diesem Gerät",
  photo_capture: "Foto von der Kamera",
  camera_video: "Deine Kamera, gespiegelt",
  preview_photo: "Das Foto, das du gleich sendest",
  faces_photo: "Das Foto, das du gesendet hast",
};

/** @type {import("./en.js").Words} */
export const words = {
  retention: {
    welcome: (amount) =>
      `[${
        count(amount, { one: "Tag", other: "Tage" })
      } aufbewahrt, dann gelöscht.] Du kannst dein Foto jederzeit löschen, und es ist sofort weg.`,
    line: (amount) => `Wir vergleichen dein Foto für diesen Treffer und bewahren es ${days(amount)} auf.`,
    my_data: (amount) => `[Deine Fotos], jedes für ${days(amount)}; dann werden sie gelöscht.`,
  },

  stage: {
    you: "Du",
    your_double: "Dein Double",
    portrait_of: (name) => `Porträt von ${name}`,
  },

  /** @param {number} portraits */
  small_line_up: (portraits) => `Noch eine kleine Auswahl: ${count(portraits, { one: "Porträt", other: "Porträts" })}`,

  packs_legend: "Wähl eine Besetzung",

  account: {
    sign_in: "Anmelden",
    account: "Konto",
    signed_out: "Abgemeldet.",
    signed_in_as: (email) => `Angemeldet als ${email}.`,
    forgotten: "Dein Konto ist gelöscht, deine Fotos und Treffer auch.",
  },

  deletion: {
    match_title: "Diesen Treffer löschen?",
    match: "Dein Foto und dein Treffer werden endgültig gelöscht.",
    match_of_several: "Deine Fotos und ihr Ergebnis werden endgültig gelöscht.",
    match_done: "Dein Foto und dein Treffer sind gelöscht.",
    results_title: "Deine Treffer löschen?",
    results: "Deine letzten Treffer und ihre Fotos werden endgültig gelöscht, hier und auf dem Server.",
    results_done: "Gelöscht: Auf diesem Gerät sind keine Treffer mehr.",
    everything_title: "Dein Konto mit allem darin löschen?",
    everything: "Dein Konto, alle Treffer und alle Fotos werden endgültig gelöscht.",
  },

  out_of_reach: "Dieser Teil der Seite ließ sich nicht laden. Prüf deine Verbindung oder lade die Seite neu.",
  poster_out_of_reach: "Das Poster ließ sich nicht laden. Prüf deine Verbindung.",
  still_no_connection: "Immer noch keine Verbindung.",

  progress: {
    sending: "Dein Foto wird gesendet …",
    sending_aloud: "Dein Foto wird gesendet.",
    sending_percent: (percent) => `Dein Foto wird gesendet: ${Math.round(percent)} %`,
    looking: "Wir vergleichen dich mit unseren Stars …",
    looking_again: "Wir holen deinen Treffer zurück …",
    looking_aloud: "Wir suchen deinen Treffer.",
    slow: "Wir suchen noch. Es dauert etwas länger als sonst.",
    ready: (name) => `Dein Treffer ist da: ${name}.`,
    trying_again: "Wir versuchen es noch einmal …",
    stalled: {
      offline: "Du bist offline. Es geht weiter, sobald du wieder da bist.",
      network_lost: "Die Verbindung ist abgerissen. Wir versuchen es noch einmal …",
      too_many_requests: "Gerade ist viel los. Wir versuchen es gleich wieder …",
      busy: "Gerade ist viel los. Wir versuchen es gleich wieder …",
      service_unavailable: "Noch keine Antwort. Wir versuchen es noch einmal …",
    },
  },

  opening: "Dein Foto wird geöffnet …",

  last_match: (name) => `Dein letzter Treffer: ${name}`,
  choose_another: "Anderes Foto auswählen",
  pick_face: "Anderes Gesicht auswählen",

  groups: {
    legend: "Vergleich mich mit",
    legend_newest: "Vergleich mein neuestes Foto mit",
    everyone: "Allen",
    women: "Frauen",
    men: "Männern",
  },

  packs: {
    filling: (stage, done, total) =>
      `${stage === "indexing" ? "Weitere Stars kommen dazu" : "Weitere Stars werden geholt"}: ${done} von ${total}`,
    done_of: (done, total) => `${done} von ${total}`,
    complete: "Alle sind da.",
  },

  next_steps: {
    another: "Neues Foto aufnehmen",
    resend: "Noch einmal versuchen",
    agree: "Lesen und wieder zustimmen",
    "sign-in": "Anmelden",
    reload: "Seite neu laden",
    reopen: "Noch einmal versuchen",
  },

  failures: {
    network_lost: {
      title: "Die Verbindung ist weg",
      message: "Dein Gerät konnte uns nicht erreichen.",
      hint: "Prüf deine Verbindung. Wir machen da weiter, wo wir waren.",
    },
    offline: {
      title: "Du bist offline",
      message: "Diese Seite öffnet sich ohne Verbindung, aber für einen Treffer brauchst du eine.",
      hint: "Deine Treffer sind sicher und öffnen sich wieder, sobald du verbunden bist. Dann macht die Seite von selbst weiter.",
    },
    forbidden: {
      title: "Bitte melde dich zuerst an",
      message: "Gäste können hier im Moment keinen Vergleich starten.",
      hint: "Mit einem Konto kannst du es.",
    },
    page_incomplete: {
      title: "Ein Teil der Seite wurde nicht geladen",
      message: "Etwas, das diese Seite braucht, ließ sich nicht laden.",
      hint: "Prüf deine Verbindung und lade die Seite dann neu. Die Treffer, die du hast, sind sicher.",
    },
    unexpected: {
      title: "Etwas ist schiefgegangen",
      message: "Das stand nicht im Drehbuch: Mit diesem Fehler haben wir nicht gerechnet.",
      hint: "Versuch es noch einmal. Wenn es wieder passiert, hilft vielleicht ein anderes Foto.",
    },
  },
};

const WRONG_CODE = "Das ist nicht der Code, den wir geschickt haben. Prüf ihn oder lass dir einen neuen schicken.";
const TOO_OFTEN = "Das wurde zu oft versucht. Warte ein paar Minuten und versuch es dann noch einmal.";
const ELSEWHERE = "An diese Adresse können wir keine E-Mail schicken. Prüf sie oder nimm eine andere.";
const UNKNOWN_PAIR = "Adresse und Passwort passen nicht zusammen.";
const NO_ANSWER = "Das Anmelden geht gerade nicht. Versuch es gleich noch einmal.";
const HAS_ACCOUNT = "Zu dieser Adresse gibt es schon ein Konto. Melde dich stattdessen an.";
const PHOTO_INSTEAD = "Ein Foto geht genauso gut.";
const RAREST = 1_000_000;
const JUST_FUN = "Licht und Blickwinkel ändern sie; es ist nur ein Spaß.";

/** @param {number} oneIn */
function pairsMeaning(oneIn) {
  if (oneIn >= RAREST) {
    return "Höchstens eins von einer Million Paaren aus zwei beliebigen Stars sieht sich so ähnlich wie ihr beide.";
  }
  if (oneIn < 2) return "Die meisten Paare aus zwei beliebigen Stars sehen sich so ähnlich wie ihr beide.";
  return `${oneIn < 100 ? "Etwa" : "Nur etwa"} eins von ${
    number(oneIn)
  } Paaren aus zwei beliebigen Stars sieht sich so ähnlich wie ihr beide.`;
}

/** @param {number} oneIn */
function pairsShare(oneIn) {
  if (oneIn >= RAREST) {
    return "Keins dieser Paare ist sich so ähnlich wie ihr beide; geschätzt wäre es höchstens eins von einer Million.";
  }
  if (oneIn < 2) return "Die meisten dieser Paare sind sich so ähnlich wie ihr beide.";
  return `Etwa eins von ${number(oneIn)} dieser Paare ist sich mindestens so ähnlich wie ihr beide.${
    oneIn < 1000 ? "" : " Eine so große Zahl ist geschätzt."
  }`;
}

/** @type {import("./en-more.js").More} */
export const more = {
  date: (time) => date(new Date(time)),

  failures: {
    unsupported_image: {
      title: "Wir können das Bild nicht öffnen",
      message: "Diese Datei ließ sich nicht als Foto lesen.",
      hint: "Nimm ein Foto als JPEG oder PNG. Ein Screenshot des Fotos geht auch.",
    },
    heic_image: {
      title: "Dieser Browser kann keine HEIC-Fotos öffnen",
      message: "Dein Handy hat das Foto in einem Format gespeichert, das dieser Browser nicht lesen kann.",
      hint: "Öffne diese Seite auf dem Handy selbst oder exportiere das Foto zuerst als JPEG.",
    },
    image_too_small: {
      title: "Das Foto ist zu klein",
      message: "Es hat zu wenige Pixel, um Gesichter zu unterscheiden.",
      hint: "Nimm das Original, kein Vorschaubild und kein Profilbild.",
    },
    image_too_large: {
      title: "Das Foto ist zu groß",
      message: "Es ist größer, als wir annehmen können.",
      hint: "Schneide es auf dein Gesicht zu oder mach hier ein neues.",
    },
    no_face: {
      title: "Wir sehen kein Gesicht",
      message: "Wir konnten auf diesem Foto kein Gesicht finden.",
      hint: "Schau gerade in die Kamera, mit dem ganzen Gesicht im Bild und im Licht.",
    },
    several_faces: {
      title: "Mehr als ein Gesicht",
      message: "Auf diesem Foto sind mehrere Gesichter, und wir können nicht erkennen, welches deins ist.",
      hint: "Nimm ein Foto, auf dem du allein bist.",
    },
    face_too_small: {
      title: "Dein Gesicht ist zu weit weg",
      message: "Es ist auf diesem Foto zu klein für einen Vergleich.",
      hint: "Bereit für die Nahaufnahme? Komm näher, bis dein Gesicht etwa ein Drittel des Bildes füllt.",
    },
    face_turned_away: {
      title: "Dein Gesicht ist weggedreht",
      message: "Wir müssen es von vorn sehen.",
      hint: "Schau gerade in die Linse, das Kinn waagerecht.",
    },
    face_too_blurry: {
      title: "Das Foto ist unscharf",
      message: "Dein Gesicht ist zu unscharf für einen Vergleich.",
      hint: "Wisch die Linse ab, halt still und lass die Kamera erst scharf stellen.",
    },
    face_too_dark: {
      title: "Dein Gesicht ist zu dunkel",
      message: "Es bekommt zu wenig Licht für einen Vergleich.",
      hint: "Dreh dich zu einem Fenster oder einer Lampe, damit Licht auf dein Gesicht fällt.",
    },
    face_covered: {
      title: "Dein Gesicht ist verdeckt",
      message: "Etwas verdeckt einen Teil deines Gesichts.",
      hint: "Nimm Sonnenbrille oder Maske ab und streich dir die Haare aus den Augen.",
    },
    catalog_empty: {
      title: "Noch ist niemand zum Vergleichen da",
      message: "Diese Besetzung hat im Moment keine Porträts.",
      hint: "Vielleicht sind sie noch unterwegs. Versuch es in ein paar Minuten noch einmal.",
    },
    timed_out: {
      title: "Das hat zu lange gedauert",
      message: "Deinen Treffer zu finden hat länger gedauert, als es sollte.",
      hint: "Höchstwahrscheinlich liegt es nicht an deinem Foto. Bitte versuch es noch einmal.",
    },
    service_unavailable: {
      title: "Bei uns klemmt etwas",
      message: "Ein Teil unseres Dienstes antwortet nicht.",
      hint: "Es liegt nicht an dir und nicht an deinem Foto. Warte einen Moment und versuch es noch einmal.",
    },
    upload_refused: {
      title: "Das Hochladen hat nicht geklappt",
      message: "Dein Foto wurde nicht angenommen, wahrscheinlich weil die Erlaubnis zum Senden abgelaufen war.",
      hint: "Versuch es noch einmal: Jeder Versuch bekommt eine neue Erlaubnis.",
    },
    upload_interrupted: {
      title: "Dein Foto ist nicht angekommen",
      message: "Das Senden wurde unterbrochen, bevor das Foto da war.",
      hint: "Bitte nimm das Foto noch einmal auf oder wähl es noch einmal aus.",
    },
    expired: {
      title: "Dieser Treffer ist geschlossen",
      message: "Er hat zu lange auf sein Foto gewartet.",
      hint: "Fang neu an. Es dauert ein paar Sekunden.",
    },
    not_found: {
      title: "Diesen Treffer gibt es nicht mehr",
      message: "Er wurde gelöscht, oder seine Zeit war um.",
      hint: "Fang neu an, wann immer du magst.",
    },
    consent_required: {
      title: "Unser Datenschutzversprechen hat sich geändert",
      message: "Seit du zugestimmt hast, haben wir geändert, was wir dir über dein Foto sagen.",
      hint: "Bitte lies es noch einmal. Es wurde nichts gesendet.",
    },
    unknown_pack: {
      title: "Diese Besetzung gibt es nicht mehr",
      message: "Die Stars, mit denen wir dich vergleichen sollten, sind nicht mehr hier.",
      hint:
        "Dein Foto ist noch da: Versuch es noch einmal, und wir vergleichen es mit einer anderen Besetzung. Oder geh zurück und wähl eine.",
    },
    unknown_group: {
      title: "Diese Auswahl gibt es nicht mehr",
      message: "Diese Besetzung lässt sich nicht mehr so eingrenzen, wie du es gewählt hast.",
      hint: "Dein Foto ist noch da: Versuch es noch einmal, und wir vergleichen es mit allen.",
    },
    unknown_match: {
      title: "Das frühere Foto ist weg",
      message: "Das Foto, das du noch einmal verwenden wolltest, haben wir nicht mehr.",
      hint: "Mach ein neues. Es dauert ein paar Sekunden.",
    },
    too_many_requests: {
      title: "Gerade ist sehr viel los",
      message: "Zu viele Leute wollen gleichzeitig einen Treffer.",
      hint: "Warte eine Minute und versuch es dann noch einmal. Dein Foto ist noch da.",
    },
    busy: {
      title: "Gerade ist alles voll",
      message: "Im Moment sind viele Leute vor dir dran.",
      hint: "Warte eine Minute und versuch es dann noch einmal. Dein Foto ist noch da.",
    },
    too_many_matches: {
      title: "Für heute ist dein Limit erreicht",
      message: "Ein Konto oder die Gäste einer IP-Adresse können pro Tag nur eine begrenzte Zahl von Treffern haben.",
      hint: "Komm morgen wieder: Um Mitternacht UTC wird neu gezählt.",
    },
    sold_out: {
      title: "Heute gibt es keine Treffer mehr",
      message: "Wir haben heute so viele Treffer gefunden, wie wir können. Sozusagen: ausverkauft.",
      hint: "Komm morgen wieder: Um Mitternacht UTC geht es weiter.",
    },
    signed_out: {
      title: "Du wurdest abgemeldet",
      message: "Deine Anmeldung ist seit deinem letzten Besuch abgelaufen.",
      hint: "Melde dich wieder an, und alles ist da, wo du es gelassen hast.",
    },
  },

  camera: {
    take: "Foto aufnehmen",
    skip: "Countdown überspringen",
    waiting: "Wir warten auf die Kamera. Vielleicht fragt dein Browser gerade, ob du sie erlaubst.",
    dark: "Die Kamera zeigt nur Schwarz. Ist sie verdeckt?",
    yours: "Deine Kamera",
    yours_mirrored: "Deine Kamera, gespiegelt",
    the: "Die Kamera",
    front: "Die Frontkamera",
    rear: "Die Rückkamera",
    on: (camera) => `${camera} ist an.`,
    other_failed: "Die andere Kamera startet nicht.",
    wont_start: "Die Kamera startet nicht. Wähl stattdessen ein Foto aus.",
    tips: {
      dark: "Zu dunkel. Such mehr Licht.",
      backlit: "Das Licht ist hinter dir. Dreh dich zu ihm.",
      bright: "Zu hell. Geh aus dem grellen Licht.",
      moving: "Halt still.",
    },
    blocked: {
      NotAllowedError:
        "Diese Seite darf die Kamera nicht benutzen. Erlaube es in den Einstellungen deines Browsers oder wähl ein Foto aus.",
      NotFoundError: `Wir haben an diesem Gerät keine Kamera gefunden. ${PHOTO_INSTEAD}`,
      NotReadableError:
        "Vielleicht benutzt ein anderes Programm die Kamera. Schließ es und versuch es noch einmal oder wähl ein Foto aus.",
      OverconstrainedError: `Diese Kamera kann nicht, was die Seite braucht. ${PHOTO_INSTEAD}`,
      ended: "Die Kamera wurde abgesteckt oder ausgeschaltet. Versuch es noch einmal oder wähl ein Foto aus.",
    },
  },

  preview: {
    title: "Gefällt dir das Foto?",
    title_added: "Dieses Foto dazunehmen?",
    retake: "Noch einmal",
    choose_another: "Anderes auswählen",
  },

  another: {
    title: "Noch eins, zur Sicherheit",
    lead:
      "Ein Foto von dir in anderem Licht oder von einem anderen Tag macht die Antwort sicherer. Wir werten es zusammen mit deinen " +
      "früheren Fotos aus, und dein Ergebnis bleibt, bis es ein neues gibt.",
    selfie: "Selfie aufnehmen",
    choose: "Foto auswählen",
    back: "Zurück zu meinem Treffer",
  },

  faces: {
    message: "Auf diesem Foto sind mehrere Gesichter. Tipp auf deins: Nur dieser Teil wird verglichen.",
    this_is_me: (place, all) => `Das bin ich: Gesicht ${place} von ${all}, von links gezählt`,
  },

  compare: {
    between: (name) => `Zwischen dir und ${name}`,
    share: (share, name) => `${share} % ${name}`,
    why: "Merkmal für Merkmal",
    features: { brow: "Brauen", eyes: "Augen", nose: "Nase", mouth: "Mund" },
  },

  resemblance: {
    double: "Zum Verwechseln ähnlich",
    striking: "Verblüffend ähnlich",
    strong: "Sehr ähnlich",
    good: "Ganz schön ähnlich",
    passing: "Etwas ähnlich",
    distant: "Entfernt ähnlich",
    original: "Ein Original",
    same_person: "Moment, bist du das etwa? Dann hätten wir gern ein Autogramm!",
    score: (resemblance) => ({ lead: number(resemblance), rest: "von 100" }),
    one_in: (oneIn) => ({
      lead: oneIn >= RAREST ? "1 von einer Million" : `1 von ${number(oneIn)}`,
      rest: "Gesichterpaaren ist sich so ähnlich",
    }),
    pairs: pairsMeaning,
    percentile(percent, name) {
      if (percent >= 100) return `Du siehst ${name} ähnlicher als irgendein Star hier einem anderen.`;
      if (percent <= 0) return "Jeder Star hier sieht irgendeinem anderen ähnlicher als ihr beide einander.";
      return `Du siehst ${name} ähnlicher als ${percent} % der Stars hier irgendeinem anderen.`;
    },
    low: (name, meaning) =>
      `Du bist ein Original. Am nächsten kommt dir ${name}, aber ganz dein Gesicht hat hier niemand. ${meaning}`,
    limits_of_pairs: (oneIn) =>
      `Wir haben die beiden Gesichter verglichen und jedes Porträt hier mit jedem anderen Star. ${pairsShare(oneIn)} ` +
      "Licht und Blickwinkel ändern die Zahl; es ist nur ein Spaß.",
    limits_of_percentile:
      `Wir haben die beiden Gesichter verglichen und die Zahl danach bestimmt, wie ähnlich sich unsere Stars sind. ${JUST_FUN}`,
  },

  match: {
    /** @param {number} portraits */
    few: (portraits) =>
      `Hier gibt es erst ${
        count(portraits, { one: "Porträt", other: "Porträts" })
      }, deshalb ist die Zahl nur ein grober Anhaltspunkt.`,
    from_line_up: "Aus der Besetzung: ",
    on_stage: (name) => `Auf der Bühne: ${name}.`,
    back_to: (name) => `Zurück zu ${name}`,
    other_face: "Das bist nicht du? Wähl ein anderes Gesicht",
    also_sample: "Ähnlich sieht das Beispielgesicht auch",
    without: {
      unknown_group: "Diese Besetzung lässt sich nicht mehr so eingrenzen, deshalb haben wir dich mit allen verglichen.",
      unknown_match: "Ein früheres Foto ist nicht mehr da, deshalb gilt dieses Ergebnis nur für dein neuestes.",
    },
    close_call: (first, second) =>
      `Es ist knapp zwischen ${first} und ${second}: Mit einem weiteren Foto tauschen sie vielleicht die Plätze.`,
    agreement(selfies, agree, name) {
      if (agree === null) return `Dieses Ergebnis gilt für ${selfies} Fotos zusammen.`;
      if (agree === selfies) return `${selfies === 2 ? "Beide" : `Alle ${selfies}`} Fotos sprechen für ${name}.`;
      if (agree > 1) return `${agree} deiner ${selfies} Fotos setzen ${name} auch einzeln an die erste Stelle.`;
      if (agree === 1) return `Einzeln setzt nur eins deiner ${selfies} Fotos ${name} an die erste Stelle; zusammen tun es alle.`;
      return `Keins deiner ${selfies} Fotos setzt ${name} einzeln an die erste Stelle, alle zusammen aber schon.`;
    },
    not_one_person:
      "Vielleicht zeigen diese Fotos nicht alle dieselbe Person. Wenn das so ist, lösche diesen Treffer und beginne mit einem Foto von dir.",
    women_only: "Nur mit Frauen verglichen.",
    men_only: "Nur mit Männern verglichen.",
  },

  credits: {
    no_author: "Urheber nicht angegeben",
    source: "Quelle",
    picture: "Bild: ",
    portrait: "Porträt",
    cropped: "zugeschnitten",
  },

  poster: {
    kicker: "AM ÄHNLICHSTEN SIEHST DU",
    kicker_other: "ÄHNLICH SIEHST DU AUCH",
    question: ["Wer ist dein", "berühmtes Double?"],
    format: "Format",
    poster: "Poster",
    story: "Story",
    message: (name, number, isFirst) =>
      `${isFirst ? "Am ähnlichsten sehe ich" : "Ähnlich sehe ich auch"} ${name}${
        number ? ` (${number})` : ""
      }. Wer ist dein berühmtes Double?`,
    drawing: "Dein Poster entsteht.",
    ready: "Dein Poster ist fertig.",
    failed:
      "Dein Poster ließ sich gerade nicht machen. Prüf deine Verbindung und versuch es noch einmal; ist diese Seite schon " +
      "seit einer Stunde offen, lade sie zuerst neu.",
    shared: "Geteilt.",
    saving: "Dein Poster wird gespeichert.",
    copied: "Kopiert. Füg es ein, wo du magst.",
    not_allowed:
      "Dein Browser erlaubt dieser Seite nicht, das Poster zu teilen. Speichere das Poster und verschick es aus deinen Bildern.",
    not_shared: "Das hat nicht geklappt. Speichere das Poster und verschick es aus deinen Bildern.",
    not_copied: "Dein Browser hat das Kopieren nicht erlaubt. Speichere das Poster stattdessen.",
    describe: (name, verdict, isFirst) =>
      `Poster: ${isFirst ? "Am ähnlichsten siehst du" : "Ähnlich siehst du auch"} ${name}${verdict ? `, ${verdict}` : ""}.`,
  },

  line_up: {
    search: "Person finden",
    found: (people) => (people ? `${more.line_up.people(people)} gefunden` : "Unter diesem Namen ist niemand hier."),
    lead: "Alle, mit denen wir dich vergleichen können, und von wem die Bilder sind.",
    legend: "Welche Besetzung?",
    play: "Hier mein Double finden",
    more: "Mehr zeigen",
    try_again: "Noch einmal versuchen",
    gone: "Diese Besetzung gibt es nicht mehr. Wähl eine andere.",
    failed: "Wir konnten die Besetzung nicht laden. Prüf deine Verbindung.",
    empty: "In dieser Besetzung ist noch niemand.",
    people: (people) => count(people, { one: "Person", other: "Personen" }),
    portraits: (portraits) => count(portraits, { one: "Porträt", other: "Porträts" }),
    all: (people, portraits) => `${more.line_up.people(people)}, ${more.line_up.portraits(portraits)}`,
    first: (people, portraits) =>
      `Die ersten ${more.line_up.people(people)}${portraits === null ? "" : `; insgesamt ${more.line_up.portraits(portraits)}`}`,
    portrait_of: (name) => `Porträt von ${name}`,
    portrait_number: (place, name) => `Porträt ${place} von ${name}`,
  },

  matches: {
    earlier: "Frühere zeigen",
    try_again: "Noch einmal versuchen",
    signed_out: "Melde dich wieder an, um deine Treffer zu sehen.",
    failed: "Wir konnten deine Treffer nicht laden. Prüf deine Verbindung.",
    delete: "Löschen",
    delete_which: (title, when) => `${title}, ${when}: löschen`,
    deleted: "Das Foto und sein Treffer sind gelöscht.",
    looking: "Wir suchen noch",
    looking_hint: "Schau gleich noch einmal vorbei.",
    none: "Kein Treffer",
  },

  deletion_failed: "Das Löschen hat gerade nicht geklappt. Prüf deine Verbindung und versuch es noch einmal.",

  privacy: {
    device:
      "[Auf deinem Gerät] wird es aufrecht gedreht und verkleinert, und was die Kamera hineingeschrieben hat, etwa der Ort, wird entfernt. Erst dann wird es gesendet.",
    compared:
      "[Es wird mit den Porträts verglichen.] Das macht ein Programm zur Gesichtserkennung, und nur, wenn du einen Treffer willst. Dein Gesicht kommt in keine Gesichtsdatenbank; niemand kann dich später damit finden. Fügst du Fotos hinzu, sagen wir dir auch, wo sie vielleicht zwei Personen zeigen.",
    kept: (amount) =>
      `[Wir bewahren es ${
        days(amount)
      } auf], zeigen es nur dir und löschen es in den Tagen danach. Ohne Konto kennt nur dieser ` +
      "Browser die geheimen Adressen deiner letzten fünf Ergebnisse, und ein sechstes ersetzt das älteste.",
    match: "[Dein Treffer], also die Namen und wie nah du ihnen kommst, wird mit dem Foto gelöscht, mit Konto nach einem Jahr.",
    amazon:
      "[Auf Rechnern von Amazon.] Fotos liegen bei Amazon Web Services und werden von Amazon Rekognition verglichen. Ein Protokoll jedes Vergleichs bleibt 90 Tage; es nennt niemanden und enthält kein Foto. Wie viele Treffer von einer IP-Adresse kommen, zählen wir einen Tag lang, unter einem Code, aus dem sich die Adresse nicht zurückrechnen lässt.",
    delete:
      "[Du kannst es jederzeit löschen], und es ist sofort weg. Hast du es noch mit anderen verglichen, gehört die Kopie zu einem eigenen Treffer: Lösch auch den. Mit einem Konto kannst du auch alles herunterladen, was wir speichern, oder dein Konto mit allem darin löschen.",
    no_one_else: "[Wir zeigen es niemandem sonst.] Ein Poster entsteht auf deinem Gerät und verlässt es nur, wenn du es teilst.",
    adults:
      "[Nur für Erwachsene, nur mit dem eigenen Gesicht.] Eine Ähnlichkeit ist nur ein Spaß und sagt nichts darüber, wer du bist.",
  },

  retention: {
    title: "Wie lange wir was behalten",
    head: ["Was", "Wie lange"],
    rows: (kept) => [
      [
        "Dein Foto",
        `${
          amountOfDays(kept.photo_days)
        }. Danach, oder wenn du es löschst, kann es niemand mehr sehen. Ein Foto, dessen Zeit um ist, ` +
        `löscht der Speicher nach ${
          amountOfDays(kept.erased_photo_days)
        } endgültig, manchmal ein, zwei Tage später; ein Foto, das ` +
        "du löschst, ist sofort weg.",
      ],
      [
        "Eine Kopie davon, wenn du es mit anderen vergleichst",
        "Höchstens so lange wie das Foto. Sie wird mit ihrem Treffer gelöscht.",
      ],
      ["Wie ähnlich du jedem Star siehst", "So lange wie das Foto."],
      ["Dein Treffer, ohne Konto", "So lange wie das Foto oder bis du ihn löschst."],
      ["Dein Treffer, mit Konto", `${amountOfDays(kept.member_match_days)} oder bis du ihn löschst.`],
      ["Ein Treffer, dessen Foto nie ankam", `${amountOfDays(kept.unsent_match_days)} und etwa eine halbe Stunde.`],
      [
        "Deine E-Mail-Adresse und dein Passwort, mit Konto",
        "Bis du dein Konto löschst. Das Passwort ist unkenntlich gespeichert.",
      ],
      [
        "Ein Vermerk, dass ein Konto gelöscht wurde, ohne deinen Namen oder deine Adresse",
        `${count(kept.signed_out_hours, { one: "Stunde", other: "Stunden" })}, damit niemand eine alte Anmeldung benutzen kann.`,
      ],
      [
        "Wie viele Treffer von einem Konto oder einer IP-Adresse kamen",
        `${amountOfDays(kept.counter_days)}, unter einem Code, der sich nicht zurückrechnen lässt.`,
      ],
      [
        "Was unsere Programme über ihre Arbeit notieren",
        `${amountOfDays(kept.log_days)}. Es nennt niemanden und einen Treffer nur mit einem Code.`,
      ],
      ["Die Schritte jedes Vergleichs", `${amountOfDays(kept.history_days)}. Darin ist kein Foto, kein Konto und keine Adresse.`],
      [
        "Notizen zu Aufgaben, die fehlschlugen und wiederholt werden",
        `${
          amountOfDays(kept.failed_work_days)
        }. Sie nennen einen Treffer oder ein Konto mit einem Code; kam ein Foto nicht zur Bearbeitung, kann die IP-Adresse des Absenders dabeistehen.`,
      ],
      [
        "Das Porträt eines Stars, das wir entfernt haben",
        `${amountOfDays(kept.portrait_copy_days)}, in Kopien von Browsern und Netzen; danach bekommt es niemand mehr.`,
      ],
      [
        "Auf diesem Gerät",
        "Wo deine letzten Treffer zu finden sind, höchstens so lange wie deine Fotos oder bis du sie löschst; deine Anmeldung, bis du dich abmeldest; und was du gewählt hast: Sprache, Besetzung, Einverständnis.",
      ],
    ],
    local: "Diese Kopie der Seite läuft auf einem einzigen Rechner und löscht nur, solange sie läuft: ein Foto spätestens eine " +
      "Stunde, nachdem seine Zeit um ist.",
    age_title: "Nur für Erwachsene",
    age:
      "Du musst mindestens 18 sein, um ein Foto zu schicken, und es muss dein eigenes Gesicht zeigen. Bitte schick kein Foto " +
      "von einem Kind. Wir können dein Alter nicht prüfen, deshalb fragen wir dich vor dem ersten Foto. Wurde das Foto eines Kindes " +
      "geschickt, lösch den Treffer: Das Foto ist sofort weg.",
  },

  my_data: {
    saved: "Deine Daten liegen in deinen Downloads.",
    collecting: "Deine Daten werden gesammelt …",
    failed: "Wir konnten deine Daten gerade nicht laden. Prüf deine Verbindung und versuch es noch einmal.",
    archive: {
      title: "Deine Daten von You’re My Celebrity",
      lead: (day) =>
        `Alles, was wir am ${day} über dich gespeichert hatten. Die Datei data.json neben dieser Seite enthält alles in einer Form, die Programme lesen können.`,
      erased: "Das Foto ist gelöscht.",
      no_result: "Kein Ergebnis.",
    },
  },

  account: {
    new_code: "Ein neuer Code ist unterwegs.",
    steps: {
      "sign-in": {
        title: "Anmelden",
        lead: "Deine Treffer begleiten dich von Gerät zu Gerät.",
        submit: "Anmelden",
      },
      "sign-up": {
        title: "Leg dein Konto an",
        lead:
          "Ein Konto bewahrt deine Treffer auf, damit du zu ihnen zurückkommen kannst. Die Treffer auf diesem Gerät werden übernommen.",
        submit: "Konto anlegen",
      },
      confirm: {
        title: "Schau in deine E-Mails",
        lead: "Wir haben einen Code an deine Adresse geschickt. Er zeigt uns, dass sie dir gehört.",
        submit: "Bestätigen",
      },
      forgotten: {
        title: "Passwort vergessen?",
        lead: "Das passiert den Besten. Wir schicken dir einen Code, und du wählst ein neues Passwort.",
        submit: "Code schicken",
      },
      reset: {
        title: "Wähl ein neues Passwort",
        lead: "Wenn es zu deiner Adresse ein Konto gibt, ist ein Code dorthin unterwegs.",
        submit: "Passwort ändern",
      },
    },
    ways: {
      "sign-in": "Ich habe ein Konto",
      "sign-up": "Neues Konto anlegen",
      confirm: "Ich habe einen Code",
      forgotten: "Passwort vergessen?",
      reset: "Ich habe einen Code",
    },
    back_to_sign_in: "Zurück zur Anmeldung",
    refusals: {
      AliasExistsException: HAS_ACCOUNT,
      ChallengeNotSupported:
        "Dieses Konto verlangt einen Schritt, den diese Seite nicht kann. Frag die Leute, die sie betreiben.",
      CodeDeliveryFailureException: ELSEWHERE,
      CodeMismatchException: WRONG_CODE,
      ExpiredCodeException: "Der Code ist abgelaufen. Lass dir einen neuen schicken.",
      ForbiddenException: TOO_OFTEN,
      InternalErrorException: NO_ANSWER,
      InvalidParameterException: "Etwas an deinen Angaben stimmt nicht. Prüf die Adresse und versuch es noch einmal.",
      InvalidPasswordException: "Das Passwort ist zu kurz. Nimm mindestens 10 Zeichen.",
      LimitExceededException: TOO_OFTEN,
      NotAuthorizedException: UNKNOWN_PAIR,
      PasswordHistoryPolicyViolationException: "Dieses Passwort hattest du schon einmal. Wähl ein anderes.",
      PasswordResetRequiredException: "Dieses Konto braucht zuerst ein neues Passwort. Lass dir unten einen Code schicken.",
      ResourceNotFoundException: "Konten sind hier nicht eingerichtet.",
      TooManyFailedAttemptsException: TOO_OFTEN,
      TooManyRequestsException: "Gerade ist viel los. Warte einen Moment und versuch es dann noch einmal.",
      UserNotConfirmedException: "Diese Adresse ist noch nicht bestätigt. Wir haben dir einen neuen Code geschickt.",
      UserNotFoundException: UNKNOWN_PAIR,
      UsernameExistsException: HAS_ACCOUNT,
      network_lost: "Dein Gerät erreicht uns nicht. Prüf deine Verbindung und versuch es noch einmal.",
      service_unavailable: NO_ANSWER,
      signed_out: "Du wurdest abgemeldet. Melde dich wieder an.",
    },
    too_often: TOO_OFTEN,
    switched_off: "Dieses Konto wurde gesperrt.",
    confirmed_already: "Diese Adresse ist schon bestätigt. Melde dich an.",
    unknown_refusal: "Das hat nicht geklappt, und wir wissen nicht, warum. Versuch es gleich noch einmal.",
  },
};
