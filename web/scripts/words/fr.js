/** The French words: all of them, those of index.html too. */
import { formats } from "../formats.js";

const { count, date, number } = formats("fr");

/** @param {number} amount */
const days = (amount) => (amount === 1 ? "un jour" : count(amount, { one: "jour", other: "jours" }));
/** @param {number} amount */
const amountOfDays = (amount) => count(amount, { one: "jour", other: "jours" });

/** The texts of index.html, by data-words; [brackets] hold what goes into the elements inside. */
export const page = {
  my_matches: "Mes résultats",
  sign_in: "Connexion",
  stage_you: "Toi",
  sample: "Exemple",
  stage_double: "Ton sosie",
  compare: "Comparer",
  welcome_title: "Qui est ton sosie célèbre ?",
  welcome_lead: "Un selfie, et le rideau se lève sur la célébrité à qui tu ressembles le plus.",
  fact_compared:
    "[Comparé, jamais ajouté à une base de visages.] Nous comparons ton visage à des portraits de célébrités pour ton résultat, et seulement quand tu le demandes.",
  fact_adults: "[Réservé aux adultes, et à ton propre visage.] N’envoie pas de photos d’enfants ni d’autres personnes.",
  on_this_computer:
    "[Sur un seul ordinateur.] Cette copie de la page tourne sur un seul ordinateur, et ta photo ne va nulle part ailleurs.",
  to_privacy: "Ce que devient ta photo",
  to_line_up: "À qui nous te comparons",
  consent_more: "En savoir plus",
  consent: "J’accepte. J’ai 18 ans ou plus, et c’est mon propre visage.",
  consent_missing: "Coche d’abord cette case : il nous faut ton accord avant d’envoyer quoi que ce soit.",
  take_selfie: "Prendre un selfie",
  choose_photo: "Choisir une photo",
  try_sample: "Essayer avec un visage d’exemple",
  drop_note: "ou déposes-en une ici, ou colle-la",
  camera_title: "Cadre ton visage",
  camera_advice: "Face à la lumière, remplis l’ovale et regarde droit devant toi.",
  camera_take: "Prendre la photo",
  camera_choose: "Choisir plutôt une photo",
  camera_again: "Réessayer la caméra",
  camera_switch: "Changer de caméra",
  back: "Retour",
  preview_title: "Cette photo te plaît ?",
  preview_note: "Nous la combinons avec les photos déjà envoyées.",
  preview_use: "Utiliser cette photo",
  preview_retake: "Recommencer",
  preview_rotate: "Tourner",
  cancel: "Annuler",
  progress_title: "Nous cherchons ton sosie…",
  result_kicker: "Tu ressembles surtout à",
  result_kicker_other: "Tu ressembles aussi à",
  result_kicker_sample: "Le visage d’exemple ressemble surtout à",
  result_add: "Ajouter une photo pour plus de certitude",
  result_limits: "D’où vient ce nombre",
  result_method:
    "Aucun portrait n’était assez proche pour la comparaison habituelle : nous avons donc comparé l’écart entre tes yeux, ton nez et ta bouche.",
  result_selfie_gone: "Nous n’avons plus ta photo ; il ne reste que le résultat.",
  result_others: "Tu ressembles aussi à",
  result_credits: "Crédits des images",
  result_share: "Créer une affiche",
  result_retake: "Essayer une autre photo",
  result_delete: "Supprimer ce résultat",
  another_photo: "Utiliser une autre photo",
  back_to_result: "Retour à mon résultat",
  account_no_mail:
    "Cette copie tourne sur un seul ordinateur et n’envoie pas d’e-mail : le code est dans le terminal qui la fait tourner.",
  account_email: "Adresse e-mail",
  account_code: "Code reçu par e-mail",
  account_password: "Mot de passe",
  account_password_hint: "Au moins 10 caractères. Une courte phrase se retient facilement.",
  account_show: "Afficher le mot de passe",
  account_resend: "Envoyer un nouveau code",
  data_title: "Ton compte",
  data_who: "Connexion en tant que []",
  data_what: "Ce que nous gardons sur toi",
  data_account:
    "[Ton adresse e-mail et ton mot de passe], pour que tu puisses te connecter, jusqu’à ce que tu supprimes ton compte.",
  data_matches:
    "[Tes résultats] : à qui tu ressemblais et quand, pendant un an. Tu peux les supprimer un par un dans [Mes résultats].",
  data_download: "Télécharger mes données",
  data_sign_out: "Se déconnecter",
  data_forget: "Supprimer mon compte",
  matches_title: "Tes résultats",
  matches_empty: "Pas encore de résultat. Le premier n’attend qu’une photo.",
  matches_on_device:
    "Sans compte, cet appareil garde le chemin vers tes cinq derniers résultats, tant que nous gardons tes photos. Toute personne qui l’utilise peut les ouvrir.",
  matches_clear: "Supprimer ces résultats",
  matches_first: "Trouver mon sosie",
  line_up_title: "Le casting",
  faces_title: "Où es-tu sur la photo ?",
  footer: "Juste pour le plaisir. L’auteur de chaque portrait est cité avec le résultat.",
  footer_line_up: "Casting",
  footer_privacy: "Confidentialité",
  delete_confirm: "Supprimer définitivement",
  delete_keep: "Garder",
  poster_title: "Ton affiche",
  close: "Fermer",
  poster_drawing: "Création de ton affiche…",
  poster_note: "Créée sur ton appareil. Personne ne la voit si tu ne la partages pas.",
  poster_share: "Partager",
  poster_save: "Enregistrer",
  poster_copy: "Copier l’image",
  poster_again: "Réessayer",
  drop_here: "Dépose ta photo ici",
  languages: "Langue",
  nav_label: "Ton compte",
  your_photo: "Ta photo",
  photo_file: "Photo de cet appareil",
  photo_capture: "Photo de la caméra",
  camera_video: "Ta caméra, en miroir",
  preview_photo: "La photo que tu vas envoyer",
  faces_photo: "La photo que tu as envoyée",
};

