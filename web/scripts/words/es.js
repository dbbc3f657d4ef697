/** The Spanish words: all of them, those of index.html too. */
import { formats } from "../formats.js";

const { count, date, number } = formats("es");

/** @param {number} amount */
const days = (amount) => (amount === 1 ? "un día" : count(amount, { one: "día", other: "días" }));
/** @param {number} amount */
const amountOfDays = (amount) => count(amount, { one: "día", other: "días" });

/** The texts of index.html, by data-words; [brackets] hold what goes into the elements inside. */
export const page = {
  my_matches: "Mis resultados",
  sign_in: "Iniciar sesión",
  stage_you: "Tú",
  sample: "Ejemplo",
  stage_double: "Tu doble",
  compare: "Comparar",
  welcome_title: "¿Quién es tu doble famoso?",
  welcome_lead: "Un selfi, y se levanta el telón para la celebridad a la que más te pareces.",
  fact_compared:
    "[Se compara, nunca entra en una base de datos de caras.] Comparamos tu cara con retratos de celebridades para darte un resultado, y solo cuando lo pides.",
  fact_adults: "[Solo para adultos, y solo con tu propia cara.] No envíes fotos de menores ni de otras personas.",
  on_this_computer: "[En un solo ordenador.] Esta copia de la página funciona en un único ordenador, y tu foto no sale de él.",
  to_privacy: "Qué pasa con tu foto",
  to_line_up: "Con quién te comparamos",
  consent_more: "Más",
  consent: "Acepto. Tengo 18 años o más, y esta es mi propia cara.",
  consent_missing: "Marca primero esta casilla: necesitamos tu permiso antes de enviar nada.",
  take_selfie: "Hacerme un selfi",
  choose_photo: "Elegir una foto",
  try_sample: "Probar con una cara de ejemplo",
  drop_note: "o suelta una aquí, o pégala",
  camera_title: "Encuadra tu cara",
  camera_advice: "Ponte de cara a la luz, llena el óvalo y mira al frente.",
  camera_take: "Hacer la foto",
  camera_choose: "Mejor elegir una foto",
  camera_again: "Probar la cámara otra vez",
  camera_switch: "Cambiar de cámara",
  back: "Volver",
  preview_title: "¿Te gusta esta foto?",
  preview_note: "La combinamos con las fotos que ya enviaste.",
  preview_use: "Usar esta foto",
  preview_retake: "Repetir",
  preview_rotate: "Girar",
  cancel: "Cancelar",
  progress_title: "Buscando a tu doble…",
  result_kicker: "A quien más te pareces es a",
  result_kicker_other: "También te pareces a",
  result_kicker_sample: "A quien más se parece la cara de ejemplo es a",
  result_add: "Añadir otra foto para afinar",
  result_limits: "De dónde sale este número",
  result_method:
    "Ningún retrato se parecía lo suficiente para la comparación habitual, así que hemos comparado la distancia entre tus ojos, tu nariz y tu boca.",
  result_selfie_gone: "Ya no tenemos tu foto; solo queda el resultado.",
  result_others: "También te pareces a",
  result_credits: "Créditos de las imágenes",
  result_share: "Hacer un póster",
  result_retake: "Probar con otra foto",
  result_delete: "Borrar este resultado",
  another_photo: "Usar otra foto",
  back_to_result: "Volver a mi resultado",
  account_no_mail:
    "Esta copia funciona en un único ordenador y no envía correos: el código está en la terminal en la que se ejecuta.",
  account_email: "Correo electrónico",
  account_code: "Código del correo",
  account_password: "Contraseña",
  account_password_hint: "Al menos 10 caracteres. Una frase corta es fácil de recordar.",
  account_show: "Mostrar la contraseña",
  account_resend: "Enviar un código nuevo",
  data_title: "Tu cuenta",
  data_who: "Sesión iniciada como []",
  data_what: "Qué guardamos sobre ti",
  data_account: "[Tu correo electrónico y tu contraseña], para que puedas iniciar sesión, hasta que borres tu cuenta.",
  data_matches: "[Tus resultados]: a quién te parecías y cuándo, durante un año. Puedes borrarlos uno a uno en [Mis resultados].",
  data_download: "Descargar mis datos",
  data_sign_out: "Cerrar sesión",
  data_forget: "Borrar mi cuenta",
  matches_title: "Tus resultados",
  matches_empty: "Aún no hay resultados. El primero está a una foto de distancia.",
  matches_on_device:
    "Sin cuenta, este dispositivo guarda los enlaces a tus últimos cinco resultados mientras guardemos tus fotos. Quien lo use puede abrirlos.",
  matches_clear: "Borrar estos resultados",
  matches_first: "Encontrar a mi doble",
  line_up_title: "El elenco",
  faces_title: "¿Cuál es tu cara?",
  footer: "Solo por diversión. El autor de cada retrato figura junto al resultado.",
  footer_line_up: "Elenco",
  footer_privacy: "Privacidad",
  delete_confirm: "Borrar para siempre",
  delete_keep: "Conservar",
  poster_title: "Tu póster",
  close: "Cerrar",
  poster_drawing: "Haciendo tu póster…",
  poster_note: "Hecho en tu dispositivo. Nadie lo ve si no lo compartes.",
  poster_share: "Compartir",
  poster_save: "Guardar",
  poster_copy: "Copiar imagen",
  poster_again: "Probar otra vez",
  drop_here: "Suelta tu foto aquí",
  languages: "Idioma",
  nav_label: "Tu cuenta",
  your_photo: "Tu foto",
  photo_file: "Foto de este dispositivo",
  photo_capture: "Foto de la cámara",
  camera_video: "Tu cámara, como en un espejo",
  preview_photo: "La foto que estás a punto de enviar",
  faces_photo: "La foto que enviaste",
};

