// Passkeys: a form with data-passkey="create" or "get" asks the browser for one when it is sent, and carries the answer.
// Options stand beside it as JSON (#passkey-options); what may go wrong stands on the page in the reader's language.

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function described(list) {
  return (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
}

async function make(options) {
  const made = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: described(options.excludeCredentials),
    },
  });
  return answer(made, {
    attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  });
}

async function show(options) {
  const shown = await navigator.credentials.get({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      allowCredentials: described(options.allowCredentials),
    },
  });
  const { authenticatorData, signature, userHandle } = shown.response;
  return answer(shown, {
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    ...(userHandle ? { userHandle: text(userHandle) } : {}),
  });
}

function answer(credential, response) {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: {},
    response: { clientDataJSON: text(credential.response.clientDataJSON), ...response },
  };
}

function reason(error) {
  if (error?.name === "InvalidStateError") return "known";
  if (error?.name === "SecurityError") return "host";
  if (error?.name === "NotAllowedError" || error?.name === "AbortError") return "cancelled";
  return "failed";
}

function say(form, which) {
  for (const line of form.querySelectorAll("[data-says]")) line.hidden = line.dataset.says !== which;
  if (which) form.querySelector("[data-passkey-says]")?.focus();
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const field = form.elements.namedItem(form.dataset.passkeyField ?? "passkey");
  const options = JSON.parse(form.querySelector("#passkey-options").textContent).publicKey;
  const supported = window.isSecureContext && "credentials" in navigator && "PublicKeyCredential" in window;
  let busy = false;
  field.value = ""; // a browser that goes back brings the last answer, which is used up
  if (!supported) say(form, "unsupported");
  form.addEventListener("submit", async (event) => {
    if (field.value) return;
    event.preventDefault();
    if (busy || !supported) return;
    busy = true;
    say(form, "");
    const button = event.submitter;
    try {
      field.value = JSON.stringify(await (form.dataset.passkey === "create" ? make(options) : show(options)));
      form.requestSubmit(button ?? undefined);
    } catch (error) {
      say(form, reason(error));
    } finally {
      busy = false;
    }
  });
}