/** @type {import("./en.js").Words} */
export const words = {
  retention: {
    welcome: (amount) =>
      `[Gardée ${days(amount)}, puis effacée.] Tu peux supprimer ta photo à tout moment, et elle disparaît aussitôt.`,
    line: (amount) => `Nous comparons ta photo pour ce résultat et la gardons ${days(amount)}.`,
    my_data: (amount) => `[Tes photos], pendant ${days(amount)} chacune ; ensuite elles sont effacées.`,
  },

  stage: {
    you: "Toi",
    your_double: "Ton sosie",
    portrait_of: (name) => `Portrait : ${name}`,
  },

  /** @param {number} portraits */
  small_line_up: (portraits) =>
    `Pour l’instant, une petite sélection : ${count(portraits, { one: "portrait", other: "portraits" })}`,

  packs_legend: "Choisis un casting",

  account: {
    sign_in: "Connexion",
    account: "Compte",
    signed_out: "Déconnexion réussie.",
    signed_in_as: (email) => `Connexion en tant que ${email}.`,
    forgotten: "Ton compte est supprimé, avec tes photos et tes résultats.",
  },

  deletion: {
    match_title: "Supprimer ce résultat ?",
    match: "Ta photo et son résultat sont supprimés définitivement.",
    match_of_several: "Tes photos et leur résultat sont supprimés définitivement.",
    match_done: "Ta photo et ton résultat sont supprimés.",
    results_title: "Effacer tes résultats ?",
    results: "Tes derniers résultats et leurs photos sont supprimés définitivement, ici et sur le serveur.",
    results_done: "C’est effacé : il ne reste aucun résultat sur cet appareil.",
    everything_title: "Supprimer ton compte et tout ce qu’il contient ?",
    everything: "Ton compte, tous les résultats et toutes les photos sont supprimés définitivement.",
  },

  out_of_reach: "Cette partie de la page n’a pas pu se charger. Vérifie ta connexion ou recharge la page.",
  poster_out_of_reach: "L’affiche n’a pas pu se charger. Vérifie ta connexion.",
  still_no_connection: "Toujours pas de connexion.",

  progress: {
    sending: "Envoi de ta photo…",
    sending_aloud: "Envoi de ta photo.",
    sending_percent: (percent) => `Envoi de ta photo : ${Math.round(percent)} %`,
    looking: "Nous te comparons à nos célébrités…",
    looking_again: "Nous retrouvons ton résultat…",
    looking_aloud: "Nous cherchons ton résultat.",
    slow: "Nous cherchons encore. C’est un peu plus long que d’habitude.",
    ready: (name) => `Ton résultat est prêt : ${name}.`,
    trying_again: "Nouvel essai…",
    stalled: {
      offline: "Tu es hors ligne. Nous continuons dès ton retour.",
      network_lost: "La connexion a été coupée. Nouvel essai…",
      too_many_requests: "Il y a foule en ce moment. Nouvel essai dans un instant…",
      busy: "Il y a foule en ce moment. Nouvel essai dans un instant…",
      service_unavailable: "Pas encore de réponse. Nouvel essai…",
    },
  },

  opening: "Ouverture de ta photo…",

  last_match: (name) => `Ton dernier résultat : ${name}`,
  choose_another: "Choisir une autre photo",
  pick_face: "Choisir un autre visage",

  groups: {
    legend: "Me comparer à",
    legend_newest: "Comparer ma photo la plus récente à",
    everyone: "Tout le monde",
    women: "Femmes",
    men: "Hommes",
  },

  packs: {
    filling: (stage, done, total) =>
      `${stage === "indexing" ? "Ajout de nouvelles célébrités" : "Arrivée de nouvelles célébrités"} : ${done} sur ${total}`,
    done_of: (done, total) => `${done} sur ${total}`,
    complete: "Tout le monde est là.",
  },

  next_steps: {
    another: "Prendre une autre photo",
    resend: "Réessayer",
    agree: "Lire et accepter à nouveau",
    "sign-in": "Se connecter",
    reload: "Recharger la page",
    reopen: "Réessayer",
  },

  failures: {
    network_lost: {
      title: "Nous avons perdu la connexion",
      message: "Ton appareil n’a pas pu nous joindre.",
      hint: "Vérifie ta connexion. Nous reprenons là où nous en étions.",
    },
    offline: {
      title: "Tu es hors ligne",
      message: "Cette page s’ouvre sans connexion, mais il en faut une pour obtenir un résultat.",
      hint:
        "Tes résultats sont en sécurité et s’ouvriront dès que tu seras de nouveau en ligne. La page reprend alors d’elle-même.",
    },
    forbidden: {
      title: "Connecte-toi d’abord",
      message: "Les invités ne peuvent pas demander de résultat ici pour le moment.",
      hint: "Avec un compte, tu le peux.",
    },
    page_incomplete: {
      title: "Il manque une partie de la page",
      message: "Quelque chose dont cette page a besoin n’a pas pu se charger.",
      hint: "Vérifie ta connexion, puis recharge la page. Les résultats que tu as sont en sécurité.",
    },
    unexpected: {
      title: "Quelque chose s’est mal passé",
      message: "Ce n’était pas dans le scénario : nous ne nous attendions pas à cette erreur.",
      hint: "Réessaie. Si cela se reproduit, une autre photo aidera peut-être.",
    },
  },
};