/** @type {import("./en.js").Words} */
export const words = {
  retention: {
    welcome: (amount) =>
      `[Se guarda ${days(amount)} y luego se borra.] Puedes borrar tu foto cuando quieras, y desaparece al momento.`,
    line: (amount) => `Comparamos tu foto para este resultado y la guardamos ${days(amount)}.`,
    my_data: (amount) => `[Tus fotos], durante ${days(amount)} cada una; después se borran.`,
  },

  stage: {
    you: "Tú",
    your_double: "Tu doble",
    portrait_of: (name) => `Retrato de ${name}`,
  },

  /** @param {number} portraits */
  small_line_up: (portraits) => `Por ahora, una selección pequeña: ${count(portraits, { one: "retrato", other: "retratos" })}`,

  packs_legend: "Elige un elenco",

  account: {
    sign_in: "Iniciar sesión",
    account: "Cuenta",
    signed_out: "Sesión cerrada.",
    signed_in_as: (email) => `Sesión iniciada como ${email}.`,
    forgotten: "Tu cuenta está borrada, y con ella tus fotos y resultados.",
  },

  deletion: {
    match_title: "¿Borrar este resultado?",
    match: "Tu foto y su resultado se borran para siempre.",
    match_of_several: "Tus fotos y su resultado se borran para siempre.",
    match_done: "Tu foto y tu resultado están borrados.",
    results_title: "¿Borrar tus resultados?",
    results: "Tus últimos resultados y sus fotos se borran para siempre, aquí y en el servidor.",
    results_done: "Borrados: en este dispositivo ya no queda ningún resultado.",
    everything_title: "¿Borrar tu cuenta y todo lo que contiene?",
    everything: "Tu cuenta, todos los resultados y todas las fotos se borran para siempre.",
  },

  out_of_reach: "Esa parte de la página no se ha cargado. Revisa tu conexión o recarga la página.",
  poster_out_of_reach: "El póster no se ha cargado. Revisa tu conexión.",
  still_no_connection: "Sigue sin haber conexión.",

  progress: {
    sending: "Enviando tu foto…",
    sending_aloud: "Enviando tu foto.",
    sending_percent: (percent) => `Enviando tu foto: ${Math.round(percent)} %`,
    looking: "Comparándote con nuestras celebridades…",
    looking_again: "Recuperando tu resultado…",
    looking_aloud: "Buscando tu resultado.",
    slow: "Seguimos buscando. Está tardando un poco más de lo normal.",
    ready: (name) => `Tu resultado está listo: ${name}.`,
    trying_again: "Probando otra vez…",
    stalled: {
      offline: "No tienes conexión. Seguimos en cuanto vuelvas.",
      network_lost: "Se ha cortado la conexión. Probando otra vez…",
      too_many_requests: "Ahora mismo hay mucha gente. Volvemos a probar enseguida…",
      busy: "Ahora mismo hay mucha gente. Volvemos a probar enseguida…",
      service_unavailable: "Aún no hay respuesta. Probando otra vez…",
    },
  },

  opening: "Abriendo tu foto…",

  last_match: (name) => `Tu último resultado: ${name}`,
  choose_another: "Elegir otra foto",
  pick_face: "Elegir otra cara",

  groups: {
    legend: "Compárame con",
    legend_newest: "Compara mi foto más reciente con",
    everyone: "Todo el mundo",
    women: "Mujeres",
    men: "Hombres",
  },

  packs: {
    filling: (stage, done, total) =>
      `${stage === "indexing" ? "Añadiendo más celebridades" : "Descargando más celebridades"}: ${done} de ${total}`,
    done_of: (done, total) => `${done} de ${total}`,
    complete: "Ya están todas.",
  },

  next_steps: {
    another: "Hacer otra foto",
    resend: "Probar otra vez",
    agree: "Leer y aceptar de nuevo",
    "sign-in": "Iniciar sesión",
    reload: "Recargar la página",
    reopen: "Probar otra vez",
  },

  failures: {
    network_lost: {
      title: "Hemos perdido la conexión",
      message: "Tu dispositivo no ha podido comunicarse con nosotros.",
      hint: "Revisa tu conexión. Seguiremos donde lo dejamos.",
    },
    offline: {
      title: "No tienes conexión",
      message: "Esta página se abre sin conexión, pero para obtener un resultado la necesitas.",
      hint: "Tus resultados están a salvo y se abrirán en cuanto vuelvas a tener conexión. Entonces la página sigue sola.",
    },
    forbidden: {
      title: "Inicia sesión primero",
      message: "Por ahora los invitados no pueden pedir un resultado aquí.",
      hint: "Con una cuenta sí puedes.",
    },
    page_incomplete: {
      title: "Falta una parte de la página",
      message: "No se ha podido cargar algo que esta página necesita.",
      hint: "Revisa tu conexión y recarga la página. Los resultados que ya tienes están a salvo.",
    },
    unexpected: {
      title: "Algo ha salido mal",
      message: "Esto no estaba en el guion: no esperábamos este error.",
      hint: "Prueba otra vez. Si vuelve a pasar, quizá ayude otra foto.",
    },
  },
};

