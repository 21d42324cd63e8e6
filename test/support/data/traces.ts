/** The forms in which a secret could turn up in a text: as it is, URL-encoded, in hex, and in base64 at any offset. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const forms = [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    bytes.toString("hex"),
  ];
  for (let offset = 0; offset < 3; offset += 1) {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    // The first and last characters depend on what stands around the secret.
    const own = shifted.slice(Math.ceil((offset * 8) / 6), -4);
    forms.push(own, own.replaceAll("+", "-").replaceAll("/", "_"));
  }
  return [...new Set(forms)];
}

/** Which of the secrets are found in the text, in any form. */
export function tracesIn(text: string, secrets: readonly string[]): string[] {
  return secrets.filter((secret) => formsOf(secret).some((form) => text.includes(form)));
}