const WRONG_CODE = "Ce n’est pas le code que nous avons envoyé. Vérifie-le, ou demandes-en un nouveau.";
const TOO_OFTEN = "Il y a eu trop d’essais. Attends quelques minutes, puis réessaie.";
const ELSEWHERE = "Nous ne pouvons pas envoyer d’e-mail à cette adresse. Vérifie-la, ou utilises-en une autre.";
const UNKNOWN_PAIR = "Cette adresse et ce mot de passe ne vont pas ensemble.";
const NO_ANSWER = "Impossible de se connecter à un compte en ce moment. Réessaie dans un instant.";
const HAS_ACCOUNT = "Il y a déjà un compte avec cette adresse. Connecte-toi plutôt.";
const PHOTO_INSTEAD = "Une photo convient tout aussi bien.";
const RAREST = 1_000_000;
const JUST_FUN = "La lumière et l’angle le changent ; c’est juste pour le plaisir.";

/** @param {number} oneIn */
function pairsMeaning(oneIn) {
  if (oneIn >= RAREST) return "Au plus une paire de célébrités sur un million se ressemble autant que vous deux.";
  if (oneIn < 2) return "La plupart des paires de célébrités se ressemblent autant que vous deux.";
  const share = `une paire de célébrités sur ${number(oneIn)}${oneIn < 100 ? "" : " environ"} se ressemble autant que vous deux.`;
  return `${oneIn < 100 ? "Environ" : "Seule"} ${share}`;
}

/** @param {number} oneIn */
function pairsShare(oneIn) {
  if (oneIn >= RAREST) {
    return "aucune de ces paires ne se ressemble autant que vous deux ; nous estimons que ce serait au plus une sur un million";
  }
  if (oneIn < 2) return "la plupart de ces paires se ressemblent autant que vous deux";
  const estimate = oneIn < 1000 ? "" : ". Un nombre aussi grand est une estimation";
  return `environ une de ces paires sur ${number(oneIn)} se ressemble au moins autant que vous deux${estimate}`;
}

