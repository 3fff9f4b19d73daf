"use strict";
/*
 * Passkeys (WebAuthn Level 3). Asks the browser for one and puts what it answers into the form, which then goes its
 * ordinary way; the desk's pages say what became of it. Binary values travel as base64url, as the desk's JSON has them.
 */
(() => {
  const form = document.querySelector("form[data-passkey]");
  const says = document.querySelector("[data-passkey-says]");

  const say = (what) => {
    says.textContent = says.dataset[what];
    says.hidden = false;
  };

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

  const text = (buffer) =>
    btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  const named = (credentials) => (credentials ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  const make = async (options) => {
    const made = await navigator.credentials.create({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        user: { ...options.user, id: bytes(options.user.id) },
        excludeCredentials: named(options.excludeCredentials),
      },
    });
    return answer(made, {
      attestationObject: text(made.response.attestationObject),
      transports: made.response.getTransports?.() ?? [],
    });
  };

  const use = async (options) => {
    const used = await navigator.credentials.get({
      publicKey: {
        ...options,
        challenge: bytes(options.challenge),
        allowCredentials: named(options.allowCredentials),
      },
    });
    return answer(used, {
      authenticatorData: text(used.response.authenticatorData),
      signature: text(used.response.signature),
      userHandle: used.response.userHandle ? text(used.response.userHandle) : null,
    });
  };

  const answer = (credential, response) => ({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment ?? null,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { ...response, clientDataJSON: text(credential.response.clientDataJSON) },
  });

  /** The challenge of a sign-in is made when the button is pressed, so that it is not old by then. */
  const ask = async () => {
    const answered = await fetch(form.dataset.options, {
      method: "POST",
      body: new URLSearchParams({ _csrf: form.elements._csrf.value }),
    });
    if (!answered.ok) {
      throw new Error("no options: " + answered.status);
    }
    return answered.json();
  };

  const reason = (failure) =>
    ({ NotAllowedError: "cancelled", AbortError: "cancelled", InvalidStateError: "known", SecurityError: "elsewhere" })[
      failure.name
    ] ?? "failed";

  if (!window.PublicKeyCredential) {
    say("unsupported");
    return;
  }
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    says.hidden = true;
    try {
      const given =
        form.dataset.passkey === "make" ? await make(JSON.parse(form.dataset.options)) : await use(await ask());
      form.elements.credential.value = JSON.stringify(given);
      form.submit();
    } catch (failure) {
      button.disabled = false;
      say(reason(failure));
    }
  });
})();
