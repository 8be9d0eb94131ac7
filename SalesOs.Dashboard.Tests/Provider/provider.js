// An OpenID Connect provider for the tests, on a free port of this machine: prints its issuer, then serves until its input ends.
// What it is told beside OpenID Connect comes in as JSON at POST /test/…; nothing of it is reachable from outside.
import { createPrivateKey, generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const stored = new Map();
const people = new Map();
const client = { redirect_uris: [], post_logout_redirect_uris: [] };
let settings = {};
let keys = [newKey()];
let current;

const server = createServer((request, response) =>
  request.method === "POST" && request.url.startsWith("/test/") ? instruct(request, response) : current.callback()(request, response));
server.listen(0, "127.0.0.1", () => {
  build();
  console.log(issuer());
});
process.stdin.resume().on("end", () => process.exit());

async function instruct(request, response) {
  let body = "";
  for await (const chunk of request) {
    body += chunk;
  }
  const said = JSON.parse(body || "{}");
  const instructions = {
    // { origin, settings }: where the dashboard is, and how the provider behaves.
    "/test/begin": () => {
      client.redirect_uris = [`${said.origin}/signin-oidc`];
      client.post_logout_redirect_uris = [`${said.origin}/signout-callback-oidc`];
      client.backchannel_logout_uri = `${said.origin}/signout-backchannel-oidc`;
      settings = said.settings ?? {};
    },
    // { login, claims }: what is said of a person from now on; without claims they are disabled.
    "/test/person": () => (said.claims ? people.set(said.login, said.claims) : people.delete(said.login)),
    "/test/rotate": () => (keys = [newKey()]),
  };
  instructions[request.url]();
  build();
  response.writeHead(204).end();
}

function issuer() {
  return `http://127.0.0.1:${server.address().port}`;
}

function newKey() {
  // By way of PEM: Node.js 20 can lock up for good when a key is exported while the garbage collection takes away the job that made it.
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  return { ...createPrivateKey(privateKey).export({ format: "jwk" }), use: "sig", alg: "RS256", kid: randomUUID() };
}

// Begun anew with each instruction; codes, sessions and grants stay.
function build() {
  const names = ["name", "email", "email_verified", "realm_access", "organization", "tenant_id", "roles"];
  current = new Provider(issuer(), {
    adapter: Stored,
    jwks: { keys },
    clients: [
      {
        client_id: "dashboard",
        client_secret: "dashboards-own-secret",
        grant_types: ["authorization_code", "refresh_token"],
        backchannel_logout_session_required: true,
        token_endpoint_auth_method: settings.header ? "client_secret_basic" : "client_secret_post",
        ...client,
      },
      {
        client_id: "script",
        client_secret: "scripts-own-secret",
        token_endpoint_auth_method: settings.header ? "client_secret_basic" : "client_secret_post",
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
      },
    ],
    clientAuthMethods: settings.header ? ["client_secret_basic"] : ["client_secret_basic", "client_secret_post"],
    claims: { openid: ["sub", ...names], profile: [], email: [] },
    scopes: ["openid", "profile", "email", "offline_access"],
    // As Keycloak does by default; without it the token says little and UserInfo the rest.
    conformIdTokenClaims: !settings.claimsInToken,
    cookies: { keys: ["not-a-secret"] },
    findAccount: (_, login) => people.has(login) ? { accountId: login, claims: () => ({ sub: login, ...people.get(login) }) } : undefined,
    issueRefreshToken: (_, c) => c.grantTypeAllowed("refresh_token"),
    extraTokenClaims: (_, token) => (token.kind === "ClientCredentials" ? { tenant_id: "acme", realm_access: { roles: ["admin"] }, organization: { id: "acme" } } : undefined),
    features: {
      backchannelLogout: { enabled: true },
      pushedAuthorizationRequests: { enabled: settings.push ?? true },
      clientCredentials: { enabled: true },
      revocation: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (_, c) => (c.clientId === "script" ? "urn:salesos" : undefined),
        getResourceServerInfo: () => ({ scope: "", audience: "salesos-api", accessTokenFormat: "jwt" }),
      },
    },
    // By its own means oidc-provider refuses to call this machine, and gives up after 2.5 s, which is too soon for one that runs all tests at once.
    fetch: (url, { dispatcher, signal, ...options }) => fetch(url, options),
    renderError: (context, out) => {
      context.type = "text";
      context.body = JSON.stringify(out);
    },
    ttl: { Session: 3600, Grant: 3600, Interaction: 600, IdToken: 600, AccessToken: 600, RefreshToken: 86400, ClientCredentials: 600 },
  });
  current.use(async (context, next) => {
    await next();
    // As where signing out has a host of its own.
    if (settings.signOutHost && context.path === "/.well-known/openid-configuration") {
      context.body.end_session_endpoint = context.body.end_session_endpoint.replace("127.0.0.1", settings.signOutHost);
    }
  });
  current.on("server_error", (_, error) => console.error(error));
  current.on("backchannel.error", (_, error) => console.error(error));
}

/** oidc-provider's adapter interface over one map, so that what was issued outlives an instance. */
class Stored {
  constructor(kind) {
    this.kind = kind;
  }

  key(id) {
    return `${this.kind}:${id}`;
  }

  async upsert(id, payload) {
    stored.set(this.key(id), payload);
  }

  async find(id) {
    return stored.get(this.key(id));
  }

  async findByUid(uid) {
    return [...stored.entries()].find(([key, payload]) => key.startsWith(`${this.kind}:`) && payload.uid === uid)?.[1];
  }

  async findByUserCode() {
    return undefined;
  }

  async consume(id) {
    stored.get(this.key(id)).consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    stored.delete(this.key(id));
  }

  async revokeByGrantId(grantId) {
    for (const [key, payload] of stored) {
      if (payload.grantId === grantId) {
        stored.delete(key);
      }
    }
  }
}
