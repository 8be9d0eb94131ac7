// P2S-SIGN-V1 in the browser, with WebCrypto. Pure: texts and bytes in, values out. It keeps nothing, sends nothing, and touches no page.
const utf8 = new TextEncoder();
const emptyDigest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** Lowercase hex of bytes. */
export const hex = bytes => Array.from(bytes, byte => byte.toString(16).padStart(2, "0")).join("");

const bytesOf = text => (typeof text === "string" ? utf8.encode(text) : text);
const digestOf = async body => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytesOf(body))));

async function hmac(key, message) {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, utf8.encode(message)));
}

/** The steps after k1: each digest is the key of the next. `between` is what becomes of a digest on the way; nothing does, unless somebody errs. */
async function stepsAfter(k1, { timestamp, method, path, digest }, between = bytes => bytes) {
  const steps = [];
  let key = k1;
  for (const message of [timestamp, method, path, digest]) {
    key = await hmac(between(key), message);
    steps.push(key);
  }

  return steps;
}

/**
 * Signs a request.
 * @param {{ apiKey: string, secret: string, timestamp: string, method: string, path: string, body: string | Uint8Array }} request
 *   The timestamp in whole seconds since 1970; the path with its query as it is sent; the body as text, sent in UTF-8, or as bytes.
 * @returns {Promise<{ timestamp, digest, k1, k2, k3, k4, signature, authorization }>} Texts; each digest in lowercase hex.
 */
export async function sign({ apiKey, secret, timestamp, method, path, body }) {
  const digest = await digestOf(body);
  const k1 = await hmac(utf8.encode(secret), apiKey);
  const [k2, k3, k4, signature] = (await stepsAfter(k1, { timestamp, method, path, digest })).map(hex);
  return { timestamp, digest, k1: hex(k1), k2, k3, k4, signature, authorization: `P2S-SIGN-V1 ${apiKey}:${timestamp}:${signature}` };
}

/** JSON without the white space between its tokens. */
export const minified = json => json.replace(/"(?:[^"\\]|\\[^])*"|[ \t\r\n]+/g, token => (token.startsWith('"') ? token : ""));

