/** The form with which a visitor signs up, signs in, or sets a new password. */
import { accountWords } from "./account-words.js";
import { Problem } from "./api.js";
import { find, tell } from "./element.js";
import { announce } from "./status-line.js";
import { more } from "./words-more.js";

/** @typedef {import("./account.js").Account} Account */
/** @typedef {import("./cognito.js").Cognito} Cognito */
/** @typedef {"sign-in" | "sign-up" | "confirm" | "forgotten" | "reset"} Mode */
/** @typedef {{code: boolean, password: "current-password" | "new-password" | null, ways: Mode[]}} Step */

/** @type {Record<Mode, Step>} what each step asks for, and which steps can be reached from it */
const STEPS = {
  "sign-in": {
    code: false,
    password: "current-password",
    ways: ["sign-up", "forgotten"],
  },
  "sign-up": {
    code: false,
    password: "new-password",
    ways: ["sign-in"],
  },
  confirm: {
    code: true,
    password: null,
    ways: ["sign-in"],
  },
  forgotten: {
    code: false,
    password: null,
    ways: ["sign-in"],
  },
  reset: {
    code: true,
    password: "new-password",
    ways: ["forgotten", "sign-in"],
  },
};

/**
 * Signing up, in, and finding a lost password, a step at a time. Tells "signed-in".
 * @param {HTMLElement} root
 * @param {Account} account
 * @param {Cognito} cognito
 */
export function accountForm(root, account, cognito) {
  const form = find(root, "form", HTMLFormElement);
  const title = find(root, "h1", HTMLElement);
  const email = find(root, "[name=email]", HTMLInputElement);
  const code = find(root, "[name=code]", HTMLInputElement);
  const password = find(root, "[name=password]", HTMLInputElement);
  const error = find(root, ".error", HTMLElement);
  const submit = find(root, ".submit", HTMLButtonElement);
  const resend = find(root, ".resend", HTMLButtonElement);
  const reveal = find(root, ".reveal", HTMLInputElement);
  const ways = [...root.querySelectorAll("[data-way]")].filter((way) => way instanceof HTMLButtonElement);
  /** @type {Mode} */
  let mode = "sign-in";

  /** @param {Mode} next @param {{focus?: boolean}} [options] */
  function turnTo(next, { focus = true } = {}) {
    mode = next;
    const step = STEPS[mode];
    const said = more.account.steps[mode];
    root.dataset.mode = mode;
    title.textContent = said.title;
    find(root, ".lead", HTMLElement).textContent = said.lead;
    submit.textContent = said.submit;
    ask(email, mode !== "confirm" && mode !== "reset");
    ask(code, step.code);
    ask(password, step.password !== null);
    password.autocomplete = step.password ?? "off";
    password.minLength = step.password === "new-password" ? 10 : 0;
    find(root, ".password .hint", HTMLElement).hidden = step.password !== "new-password";
    root.dataset.code = String(step.code);
    resend.hidden = mode !== "confirm";
    for (const way of ways) {
      const led = /** @type {Mode} */ (way.dataset.way);
      way.hidden = !step.ways.includes(led);
      // A visitor who is about to sign up may have an account; on the other steps there is one already.
      way.textContent = led === "sign-in" && mode !== "sign-up" ? more.account.back_to_sign_in : more.account.ways[led];
    }
    code.value = error.textContent = "";
    if (mode === "reset") password.value = "";
    if (focus) title.focus({ preventScroll: true });
  }

  /** @param {HTMLInputElement} input @param {boolean} wanted */
  function ask(input, wanted) {
    input.required = wanted;
    const field = input.closest(".field");
    if (field instanceof HTMLElement) field.hidden = !wanted;
  }

  /** @type {Record<Mode, () => Promise<void>>} */
  const submissions = {
    async "sign-in"() {
      try {
        await enter();
      } catch (problem) {
        if (!(problem instanceof Problem && problem.code === "UserNotConfirmedException")) throw problem;
        turnTo("confirm");
        await cognito.resendCode(email.value);
      }
    },
    async "sign-up"() {
      await cognito.signUp(email.value, password.value);
      turnTo("confirm");
    },
    async confirm() {
      await cognito.confirmSignUp(email.value, code.value.trim());
      if (password.value) await enter();
      else turnTo("sign-in"); // the page was left and opened again in between
    },
    async forgotten() {
      await cognito.forgotPassword(email.value);
      turnTo("reset");
    },
    async reset() {
      await cognito.resetPassword(email.value, code.value.trim(), password.value);
      await enter();
    },
  };

  async function enter() {
    await account.signIn(email.value, password.value);
    form.reset();
    setRevealed(false);
    tell(root, "signed-in");
  }

  /** @param {() => Promise<void>} work */
  async function attempt(work) {
    submit.disabled = resend.disabled = true;
    error.textContent = "";
    try {
      await work();
    } catch (problem) {
      error.textContent = accountWords(Problem.from(problem));
    } finally {
      submit.disabled = resend.disabled = false;
    }
  }

  /** @param {boolean} revealed */
  function setRevealed(revealed) {
    reveal.checked = revealed;
    password.type = revealed ? "text" : "password";
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void attempt(submissions[mode]);
  });
  resend.addEventListener("click", () =>
    void attempt(async () => {
      await cognito.resendCode(email.value);
      announce(more.account.new_code, { visible: true });
    }));
  reveal.addEventListener("change", () => setRevealed(reveal.checked));
  for (const way of ways) {
    way.addEventListener("click", () => turnTo(/** @type {Mode} */ (way.dataset.way)));
  }
  turnTo("sign-in", { focus: false });

  return {
    /** Starts from the first step. */
    reset: () => turnTo("sign-in", { focus: false }),
  };
}
