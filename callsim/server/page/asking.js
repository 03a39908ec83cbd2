// What the page asks of the emulator: looks, and deeds, each of which can be written as a line for a shell that does the same.
//
// A deed is {what, method, path, body, opens}: `opens` are the credentials of a vendor's request; what is asked of callsim itself has
// none, and its path lies below /_callsim/.

const OURS = "/_callsim/";
const KEPT = "callsim token";
const secrets = new Map();
let token = sessionStorage.getItem(KEPT) || "";
let tokenNeeded = false;

/** Nobody said the token yet, or not the right one. */
export class Locked extends Error {}

export function useToken(said) {
  token = said;
  sessionStorage.setItem(KEPT, said);
}

/** The secret of an account which the emulator does not tell: typed in, and forgotten with the page. */
export function useSecret(vendor, secret) {
  secrets.set(vendor, secret);
}

function ourHeaders() {
  return token ? { "X-Callsim-Token": token } : {};
}

/** Look at something below /_callsim/. Throws Locked, or an Error with what was said. */
export async function look(path, query, more) {
  const words = new URLSearchParams(Object.entries(query || {}).filter(([, value]) => value !== "" && value !== undefined));
  const answer = await fetch(`${OURS}${path}${words.size ? `?${words}` : ""}`, { cache: "no-store", ...more, headers: { ...ourHeaders(), ...(more || {}).headers } });
  if (answer.status === 401) {
    tokenNeeded = true;
    throw new Locked((await answer.json()).error);
  }
  tokenNeeded ||= Boolean(token);
  return answer;
}

/** Look, and read what is found. */
export async function found(path, query) {
  const answer = await look(path, query);
  const said = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(said.error || `it answered ${answer.status}`), { status: answer.status });
  return said;
}

/** A word as a shell takes it, whatever is in it. */
export function quoted(word) {
  return /^[\w@%+=:,.\/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function opening(deed) {
  const { opens } = deed;
  if (!opens) return tokenNeeded ? ['-H "X-Callsim-Token: $CALLSIM_TOKEN"'] : [];
  const secret = opens.secret === null ? `"$${deed.vendor.toUpperCase()}_SECRET"` : quoted(opens.secret);
  if (opens.scheme === "basic") return [`-u ${opens.id ? quoted(`${opens.id}:`) : ":"}${secret}`];
  return [opens.secret === null ? `-H "Authorization: Bearer $${deed.vendor.toUpperCase()}_SECRET"` : `-H ${quoted(`Authorization: Bearer ${opens.secret}`)}`];
}

/** The line for a shell that does the same as a deed. */
export function curl(deed) {
  const body = deed.body === null || deed.body === undefined ? [] : ["-H 'Content-Type: application/json'", `-d ${quoted(JSON.stringify(deed.body))}`];
  const method = deed.method === (body.length ? "POST" : "GET") ? [] : [`-X ${deed.method}`];
  return ["curl -s", ...method, ...opening(deed), ...body, quoted(location.origin + deed.path)].join(" ");
}

function authorization(deed) {
  const secret = deed.opens.secret ?? secrets.get(deed.vendor) ?? "";
  if (deed.opens.scheme === "bearer") return `Bearer ${secret}`;
  return `Basic ${btoa(String.fromCharCode(...new TextEncoder().encode(`${deed.opens.id}:${secret}`)))}`;
}

/** Do it. Returns {status, rule, basis, said}; throws an Error with what went wrong. */
export async function send(deed) {
  const headers = deed.opens ? { Authorization: authorization(deed) } : ourHeaders();
  const body = deed.body === null || deed.body === undefined ? undefined : JSON.stringify(deed.body);
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(deed.path, { method: deed.method, headers, body, cache: "no-store" });
  } catch {
    return { status: 0, said: "no reply came: it was lost on its way, or nobody is there", rule: null, basis: null };
  }
  const text = await answer.text();
  return { status: answer.status, said: text, rule: answer.headers.get("x-callsim-rule"), basis: answer.headers.get("x-callsim-basis") };
}

/** A deed of the test clock, or of a far party. */
export function ours(what, path, body) {
  return { what, method: "POST", path: OURS + path, body: body || {} };
}
