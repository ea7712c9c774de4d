/**
 * Passkeys. A form with data-passkey asks the browser for one and sends what it answers. It stays hidden, and a sentence
 * beside it says what else there is, where the browser knows no passkeys; the words stand in the page.
 */

type Ceremony = "add" | "use" | "sign-in";

/** What the node asks: written on the form, or fetched where nobody has said yet who they are. */
async function asked(form: HTMLFormElement): Promise<Record<string, unknown>> {
  const { options } = form.dataset;
  if (options) return JSON.parse(options).publicKey;
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  return (await answer.json()).request_options.publicKey;
}

/** A passkey that is to open the site alone is kept by the authenticator, and asks who holds it. */
function selection(form: HTMLFormElement): AuthenticatorSelectionCriteria {
  const alone = form.querySelector<HTMLInputElement>("[name=passwordless]")?.checked ?? false;
  return alone
    ? { residentKey: "required", requireResidentKey: true, userVerification: "required" }
    : { residentKey: "discouraged", userVerification: "preferred" };
}

async function credential(form: HTMLFormElement): Promise<Credential | null> {
  const wanted = await asked(form);
  if ((form.dataset.passkey as Ceremony) === "add") {
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
      wanted as unknown as PublicKeyCredentialCreationOptionsJSON,
    );
    publicKey.authenticatorSelection = selection(form);
    return navigator.credentials.create({ publicKey });
  }
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    wanted as unknown as PublicKeyCredentialRequestOptionsJSON,
  );
  return navigator.credentials.get({ publicKey });
}

async function send(form: HTMLFormElement): Promise<void> {
  const failed = form.querySelector("[data-passkey-failed]");
  failed?.setAttribute("hidden", "");
  try {
    const given = await credential(form);
    const field = form.elements.namedItem("credential") as HTMLInputElement;
    field.value = JSON.stringify((given as PublicKeyCredential).toJSON());
    form.submit();
  } catch {
    failed?.removeAttribute("hidden"); // refused, too late, or not one of ours: the browser does not say which
  }
}

if (window.PublicKeyCredential && "parseRequestOptionsFromJSON" in PublicKeyCredential) {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void send(form);
    });
    form.hidden = false;
  }
  for (const sentence of document.querySelectorAll<HTMLElement>("[data-passkey-absent]")) sentence.hidden = true;
}
