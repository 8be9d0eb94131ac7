// Starts the circuit and brings it back: Blazor gives up after some tries, a page that is still open should not.
const notice = document.getElementById("components-reconnect-modal");

Blazor.start({
  circuit: {
    // WebSockets and nothing else: 1 is HttpTransportType.WebSockets.
    configureSignalR: builder => builder.withUrl("_blazor", { transport: 1, skipNegotiation: true }),
    reconnectionOptions: {
      maxRetries: 10000,
      retryIntervalMilliseconds: tries => (tries === 0 ? 0 : Math.min(1000 * tries, 5000)),
    },
  },
});

notice.addEventListener("components-reconnect-state-changed", async event => {
  stand(event.detail.state === "hide" ? null : document.querySelector("dialog:modal"));
  if (event.detail.state === "hide") {
    unsent.tellAgain();
  } else if (event.detail.state === "rejected") {
    // The server answers but no longer knows this circuit (a restart, or away for too long): begin anew at the same address.
    dashboard.reload();
  } else if (event.detail.state === "retrying" && (await sessionHasEnded())) {
    // The server won't connect nobody: the sign-in is the way back.
    dashboard.reload();
  } else if (event.detail.state === "failed") {
    document.addEventListener("visibilitychange", retryWhenSeen);
  }
});

// A modal dialog covers all that stands outside of it, for a screen reader too: while one is open the notice stands in it.
function stand(dialog) {
  const place = dialog ?? document.body;
  if (notice.parentElement !== place) {
    place.append(notice);
  }
}

async function sessionHasEnded() {
  try {
    return (await fetch("/session", { cache: "no-store" })).status === 401;
  } catch {
    return false;
  }
}

async function retryWhenSeen() {
  if (document.visibilityState === "visible") {
    document.removeEventListener("visibilitychange", retryWhenSeen);
    if (!(await Blazor.reconnect())) {
      dashboard.reload();
    }
  }
}
