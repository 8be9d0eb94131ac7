// Starts the circuit and brings it back: Blazor gives up after some tries, a page that is still open should not.
const notice = document.getElementById("components-reconnect-modal");

Blazor.start({
  circuit: {
    reconnectionOptions: {
      maxRetries: 10000,
      retryIntervalMilliseconds: tries => (tries === 0 ? 0 : Math.min(1000 * tries, 5000)),
    },
  },
});

notice.addEventListener("components-reconnect-state-changed", async event => {
  if (event.detail.state === "rejected") {
    // The server answers but no longer knows this circuit (a restart, or away for too long): begin anew at the same address.
    location.reload();
  } else if (event.detail.state === "failed") {
    document.addEventListener("visibilitychange", retryWhenSeen);
  }
});

async function retryWhenSeen() {
  if (document.visibilityState === "visible") {
    document.removeEventListener("visibilitychange", retryWhenSeen);
    if (!(await Blazor.reconnect())) {
      location.reload();
    }
  }
}