const WRONG_CODE = "Ese no es el código que enviamos. Revísalo o pide uno nuevo.";
const TOO_OFTEN = "Se ha intentado demasiadas veces. Espera unos minutos y prueba otra vez.";
const ELSEWHERE = "No podemos enviar correos a esta dirección. Revísala o usa otra.";
const UNKNOWN_PAIR = "El correo y la contraseña no coinciden.";
const NO_ANSWER = "Ahora mismo no se puede iniciar sesión. Prueba otra vez dentro de un momento.";
const HAS_ACCOUNT = "Ya hay una cuenta con este correo. Inicia sesión.";
const PHOTO_INSTEAD = "Una foto sirve igual de bien.";
const RAREST = 1_000_000;
const JUST_FUN = "La luz y el ángulo lo cambian; es solo por diversión.";

/** @param {number} oneIn */
function pairsMeaning(oneIn) {
  if (oneIn >= RAREST) return "Como mucho uno de cada millón de pares de celebridades se parece tanto como tú y tu doble.";
  if (oneIn < 2) return "La mayoría de los pares de celebridades se parecen tanto como tú y tu doble.";
  const share = `uno de cada ${number(oneIn)} pares de celebridades se parece tanto como tú y tu doble.`;
  return `${oneIn < 100 ? "Más o menos" : "Solo más o menos"} ${share}`;
}

/** @param {number} oneIn */
function pairsShare(oneIn) {
  if (oneIn >= RAREST) {
    return "ninguno de esos pares se parece tanto como tú y tu doble; calculamos que sería como mucho uno de cada millón";
  }
  if (oneIn < 2) return "la mayoría de esos pares se parecen tanto como tú y tu doble";
  const estimate = oneIn < 1000 ? "" : ". Un número tan grande es una estimación";
  return `más o menos uno de cada ${number(oneIn)} de esos pares se parece al menos tanto como tú y tu doble${estimate}`;
}