/** @type {import("./en-more.js").More} */
export const more = {
  date: (time) => date(new Date(time)),

  failures: {
    unsupported_image: {
      title: "Nous ne pouvons pas ouvrir cette image",
      message: "Nous n’avons pas pu lire ce fichier comme une photo.",
      hint: "Utilise une photo JPEG ou PNG. Une capture d’écran de la photo convient aussi.",
    },
    heic_image: {
      title: "Ce navigateur n’ouvre pas les photos HEIC",
      message: "Ton téléphone a enregistré cette photo dans un format que ce navigateur ne sait pas lire.",
      hint: "Ouvre cette page sur le téléphone lui-même, ou exporte d’abord la photo en JPEG.",
    },
    image_too_small: {
      title: "Cette photo est trop petite",
      message: "Elle a trop peu de pixels pour distinguer un visage d’un autre.",
      hint: "Utilise l’original plutôt qu’une miniature ou une photo de profil.",
    },
    image_too_large: {
      title: "Cette photo est trop grande",
      message: "Elle dépasse ce que nous pouvons accepter.",
      hint: "Recadre-la sur ton visage, ou prends-en une nouvelle ici.",
    },
    no_face: {
      title: "Nous ne voyons pas de visage",
      message: "Nous n’avons trouvé aucun visage sur cette photo.",
      hint: "Regarde bien l’objectif, avec tout ton visage dans l’image et de la lumière dessus.",
    },
    several_faces: {
      title: "Plus d’un visage",
      message: "Il y a plusieurs visages sur cette photo, et nous ne savons pas lequel est le tien.",
      hint: "Utilise une photo où tu es sans personne d’autre.",
    },
    face_too_small: {
      title: "Ton visage est trop loin",
      message: "Il est trop petit sur cette photo pour être comparé.",
      hint: "C’est l’heure du gros plan ! Rapproche-toi, jusqu’à ce que ton visage occupe environ un tiers de l’image.",
    },
    face_turned_away: {
      title: "Ton visage est tourné",
      message: "Nous devons le voir de face.",
      hint: "Regarde droit dans l’objectif, le menton à l’horizontale.",
    },
    face_too_blurry: {
      title: "Cette photo est floue",
      message: "Ton visage est trop flou pour être comparé.",
      hint: "Essuie l’objectif, ne bouge pas et laisse d’abord la mise au point se faire.",
    },
    face_too_dark: {
      title: "Ton visage est trop sombre",
      message: "Il reçoit trop peu de lumière pour être comparé.",
      hint: "Tourne-toi vers une fenêtre ou une lampe, pour que la lumière tombe sur ton visage.",
    },
    face_covered: {
      title: "Ton visage est caché",
      message: "Quelque chose cache une partie de ton visage.",
      hint: "Enlève lunettes de soleil ou masque, et dégage les cheveux de tes yeux.",
    },
    catalog_empty: {
      title: "Il n’y a encore personne à qui te comparer",
      message: "Ce casting n’a pas de portraits pour le moment.",
      hint: "Ils sont peut-être en route. Réessaie dans quelques minutes.",
    },
    timed_out: {
      title: "C’était trop long",
      message: "Trouver ton résultat a pris plus de temps que prévu.",
      hint: "Ta photo n’y est très probablement pour rien. Réessaie.",
    },
    service_unavailable: {
      title: "Quelque chose ne marche pas chez nous",
      message: "Une partie de notre service ne répond pas.",
      hint: "Ce n’est ni toi, ni ta photo. Attends un instant, puis réessaie.",
    },
    upload_refused: {
      title: "L’envoi n’a pas marché",
      message: "Ta photo n’a pas été acceptée, sans doute parce que l’autorisation de l’envoyer avait expiré.",
      hint: "Réessaie : chaque essai reçoit une nouvelle autorisation.",
    },
    upload_interrupted: {
      title: "Ta photo n’est pas arrivée",
      message: "L’envoi a été interrompu avant que la photo n’arrive.",
      hint: "Reprends la photo ou choisis-la à nouveau.",
    },
    expired: {
      title: "Ta photo est arrivée trop tard",
      message: "Nous l’avons attendue, mais pas aussi longtemps.",
      hint: "Recommence. Il suffit de quelques secondes.",
    },
    not_found: {
      title: "Ce résultat n’existe plus",
      message: "Il a été supprimé, ou son temps était écoulé.",
      hint: "Recommence quand tu veux.",
    },
    consent_required: {
      title: "Nos engagements de confidentialité ont changé",
      message: "Depuis ton accord, nous avons changé ce que nous te disons de ta photo.",
      hint: "Relis-le, s’il te plaît. Rien n’a été envoyé.",
    },
    unknown_pack: {
      title: "Ce casting n’existe plus",
      message: "Les célébrités à qui tu voulais te comparer ne sont plus là.",
      hint:
        "Ta photo est toujours là : réessaie, et nous la comparons à un autre casting. Ou reviens en arrière et choisis-en un.",
    },
    unknown_group: {
      title: "Ce choix n’existe plus",
      message: "Ce casting ne peut plus être limité comme tu l’avais choisi.",
      hint: "Ta photo est toujours là : réessaie, et nous la comparons à tout le monde.",
    },
    unknown_match: {
      title: "L’ancienne photo n’est plus là",
      message: "Nous n’avons plus la photo que tu voulais réutiliser.",
      hint: "Prends-en une nouvelle. Il suffit de quelques secondes.",
    },
    too_many_requests: {
      title: "Il y a foule en ce moment",
      message: "Trop de gens demandent un résultat en même temps.",
      hint: "Attends une minute, puis réessaie. Ta photo est toujours là.",
    },
    busy: {
      title: "C’est complet pour l’instant",
      message: "Beaucoup de gens sont devant toi en ce moment.",
      hint: "Attends une minute, puis réessaie. Ta photo est toujours là.",
    },
    too_many_matches: {
      title: "Tu as atteint la limite du jour",
      message: "Un compte, ou les invités d’une même adresse IP, n’ont droit qu’à un certain nombre de résultats par jour.",
      hint: "Reviens demain : le compteur repart à minuit, heure UTC.",
    },
    sold_out: {
      title: "Plus de résultats pour aujourd’hui",
      message: "Nous avons trouvé aujourd’hui autant de résultats que possible. Disons que nous affichons complet.",
      hint: "Reviens demain : nous reprenons à minuit, heure UTC.",
    },
    signed_out: {
      title: "Ta session est terminée",
      message: "Elle a pris fin depuis ta dernière visite.",
      hint: "Connecte-toi à nouveau, et tout est là où tu l’as laissé.",
    },
  },

  camera: {
    take: "Prendre la photo",
    skip: "Passer le compte à rebours",
    waiting: "Nous attendons la caméra. Ton navigateur te demande peut-être si tu l’autorises.",
    dark: "La caméra ne montre que du noir. Quelque chose la cache ?",
    yours: "Ta caméra",
    yours_mirrored: "Ta caméra, en miroir",
    the: "La caméra",
    front: "La caméra avant",
    rear: "La caméra arrière",
    on: (camera) => `${camera} est allumée.`,
    other_failed: "L’autre caméra ne démarre pas.",
    wont_start: "La caméra ne démarre pas. Choisis plutôt une photo.",
    tips: {
      dark: "Trop sombre. Cherche plus de lumière.",
      backlit: "La lumière est derrière toi. Tourne-toi vers elle.",
      bright: "Trop clair. Éloigne-toi de l’éblouissement.",
      moving: "Ne bouge plus.",
    },
    blocked: {
      NotAllowedError:
        "Cette page n’a pas le droit d’utiliser la caméra. Autorise-la dans les réglages du navigateur, ou choisis une photo.",
      NotFoundError: `Nous n’avons trouvé aucune caméra sur cet appareil. ${PHOTO_INSTEAD}`,
      NotReadableError: "Un autre programme utilise peut-être la caméra. Ferme-le et réessaie, ou choisis une photo.",
      OverconstrainedError: `Cette caméra ne sait pas faire ce que la page demande. ${PHOTO_INSTEAD}`,
      ended: "La caméra a été débranchée ou éteinte. Réessaie, ou choisis une photo.",
    },
  },

  preview: {
    title: "Cette photo te plaît ?",
    title_added: "Ajouter cette photo ?",
    retake: "Recommencer",
    choose_another: "En choisir une autre",
  },

  another: {
    title: "Encore une, pour plus de certitude",
    lead:
      "Une photo de toi avec une autre lumière, ou d’un autre jour, rend la réponse plus sûre. Nous la combinons avec les photos déjà " +
      "envoyées, et ton résultat reste là jusqu’au nouveau.",
    selfie: "Prendre un selfie",
    choose: "Choisir une photo",
    back: "Retour à mon résultat",
  },

  faces: {
    message: "Il y a plusieurs visages sur cette photo. Touche le tien : seule cette partie est comparée.",
    this_is_me: (place, all) => `C’est moi : visage ${place} sur ${all}, en partant de la gauche`,
  },

  compare: {
    between: (name) => `Entre toi et ${name}`,
    share: (share, name) => `${share} % ${name}`,
    why: "Trait par trait",
    features: { brow: "Sourcils", eyes: "Yeux", nose: "Nez", mouth: "Bouche" },
  },

  resemblance: {
    double: "Le portrait craché",
    striking: "Une ressemblance frappante",
    strong: "Une forte ressemblance",
    good: "Une bonne ressemblance",
    passing: "Une légère ressemblance",
    distant: "Une lointaine ressemblance",
    original: "Unique en son genre",
    same_person: "Attends, c’est toi ? Si oui, un autographe, s’il te plaît !",
    score: (resemblance) => ({ lead: number(resemblance), rest: "sur 100" }),
    one_in: (oneIn) =>
      oneIn >= RAREST
        ? { lead: "1 sur un million", rest: "de paires se ressemble autant" }
        : { lead: `1 sur ${number(oneIn)}`, rest: "paires se ressemble autant" },
    pairs: pairsMeaning,
    percentile(percent, name) {
      if (percent >= 100) return `Tu ressembles plus à ${name} qu’aucune célébrité ici ne ressemble à une autre.`;
      if (percent <= 0) return "Chaque célébrité ici ressemble plus à une autre que vous deux ne vous ressemblez.";
      return `Tu ressembles plus à ${name} que ${percent} % des célébrités ici ne ressemblent à une autre.`;
    },
    low: (name, meaning) =>
      `Il n’y en a pas deux comme toi. C’est ${name} qui s’approche le plus, mais personne ici n’a tout à fait ton visage. ${meaning}`,
    limits_of_pairs: (oneIn) =>
      `Nous avons comparé les deux visages, et chaque portrait d’ici à toutes les autres célébrités : ${pairsShare(oneIn)}. ` +
      "La lumière et l’angle changent ce nombre ; c’est juste pour le plaisir.",
    limits_of_percentile:
      `Nous avons comparé les deux visages et situé le résultat selon la ressemblance de nos célébrités entre elles. ${JUST_FUN}`,
  },

  match: {
    /** @param {number} portraits */
    few: (portraits) =>
      `Il n’y a ici que ${count(portraits, { one: "portrait", other: "portraits" })} : ce nombre n’est qu’un ordre de grandeur.`,
    from_line_up: "Du casting : ",
    on_stage: (name) => `En scène : ${name}.`,
    back_to: (name) => `Revenir à ${name}`,
    other_face: "Ce n’est pas toi ? Choisis un autre visage",
    also_sample: "Le visage d’exemple ressemble aussi à",
    without: {
      unknown_group: "Ce casting ne peut plus être limité ainsi : la comparaison porte donc sur tout le monde.",
      unknown_match: "Une ancienne photo n’est plus là : ce résultat ne vaut donc que pour la plus récente.",
    },
    close_call: (first, second) => `C’est serré entre ${first} et ${second} : une autre photo pourrait inverser leurs places.`,
    agreement(selfies, agree, name) {
      if (agree === null) return `Ce résultat vaut pour ${selfies} photos ensemble.`;
      if (agree === selfies) return `${selfies === 2 ? "Les deux photos" : `Les ${selfies} photos`} désignent ${name}.`;
      if (agree > 1) return `${agree} de tes ${selfies} photos placent ${name} en tête chacune à elle seule.`;
      if (agree === 1) return `Prise seule, une de tes ${selfies} photos place ${name} en tête, et ensemble, c’est le cas.`;
      return `Aucune de tes ${selfies} photos ne place ${name} en tête à elle seule, mais ensemble, si.`;
    },
    not_one_person:
      "Ces photos ne montrent peut-être pas toutes la même personne. Dans ce cas, supprime ce résultat et recommence avec une photo de toi.",
    women_only: "Comparaison avec des femmes seulement.",
    men_only: "Comparaison avec des hommes seulement.",
  },

  credits: {
    no_author: "auteur non précisé",
    source: "source",
    picture: "Image : ",
    portrait: "Portrait",
    cropped: "recadré",
  },

  poster: {
    kicker: "TU RESSEMBLES SURTOUT À",
    kicker_other: "TU RESSEMBLES AUSSI À",
    question: ["Qui est ton", "sosie célèbre ?"],
    format: "Format",
    poster: "Affiche",
    story: "Story",
    message: (name, number, isFirst) =>
      `Je ressemble ${isFirst ? "surtout" : "aussi"} à ${name}${number ? ` (${number})` : ""}. Qui est ton sosie célèbre ?`,
    drawing: "Création de ton affiche.",
    ready: "Ton affiche est prête.",
    failed: "Ton affiche n’a pas pu être créée. Vérifie ta connexion et réessaie ; si cette page est ouverte depuis une heure, " +
      "recharge-la d’abord.",
    shared: "Partagée.",
    saving: "Enregistrement de ton affiche.",
    copied: "Copiée. Colle-la où tu veux.",
    not_allowed:
      "Ton navigateur ne permet pas à cette page de partager l’affiche. Enregistre l’affiche et envoie-la depuis tes images.",
    not_shared: "Cela n’a pas marché. Enregistre l’affiche et envoie-la depuis tes images.",
    not_copied: "Ton navigateur ne nous a pas laissé la copier. Enregistre plutôt l’affiche.",
    describe: (name, verdict, isFirst) =>
      `Affiche : tu ressembles ${isFirst ? "surtout" : "aussi"} à ${name}${verdict ? `, ${verdict}` : ""}.`,
  },

  line_up: {
    search: "Chercher quelqu’un",
    found: (people) => (people ? `Trouvé : ${more.line_up.people(people)}` : "Personne de ce nom ici."),
    lead: "Toutes les personnes à qui nous pouvons te comparer, et de qui sont les images.",
    legend: "Quel casting ?",
    play: "Trouver mon sosie ici",
    more: "Afficher plus",
    try_again: "Réessayer",
    gone: "Ce casting n’existe plus. Choisis-en un autre.",
    failed: "Nous n’avons pas pu charger le casting. Vérifie ta connexion.",
    empty: "Il n’y a encore personne dans ce casting.",
    people: (people) => count(people, { one: "personne", other: "personnes" }),
    portraits: (portraits) => count(portraits, { one: "portrait", other: "portraits" }),
    all: (people, portraits) => `${more.line_up.people(people)}, ${more.line_up.portraits(portraits)}`,
    first: (people, portraits) =>
      `Pour commencer : ${more.line_up.people(people)}${
        portraits === null ? "" : ` ; ${more.line_up.portraits(portraits)} en tout`
      }`,
    portrait_of: (name) => `Portrait : ${name}`,
    portrait_number: (place, name) => `${name}, portrait ${place}`,
  },

  matches: {
    earlier: "Afficher les précédents",
    try_again: "Réessayer",
    signed_out: "Connecte-toi à nouveau pour voir tes résultats.",
    failed: "Nous n’avons pas pu charger tes résultats. Vérifie ta connexion.",
    delete: "Supprimer",
    delete_which: (title, when) => `Supprimer ${title}, ${when}`,
    deleted: "Cette photo et son résultat sont supprimés.",
    looking: "Nous cherchons encore",
    looking_hint: "Reviens dans un instant.",
    none: "Pas de résultat",
  },

  deletion_failed: "La suppression n’a pas marché. Vérifie ta connexion et réessaie.",

  privacy: {
    device:
      "[Sur ton appareil], elle est redressée et réduite, et ce que l’appareil photo y a inscrit, comme le lieu, est retiré. Elle n’est envoyée qu’ensuite.",
    compared:
      "[Elle est comparée aux portraits.] Un logiciel de reconnaissance faciale s’en charge, et seulement quand tu demandes un résultat. Ton visage n’entre dans aucune base de visages : personne ne peut te retrouver avec par la suite. Si tu ajoutes des photos, nous te disons aussi si elles montrent peut-être deux personnes.",
    kept: (amount) =>
      `[Nous la gardons ${
        days(amount)
      }], ne la montrons qu’à toi et l’effaçons dans les jours qui suivent. Sans compte, seul ce ` +
      "navigateur connaît les adresses secrètes de tes cinq derniers résultats, et un sixième remplace le plus ancien.",
    match:
      "[Ton résultat], c’est-à-dire les noms et la ressemblance, est supprimé avec la photo, ou au bout d’un an si tu as un compte.",
    amazon:
      "[Sur des ordinateurs d’Amazon.] Les photos sont stockées chez Amazon Web Services et comparées par Amazon Rekognition. Un journal de chaque comparaison est conservé 90 jours ; il ne nomme personne et ne contient aucune photo. Nous comptons pendant un jour combien de résultats viennent d’une même adresse IP, sous un code qui ne permet pas de retrouver l’adresse.",
    delete:
      "[Tu peux la supprimer à tout moment], et elle disparaît aussitôt. Si tu l’as comparée à d’autres, cette copie appartient à un autre résultat : supprime-le aussi. Avec un compte, tu peux aussi télécharger tout ce que nous gardons, ou supprimer ton compte et tout ce qu’il contient.",
    no_one_else:
      "[Nous ne la montrons à personne d’autre.] L’affiche est créée sur ton appareil et n’en sort que si tu la partages.",
    adults: "[Réservé aux adultes, et à ton propre visage.] Une ressemblance n’est qu’un jeu et ne dit rien de qui tu es.",
  },

  retention: {
    title: "Ce que nous gardons, et combien de temps",
    head: ["Quoi", "Combien de temps"],
    rows: (kept) => [
      [
        "Ta photo",
        `${
          amountOfDays(kept.photo_days)
        }. Ensuite, ou quand tu la supprimes, plus personne ne peut la voir. Une photo dont le délai est ` +
        `passé est effacée du stockage ${
          amountOfDays(kept.erased_photo_days)
        } plus tard, parfois un jour ou deux après ; une photo ` +
        "que tu supprimes est effacée aussitôt.",
      ],
      [
        "Une copie, quand tu la compares à d’autres",
        "Au plus aussi longtemps que la photo. Elle est supprimée avec son résultat.",
      ],
      ["Ta ressemblance avec chaque célébrité", "Aussi longtemps que la photo."],
      ["Ton résultat, sans compte", "Aussi longtemps que la photo, ou jusqu’à ce que tu le supprimes."],
      ["Ton résultat, avec un compte", `${amountOfDays(kept.member_match_days)}, ou jusqu’à ce que tu le supprimes.`],
      ["Un résultat dont la photo n’est jamais arrivée", `${amountOfDays(kept.unsent_match_days)} et une demi-heure environ.`],
      [
        "Ton adresse e-mail et ton mot de passe, avec un compte",
        "Jusqu’à ce que tu supprimes ton compte. Le mot de passe est gardé illisible.",
      ],
      [
        "La trace de la suppression d’un compte, sans ton nom ni ton adresse",
        `${count(kept.signed_out_hours, { one: "heure", other: "heures" })}, pour que personne n’utilise une ancienne session.`,
      ],
      [
        "Combien de résultats sont venus d’un compte ou d’une adresse IP",
        `${amountOfDays(kept.counter_days)}, sous un code qui ne permet de retrouver ni l’un ni l’autre.`,
      ],
      [
        "Ce que nos programmes notent de leur travail",
        `${amountOfDays(kept.log_days)}. Personne n’y est nommé, et un résultat par un code seulement.`,
      ],
      [
        "Les étapes de chaque comparaison",
        `${amountOfDays(kept.history_days)}. Elles ne contiennent ni photo, ni compte, ni adresse.`,
      ],
      [
        "Notes sur les tâches qui ont échoué et seront relancées",
        `${
          amountOfDays(kept.failed_work_days)
        }. Elles nomment un résultat ou un compte par son code ; si une photo n’a pas pu être traitée, elles peuvent contenir l’adresse IP de la personne qui l’a envoyée.`,
      ],
      [
        "Le portrait d’une célébrité que nous avons retiré",
        `${
          amountOfDays(kept.portrait_copy_days)
        }, dans les copies des navigateurs et des réseaux ; ensuite, plus personne ne le reçoit.`,
      ],
      [
        "Sur cet appareil",
        "Où sont tes derniers résultats, au plus tant que nous gardons tes photos, ou jusqu’à ce que tu les supprimes ; ta session, jusqu’à ce que tu te déconnectes ; et tes choix : langue, casting, consentement.",
      ],
    ],
    local:
      "Cette copie de la page tourne sur un seul ordinateur et n’efface que pendant qu’elle tourne : une photo, au plus tard " +
      "une heure après la fin de son délai.",
    age_title: "Réservé aux adultes",
    age: "Tu dois avoir au moins 18 ans pour envoyer une photo, et elle doit montrer ton propre visage. N’envoie pas de photo " +
      "d’enfant. Nous ne pouvons pas vérifier ton âge ; c’est pourquoi nous te le demandons avant la première photo. Si la photo " +
      "d’un enfant a été envoyée, supprime le résultat : la photo est effacée aussitôt.",
  },

  my_data: {
    saved: "Tes données sont dans tes téléchargements.",
    collecting: "Nous rassemblons tes données…",
    failed: "Nous n’avons pas pu charger tes données. Vérifie ta connexion et réessaie.",
    archive: {
      title: "Tes données de You’re My Celebrity",
      lead: (day) =>
        `Tout ce que nous gardions sur toi le ${day}. Le fichier data.json, à côté de cette page, contient tout dans un format lisible par des programmes.`,
      erased: "La photo a été effacée.",
      no_result: "Pas de résultat.",
    },
  },

  account: {
    new_code: "Un nouveau code est en route.",
    steps: {
      "sign-in": {
        title: "Se connecter",
        lead: "Tes résultats te suivent d’un appareil à l’autre.",
        submit: "Se connecter",
      },
      "sign-up": {
        title: "Crée ton compte",
        lead: "Un compte garde tes résultats, pour que tu puisses y revenir. Les résultats de cet appareil y sont ajoutés.",
        submit: "Créer le compte",
      },
      confirm: {
        title: "Regarde tes e-mails",
        lead: "Nous avons envoyé un code à ton adresse. Il nous montre qu’elle est bien à toi.",
        submit: "Confirmer",
      },
      forgotten: {
        title: "Mot de passe oublié ?",
        lead: "Cela arrive aux meilleurs. Nous t’envoyons un code, et tu choisis un nouveau mot de passe.",
        submit: "M’envoyer un code",
      },
      reset: {
        title: "Choisis un nouveau mot de passe",
        lead: "S’il existe un compte avec ton adresse, un code est en route.",
        submit: "Changer le mot de passe",
      },
    },
    ways: {
      "sign-in": "J’ai déjà un compte",
      "sign-up": "Créer un nouveau compte",
      confirm: "J’ai un code",
      forgotten: "Mot de passe oublié ?",
      reset: "J’ai un code",
    },
    back_to_sign_in: "Retour à la connexion",
    refusals: {
      AliasExistsException: HAS_ACCOUNT,
      ChallengeNotSupported: "Ce compte demande une étape que cette page ne sait pas faire. Adresse-toi à ceux qui la gèrent.",
      CodeDeliveryFailureException: ELSEWHERE,
      CodeMismatchException: WRONG_CODE,
      ExpiredCodeException: "Ce code a expiré. Demandes-en un nouveau.",
      ForbiddenException: TOO_OFTEN,
      InternalErrorException: NO_ANSWER,
      InvalidParameterException: "Il y a quelque chose qui cloche. Vérifie l’adresse et réessaie.",
      InvalidPasswordException: "Ce mot de passe est trop court. Utilise au moins 10 caractères.",
      LimitExceededException: TOO_OFTEN,
      NotAuthorizedException: UNKNOWN_PAIR,
      PasswordHistoryPolicyViolationException: "Tu as déjà utilisé ce mot de passe. Choisis-en un autre.",
      PasswordResetRequiredException: "Ce compte a d’abord besoin d’un nouveau mot de passe. Demande un code ci-dessous.",
      ResourceNotFoundException: "Il n’y a pas de comptes ici.",
      TooManyFailedAttemptsException: TOO_OFTEN,
      TooManyRequestsException: "Il y a foule en ce moment. Attends un instant, puis réessaie.",
      UserNotConfirmedException: "Cette adresse n’est pas encore confirmée. Nous t’avons envoyé un nouveau code.",
      UserNotFoundException: UNKNOWN_PAIR,
      UsernameExistsException: HAS_ACCOUNT,
      network_lost: "Ton appareil ne peut pas nous joindre. Vérifie ta connexion et réessaie.",
      service_unavailable: NO_ANSWER,
      signed_out: "Ta session est terminée. Connecte-toi à nouveau.",
    },
    too_often: TOO_OFTEN,
    switched_off: "Ce compte a été désactivé.",
    confirmed_already: "Cette adresse est déjà confirmée. Connecte-toi.",
    unknown_refusal: "Cela n’a pas marché, et nous ne savons pas pourquoi. Réessaie dans un instant.",
  },
};