function decoded(path) {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Each usual mistake by the name that the dashboard has for it, with what is signed in place of what is sent. In the order in which the server tries them. */
function* mistakes({ timestamp, method, path, body, digest }) {
  if (body !== "") {
    yield { name: "EmptyBodyDigest", part: "digest", instead: { digest: emptyDigest } };
    yield { name: "MinifiedBody", part: "body", signed: minified(body) };
  }

  const [bare] = path.split("?", 1);
  const query = path.slice(bare.length);
  yield { name: "QueryLeftOut", part: "path", instead: { path: bare } };
  for (const other of [decoded(bare) + query, decoded(path), decoded(bare)]) {
    yield { name: "DecodedPath", part: "path", instead: { path: other } };
  }

  yield { name: "LowerCaseMethod", part: "method", instead: { method: method.toLowerCase() } };
  yield { name: "HexBetweenSteps", part: "k2", between: bytes => utf8.encode(hex(bytes)) };
  for (let i = 0; i < 1000; i++) {
    yield { name: "MillisecondTimestamp", part: "timestamp", instead: { timestamp: timestamp + String(i).padStart(3, "0") } };
  }
}

/**
 * Finds what another program did differently when it signed this request.
 * @param {{ apiKey, secret, method, path, body }} request As it should be: the body is the text that this page signs.
 * @param {string} header The program's Authorization header, with or without its name.
 * @param {string} sent The body that the program sent; empty: the same as this page's.
 * @returns {Promise<{ name: string, part?: string, theirs?: string, right?: string }>}
 *   The mistake's name, or `Malformed`, `OtherKey`, `OtherBody`, `Same` or `None`; and of the part that differs what they signed, and what is right.
 */
export async function compare({ apiKey, secret, method, path, body }, header, sent) {
  const text = header.replace(/^\s*['"]?(?:authorization\s*:)?\s*/i, "").replace(/\s*['"]?\s*$/, "");
  const parts = /^P2S-SIGN-V1 ([^\s:]+):([0-9]{1,18}):([0-9a-f]{64})$/.exec(text);
  if (!parts) {
    const loose = /^\S+\s+([^\s:]+)\s*:\s*([0-9]+)\s*:\s*([0-9a-f]{64})$/i.exec(text);
    const right = loose ? `P2S-SIGN-V1 ${loose[1]}:${loose[2]}:${loose[3].toLowerCase()}` : "P2S-SIGN-V1 API_KEY:TIMESTAMP:SIGNATURE";
    return { name: "Malformed", part: "header", theirs: text, right };
  }

  const [, theirKey, timestamp, signature] = parts;
  if (theirKey !== apiKey) {
    return { name: "OtherKey", part: "apiKey", theirs: theirKey, right: apiKey };
  }

  if (timestamp.length === 13) {
    return { name: "MillisecondTimestamp", part: "timestamp", theirs: timestamp, right: timestamp.slice(0, -3) };
  }

  const real = sent === "" ? body : sent;
  const k1 = await hmac(utf8.encode(secret), apiKey);
  const right = { timestamp, method, path, digest: await digestOf(real) };
  const fits = async (signed, between) => hex((await stepsAfter(k1, signed, between)).at(-1)) === signature;
  if (await fits(right)) {
    return { name: "Same" };
  }

  for (const { name, part, instead, signed, between } of mistakes({ ...right, body: real })) {
    const tried = { ...right, ...instead, ...(signed === undefined ? {} : { digest: await digestOf(signed) }) };
    if (await fits(tried, between)) {
      // Of a body its text tells more than its digest; hex between the steps shows first in k2.
      const [theirs, own] =
        part === "body" ? [signed, real] : part === "k2" ? await Promise.all([between, undefined].map(async how => hex((await stepsAfter(k1, right, how))[0]))) : [tried[part], right[part]];
      return { name, part, theirs, right: own };
    }
  }

  return real !== body && (await fits({ ...right, digest: await digestOf(body) })) ? { name: "OtherBody", part: "body", theirs: body, right: real } : { name: "None" };
}

/**
 * Where two texts differ first.
 * @returns {{ same: string, marked: string, rest: string }[]} For each: the beginning that they share, what differs (empty where it lacks what the other has), what follows.
 */
export function firstDifference(one, other) {
  const [a, b] = [[...one], [...other]];
  let at = 0;
  while (at < a.length && a[at] === b[at]) {
    at++;
  }

  let end = 0;
  while (end < Math.min(a.length, b.length) - at && a[a.length - 1 - end] === b[b.length - 1 - end]) {
    end++;
  }

  // What lies between the first and the last of several differences is too long to be one: then the first character of it is.
  const [inOne, inOther] = [a.length - end - at, b.length - end - at];
  const isOne = inOne === 0 || inOther === 0 || Math.max(inOne, inOther) <= 24;
  const cut = (letters, length) => {
    const stop = at + (isOne ? length : 1);
    return { same: letters.slice(0, at).join(""), marked: letters.slice(at, stop).join(""), rest: letters.slice(stop).join("") };
  };
  return [cut(a, inOne), cut(b, inOther)];
}

const quoted = text => `'${text.replaceAll("'", "'\\''")}'`;

/** The request as a command for a shell, with the header that was signed and without the secret. */
export function curl(address, { method, path, body }, authorization) {
  const lines = [`curl --globoff -i${method === "GET" ? "" : ` -X ${method}`} ${quoted(address + path)}`, `-H ${quoted(`Authorization: ${authorization}`)}`];
  if (method !== "GET") {
    lines.push(`-H ${quoted("Content-Type: application/json")}`, `--data-raw ${quoted(body)}`);
  }

  return lines.join(" \\\n  ");
}