/** @type {import("./en-more.js").More} */
export const more = {
  date: (time) => date(new Date(time)),

  failures: {
    unsupported_image: {
      title: "No podemos abrir esa imagen",
      message: "No hemos podido leer este archivo como foto.",
      hint: "Usa una foto JPEG o PNG. Una captura de pantalla de la foto también sirve.",
    },
    heic_image: {
      title: "Este navegador no abre fotos HEIC",
      message: "Tu móvil guardó la foto en un formato que este navegador no puede leer.",
      hint: "Abre esta página en el propio móvil, o exporta antes la foto como JPEG.",
    },
    image_too_small: {
      title: "Esa foto es demasiado pequeña",
      message: "Tiene muy pocos píxeles para distinguir una cara de otra.",
      hint: "Usa el original, no una miniatura ni una foto de perfil.",
    },
    image_too_large: {
      title: "Esa foto es demasiado grande",
      message: "Es más grande de lo que podemos aceptar.",
      hint: "Recórtala para que se vea solo tu cara, o haz una nueva aquí.",
    },
    no_face: {
      title: "No vemos ninguna cara",
      message: "No hemos encontrado ninguna cara en esta foto.",
      hint: "Mira de frente a la cámara, con toda la cara dentro de la imagen y bien iluminada.",
    },
    several_faces: {
      title: "Hay más de una cara",
      message: "En esta foto hay varias caras, y no sabemos cuál es la tuya.",
      hint: "Usa una foto en la que solo salgas tú.",
    },
    face_too_small: {
      title: "Tu cara está demasiado lejos",
      message: "En esta foto es demasiado pequeña para compararla.",
      hint: "¿Todo listo para tu primer plano? Acércate hasta que tu cara ocupe más o menos un tercio de la imagen.",
    },
    face_turned_away: {
      title: "Tu cara está girada",
      message: "Necesitamos verla de frente.",
      hint: "Mira directamente al objetivo, con la barbilla recta.",
    },
    face_too_blurry: {
      title: "Esa foto está borrosa",
      message: "Tu cara se ve demasiado borrosa para compararla.",
      hint: "Limpia el objetivo, no te muevas y deja que la cámara enfoque primero.",
    },
    face_too_dark: {
      title: "Tu cara está demasiado oscura",
      message: "Le da muy poca luz para compararla.",
      hint: "Gírate hacia una ventana o una lámpara para que la luz te dé en la cara.",
    },
    face_covered: {
      title: "Tu cara está tapada",
      message: "Algo tapa parte de tu cara.",
      hint: "Quítate las gafas de sol o la mascarilla, y apártate el pelo de los ojos.",
    },
    catalog_empty: {
      title: "Aún no hay nadie con quien compararte",
      message: "Este elenco no tiene retratos por ahora.",
      hint: "Puede que estén en camino. Prueba otra vez dentro de unos minutos.",
    },
    timed_out: {
      title: "Ha tardado demasiado",
      message: "Encontrar tu resultado ha llevado más tiempo del debido.",
      hint: "Lo más probable es que no sea por tu foto. Prueba otra vez.",
    },
    service_unavailable: {
      title: "Algo nuestro no funciona",
      message: "Una parte de nuestro servicio no responde.",
      hint: "No es culpa tuya ni de tu foto. Espera un momento y prueba otra vez.",
    },
    upload_refused: {
      title: "La foto no se ha podido subir",
      message: "No se ha aceptado tu foto, probablemente porque el permiso para enviarla había caducado.",
      hint: "Prueba otra vez: cada intento recibe un permiso nuevo.",
    },
    upload_interrupted: {
      title: "Tu foto no ha llegado",
      message: "El envío se interrumpió antes de que llegara la foto.",
      hint: "Vuelve a hacer la foto o a elegirla.",
    },
    expired: {
      title: "Tu foto llegó tarde",
      message: "La esperamos, pero no tanto.",
      hint: "Empieza de nuevo. Son unos segundos.",
    },
    not_found: {
      title: "Ese resultado ya no existe",
      message: "Se borró, o se le acabó el tiempo.",
      hint: "Empieza de nuevo cuando quieras.",
    },
    consent_required: {
      title: "Nuestro compromiso de privacidad ha cambiado",
      message: "Desde que aceptaste, hemos cambiado lo que te contamos sobre tu foto.",
      hint: "Léelo de nuevo, por favor. No se ha enviado nada.",
    },
    unknown_pack: {
      title: "Ese elenco ya no está",
      message: "Las celebridades con las que querías compararte ya no están aquí.",
      hint: "Tu foto sigue aquí: prueba otra vez y la comparamos con otro elenco. O vuelve atrás y elige uno.",
    },
    unknown_group: {
      title: "Esa opción ya no está",
      message: "Este elenco ya no se puede limitar como elegiste.",
      hint: "Tu foto sigue aquí: prueba otra vez y la comparamos con todo el mundo.",
    },
    unknown_match: {
      title: "Esa foto anterior ya no está",
      message: "Ya no guardamos la foto que querías usar otra vez.",
      hint: "Haz una nueva. Son unos segundos.",
    },
    too_many_requests: {
      title: "Ahora mismo hay muchísima gente",
      message: "Demasiadas personas piden un resultado a la vez.",
      hint: "Espera un minuto y prueba otra vez. Tu foto sigue aquí.",
    },
    busy: {
      title: "Ahora mismo está todo lleno",
      message: "En este momento tienes a mucha gente delante.",
      hint: "Espera un minuto y prueba otra vez. Tu foto sigue aquí.",
    },
    too_many_matches: {
      title: "Has llegado al límite de hoy",
      message: "Una cuenta, o los invitados de una misma dirección IP, solo pueden tener cierto número de resultados al día.",
      hint: "Vuelve mañana: el contador vuelve a cero a medianoche, hora UTC.",
    },
    sold_out: {
      title: "No hay más resultados por hoy",
      message: "Hoy hemos encontrado tantos resultados como podemos. Digamos que hemos agotado las entradas.",
      hint: "Vuelve mañana: empezamos de nuevo a medianoche, hora UTC.",
    },
    signed_out: {
      title: "Tu sesión se ha cerrado",
      message: "Tu sesión ha caducado después de tu última visita.",
      hint: "Iníciala de nuevo y todo estará donde lo dejaste.",
    },
  },

  camera: {
    take: "Hacer la foto",
    skip: "Saltar la cuenta atrás",
    waiting: "Esperando a la cámara. Puede que tu navegador te esté preguntando si la permites.",
    dark: "La cámara solo muestra negro. ¿La tapa algo?",
    yours: "Tu cámara",
    yours_mirrored: "Tu cámara, como en un espejo",
    the: "La cámara",
    front: "La cámara frontal",
    rear: "La cámara trasera",
    on: (camera) => `${camera} está encendida.`,
    other_failed: "La otra cámara no arranca.",
    wont_start: "La cámara no arranca. Elige una foto en su lugar.",
    tips: {
      dark: "Demasiado oscuro. Busca más luz.",
      backlit: "Tienes la luz detrás. Gírate hacia ella.",
      bright: "Demasiada luz. Aléjate del resplandor.",
      moving: "No te muevas.",
    },
    blocked: {
      NotAllowedError: "Esta página no puede usar la cámara. Permítelo en los ajustes del navegador o elige una foto.",
      NotFoundError: `No hemos encontrado ninguna cámara en este dispositivo. ${PHOTO_INSTEAD}`,
      NotReadableError: "Puede que otro programa esté usando la cámara. Ciérralo y prueba otra vez, o elige una foto.",
      OverconstrainedError: `Esta cámara no puede hacer lo que la página necesita. ${PHOTO_INSTEAD}`,
      ended: "La cámara se ha desconectado o apagado. Prueba otra vez o elige una foto.",
    },
  },

  preview: {
    title: "¿Te gusta esta foto?",
    title_added: "¿Añadir esta foto?",
    retake: "Repetir",
    choose_another: "Elegir otra",
  },

  another: {
    title: "Una más, para afinar",
    lead:
      "Una foto tuya con otra luz, o de otro día, hace la respuesta más segura. La combinamos con las fotos que ya enviaste, y tu " +
      "resultado se queda hasta que haya uno nuevo.",
    selfie: "Hacerme un selfi",
    choose: "Elegir una foto",
    back: "Volver a mi resultado",
  },

  faces: {
    message: "En esta foto hay varias caras. Toca la tuya: solo se compara esa parte.",
    this_is_me: (place, all) => `Esta es mi cara: la ${place} de ${all}, contando desde la izquierda`,
  },

  compare: {
    between: (name) => `De tu cara a la de ${name}`,
    share: (share, name) => `${share} % ${name}`,
    why: "Rasgo a rasgo",
    features: { brow: "Cejas", eyes: "Ojos", nose: "Nariz", mouth: "Boca" },
  },

  resemblance: {
    double: "Como dos gotas de agua",
    striking: "Un parecido asombroso",
    strong: "Un gran parecido",
    good: "Un buen parecido",
    passing: "Un ligero parecido",
    distant: "Un parecido lejano",
    original: "Sin igual",
    same_person: "Un momento, ¿no serás tú? Si es así, ¿nos firmas un autógrafo?",
    score: (resemblance) => ({ lead: number(resemblance), rest: "de 100" }),
    one_in: (oneIn) =>
      oneIn >= RAREST
        ? { lead: "1 de cada millón", rest: "de pares se parece tanto" }
        : { lead: `1 de cada ${number(oneIn)}`, rest: "pares se parece tanto" },
    pairs: pairsMeaning,
    percentile(percent, name) {
      if (percent >= 100) return `Te pareces más a ${name} de lo que ninguna celebridad de aquí se parece a otra.`;
      if (percent <= 0) return "Todas las celebridades de aquí se parecen más a alguna otra que tú y tu doble.";
      return `Te pareces más a ${name} que el ${percent} % de las celebridades de aquí a cualquier otra.`;
    },
    low: (name, meaning) =>
      `No hay nadie como tú. ${name} es quien más se acerca, pero aquí nadie tiene exactamente tu cara. ${meaning}`,
    limits_of_pairs: (oneIn) =>
      `Hemos comparado las dos caras, y cada retrato de aquí con todas las demás celebridades: ${pairsShare(oneIn)}. ` +
      "La luz y el ángulo cambian el número; es solo por diversión.",
    limits_of_percentile:
      `Hemos comparado las dos caras y hemos situado el resultado según cuánto se parecen nuestras celebridades. ${JUST_FUN}`,
  },

  match: {
    /** @param {number} portraits */
    few: (portraits) =>
      `Aquí solo hay ${count(portraits, { one: "retrato", other: "retratos" })}, así que el número es muy aproximado.`,
    from_line_up: "Del elenco: ",
    on_stage: (name) => `En escena: ${name}.`,
    back_to: (name) => `Volver a ${name}`,
    other_face: "¿No eres tú? Elige otra cara",
    also_sample: "La cara de ejemplo también se parece a",
    without: {
      unknown_group: "Este elenco ya no se puede limitar así, de modo que te hemos comparado con todo el mundo.",
      unknown_match: "Una foto anterior ya no está, así que este resultado es solo de la más reciente.",
    },
    close_call: (first, second) => `${first} va por muy poco delante de ${second}: con otra foto podrían cambiar de puesto.`,
    agreement(selfies, agree, name) {
      if (agree === null) return `Este resultado es de ${selfies} fotos juntas.`;
      if (agree === selfies) return `${selfies === 2 ? "Las dos fotos" : `Las ${selfies} fotos`} apuntan a ${name}.`;
      if (agree > 1) return `${agree} de tus ${selfies} fotos ponen a ${name} en primer lugar cada una por separado.`;
      if (agree === 1) {
        return `Por separado, una de tus ${selfies} fotos pone a ${name} en primer lugar; juntas, lo hacen ${
          selfies === 2 ? "las dos" : "todas"
        }.`;
      }
      return `Ninguna de tus ${selfies} fotos pone a ${name} en primer lugar por sí sola, pero juntas sí.`;
    },
    not_one_person:
      "Puede que no todas estas fotos sean de la misma persona. Si es así, borra este resultado y empieza con una foto tuya.",
    women_only: "Comparación solo con mujeres.",
    men_only: "Comparación solo con hombres.",
  },

  credits: {
    no_author: "autor no indicado",
    source: "fuente",
    picture: "Imagen: ",
    portrait: "Retrato",
    cropped: "recortado",
  },

  poster: {
    kicker: "A QUIEN MÁS TE PARECES ES A",
    kicker_other: "TAMBIÉN TE PARECES A",
    question: ["¿Quién es tu", "doble famoso?"],
    format: "Formato",
    poster: "Póster",
    story: "Historia",
    message: (name, number, isFirst) =>
      `${isFirst ? "A quien más me parezco es" : "También me parezco"} a ${name}${
        number ? ` (${number})` : ""
      }. ¿Quién es tu doble famoso?`,
    drawing: "Haciendo tu póster.",
    ready: "Tu póster está listo.",
    failed: "No se ha podido hacer tu póster. Revisa tu conexión y prueba otra vez; si esta página lleva una hora abierta, " +
      "recárgala primero.",
    shared: "Compartido.",
    saving: "Guardando tu póster.",
    copied: "Copiado. Pégalo donde quieras.",
    not_allowed: "Tu navegador no permite que esta página comparta el póster. Guarda el póster y envíalo desde tus fotos.",
    not_shared: "No ha funcionado. Guarda el póster y envíalo desde tus fotos.",
    not_copied: "Tu navegador no nos ha dejado copiarlo. Guarda el póster en su lugar.",
    describe: (name, verdict, isFirst) =>
      `Póster: ${isFirst ? "a quien más te pareces es" : "también te pareces"} a ${name}${verdict ? `, ${verdict}` : ""}.`,
  },

  line_up: {
    search: "Buscar a alguien",
    found: (
      people,
    ) => (people
      ? `${people === 1 ? "Encontrada" : "Encontradas"}: ${more.line_up.people(people)}`
      : "Aquí no hay nadie con ese nombre."),
    lead: "Todas las personas con las que podemos compararte, y de quién son las imágenes.",
    legend: "¿Qué elenco?",
    play: "Encontrar aquí a mi doble",
    more: "Mostrar más",
    try_again: "Probar otra vez",
    gone: "Este elenco ya no está. Elige otro.",
    failed: "No hemos podido cargar el elenco. Revisa tu conexión.",
    empty: "Aún no hay nadie en este elenco.",
    people: (people) => count(people, { one: "persona", other: "personas" }),
    portraits: (portraits) => count(portraits, { one: "retrato", other: "retratos" }),
    all: (people, portraits) => `${more.line_up.people(people)}, ${more.line_up.portraits(portraits)}`,
    first: (people, portraits) =>
      `Las primeras: ${more.line_up.people(people)}${
        portraits === null ? "" : `; ${more.line_up.portraits(portraits)} en total`
      }`,
    portrait_of: (name) => `Retrato de ${name}`,
    portrait_number: (place, name) => `Retrato ${place} de ${name}`,
  },

  matches: {
    earlier: "Mostrar anteriores",
    try_again: "Probar otra vez",
    signed_out: "Inicia sesión de nuevo para ver tus resultados.",
    failed: "No hemos podido cargar tus resultados. Revisa tu conexión.",
    delete: "Borrar",
    delete_which: (title, when) => `Borrar ${title}, ${when}`,
    deleted: "Esa foto y su resultado están borrados.",
    looking: "Seguimos buscando",
    looking_hint: "Vuelve dentro de un momento.",
    none: "Sin resultado",
  },

  deletion_failed: "No se ha podido borrar. Revisa tu conexión y prueba otra vez.",

  privacy: {
    device:
      "[En tu dispositivo] se endereza y se reduce, y se quita lo que la cámara escribió en ella, como el lugar. Solo entonces se envía.",
    compared:
      "[Se compara con los retratos.] Lo hace un programa de reconocimiento facial, y solo cuando pides un resultado. Tu cara no entra en ninguna base de datos de caras, así que nadie puede encontrarte después con ella. Si añades fotos, también te decimos si quizá muestran a dos personas.",
    kept: (amount) =>
      `[La guardamos ${days(amount)}], solo te la mostramos a ti y la borramos en los días siguientes. Sin cuenta, solo este ` +
      "navegador conoce las direcciones secretas de tus últimos cinco resultados, y un sexto sustituye al más antiguo.",
    match:
      "[Tu resultado], es decir, los nombres y cuánto te pareces, se borra con la foto, o al cabo de un año si tienes cuenta.",
    amazon:
      "[En ordenadores de Amazon.] Las fotos se guardan en Amazon Web Services y las compara Amazon Rekognition. De cada comparación se conserva un registro durante 90 días; no nombra a nadie ni contiene fotos. Durante un día contamos cuántos resultados llegan desde una dirección IP, con un código del que no se puede recuperar la dirección.",
    delete:
      "[Puedes borrarla cuando quieras], y desaparece al momento. Si la comparaste con otras personas, esa copia pertenece a otro resultado: bórralo también. Con una cuenta también puedes descargar todo lo que guardamos, o borrar tu cuenta y todo lo que contiene.",
    no_one_else: "[No se la enseñamos a nadie más.] El póster se hace en tu dispositivo, y solo sale de él si lo compartes.",
    adults: "[Solo para adultos, y solo con tu propia cara.] Un parecido es solo un juego y no dice nada de quién eres.",
  },

  retention: {
    title: "Cuánto tiempo guardamos cada cosa",
    head: ["Qué", "Cuánto tiempo"],
    rows: (kept) => [
      [
        "Tu foto",
        `${
          amountOfDays(kept.photo_days)
        }. Después, o cuando la borras, nadie puede verla. Una foto cuyo plazo ha terminado se elimina ` +
        `del almacenamiento ${
          amountOfDays(kept.erased_photo_days)
        } después, a veces uno o dos días más tarde; una foto que borras ` +
        "se elimina al momento.",
      ],
      [
        "Una copia de ella, cuando la comparas con otras personas",
        "Como mucho, lo mismo que la foto. Se borra con su resultado.",
      ],
      ["Cuánto te pareces a cada celebridad", "Lo mismo que la foto."],
      ["Tu resultado, sin cuenta", "Lo mismo que la foto, o hasta que lo borres."],
      ["Tu resultado, con cuenta", `${amountOfDays(kept.member_match_days)}, o hasta que lo borres.`],
      ["Un resultado cuya foto nunca llegó", `${amountOfDays(kept.unsent_match_days)} y una media hora.`],
      ["Tu correo y tu contraseña, con cuenta", "Hasta que borres tu cuenta. La contraseña se guarda de forma ilegible."],
      [
        "Un registro de que se borró una cuenta, sin tu nombre ni tu dirección",
        `${count(kept.signed_out_hours, { one: "hora", other: "horas" })}, para que nadie use una sesión antigua.`,
      ],
      [
        "Cuántos resultados vinieron de una cuenta o de una dirección IP",
        `${amountOfDays(kept.counter_days)}, con un código que no permite saber cuál es.`,
      ],
      [
        "Lo que nuestros programas anotan de su trabajo",
        `${amountOfDays(kept.log_days)}. No nombra a nadie, y un resultado solo con un código.`,
      ],
      ["Los pasos de cada comparación", `${amountOfDays(kept.history_days)}. No contienen fotos, cuentas ni direcciones.`],
      [
        "Notas sobre tareas que fallaron y se repetirán",
        `${
          amountOfDays(kept.failed_work_days)
        }. Nombran un resultado o una cuenta con su código; si una foto no llegó a procesarse, pueden contener la dirección IP de quien la envió.`,
      ],
      [
        "Un retrato retirado de una celebridad",
        `${amountOfDays(kept.portrait_copy_days)}, en copias de navegadores y redes; después ya nadie lo recibe.`,
      ],
      [
        "En este dispositivo",
        "Dónde están tus últimos resultados, como mucho mientras guardemos tus fotos o hasta que los borres; tu sesión, hasta que la cierres; y lo que has elegido: idioma, elenco, consentimiento.",
      ],
    ],
    local: "Esta copia de la página funciona en un solo ordenador y solo borra mientras está en marcha: una foto, como mucho " +
      "una hora después de que acabe su plazo.",
    age_title: "Solo para adultos",
    age:
      "Debes tener al menos 18 años para enviar una foto, y debe mostrar tu propia cara. No envíes fotos de menores, por favor. No " +
      "podemos comprobar tu edad; por eso te lo preguntamos antes de la primera foto. Si se envió la foto de un menor, borra el " +
      "resultado: la foto se elimina al momento.",
  },

  my_data: {
    saved: "Tus datos están en tus descargas.",
    collecting: "Reuniendo tus datos…",
    failed: "No hemos podido cargar tus datos. Revisa tu conexión y prueba otra vez.",
    archive: {
      title: "Tus datos de You’re My Celebrity",
      lead: (day) =>
        `Todo lo que guardábamos sobre ti el ${day}. El archivo data.json, junto a esta página, lo contiene todo en un formato que los programas pueden leer.`,
      erased: "La foto está borrada.",
      no_result: "Sin resultado.",
    },
  },

  account: {
    new_code: "Un código nuevo está en camino.",
    steps: {
      "sign-in": {
        title: "Iniciar sesión",
        lead: "Tus resultados te acompañan de un dispositivo a otro.",
        submit: "Iniciar sesión",
      },
      "sign-up": {
        title: "Crea tu cuenta",
        lead:
          "Una cuenta guarda tus resultados para que puedas volver a ellos. Los resultados de este dispositivo pasan a tu cuenta.",
        submit: "Crear cuenta",
      },
      confirm: {
        title: "Mira tu correo",
        lead: "Hemos enviado un código a tu dirección. Así sabemos que es tuya.",
        submit: "Confirmar",
      },
      forgotten: {
        title: "¿Has olvidado la contraseña?",
        lead: "Le pasa a cualquiera. Te enviamos un código y eliges una contraseña nueva.",
        submit: "Enviarme un código",
      },
      reset: {
        title: "Elige una contraseña nueva",
        lead: "Si hay una cuenta con tu dirección, un código va en camino.",
        submit: "Cambiar contraseña",
      },
    },
    ways: {
      "sign-in": "Ya tengo una cuenta",
      "sign-up": "Crear una cuenta nueva",
      confirm: "Tengo un código",
      forgotten: "¿Has olvidado la contraseña?",
      reset: "Tengo un código",
    },
    back_to_sign_in: "Volver a iniciar sesión",
    refusals: {
      AliasExistsException: HAS_ACCOUNT,
      ChallengeNotSupported: "Esta cuenta pide un paso que esta página no puede dar. Pregunta a quienes la gestionan.",
      CodeDeliveryFailureException: ELSEWHERE,
      CodeMismatchException: WRONG_CODE,
      ExpiredCodeException: "Ese código ha caducado. Pide uno nuevo.",
      ForbiddenException: TOO_OFTEN,
      InternalErrorException: NO_ANSWER,
      InvalidParameterException: "Algún dato no es correcto. Revisa la dirección y prueba otra vez.",
      InvalidPasswordException: "Esa contraseña es demasiado corta. Usa al menos 10 caracteres.",
      LimitExceededException: TOO_OFTEN,
      NotAuthorizedException: UNKNOWN_PAIR,
      PasswordHistoryPolicyViolationException: "Ya has usado esa contraseña. Elige otra.",
      PasswordResetRequiredException: "Esta cuenta necesita antes una contraseña nueva. Pide un código abajo.",
      ResourceNotFoundException: "Aquí no se han configurado las cuentas.",
      TooManyFailedAttemptsException: TOO_OFTEN,
      TooManyRequestsException: "Ahora mismo hay mucha gente. Espera un momento y prueba otra vez.",
      UserNotConfirmedException: "Esta dirección aún no está confirmada. Te hemos enviado un código nuevo.",
      UserNotFoundException: UNKNOWN_PAIR,
      UsernameExistsException: HAS_ACCOUNT,
      network_lost: "Tu dispositivo no puede comunicarse con nosotros. Revisa tu conexión y prueba otra vez.",
      service_unavailable: NO_ANSWER,
      signed_out: "Tu sesión se ha cerrado. Iníciala de nuevo.",
    },
    too_often: TOO_OFTEN,
    switched_off: "Esta cuenta está desactivada.",
    confirmed_already: "Esta dirección ya está confirmada. Inicia sesión.",
    unknown_refusal: "No ha funcionado, y no sabemos por qué. Prueba otra vez dentro de un momento.",
  },
};
