// What the server says (the whole state, again after every change) and what only this window knows.

const listeners = new Set();

/** The latest state from the server; null until the first event. */
export let state = null;

/** Choices of this window. Kept in the browser, never sent. */
export const choice = load();

function load() {
  const start = {
    slackPerson: "bob",
    teamsPerson: "carol",
    theme: "auto",
    hint: true,
    slackPlace: {},
    teamsPlace: {},
  };
  try {
    return { ...start, ...JSON.parse(localStorage.getItem("chatapprovals-playground") ?? "{}") };
  } catch {
    return start;
  }
}

/** Changes choices and redraws. */
export function choose(change) {
  Object.assign(choice, change);
  try {
    localStorage.setItem("chatapprovals-playground", JSON.stringify(choice));
  } catch {
    // A browser that keeps nothing still shows everything.
  }
  draw();
}

/** Calls `listener(state)` now, if there is a state, and after every change. */
export function onState(listener) {
  listeners.add(listener);
  if (state) listener(state);
}

/** Draws everything from the present state; one part's fault leaves the others standing. */
export function draw() {
  if (!state) return;
  for (const listener of listeners) {
    try {
      listener(state);
    } catch (error) {
      console.error(error);
    }
  }
}

/** Opens the stream and keeps it open. `onConnection(true|false)` tells of loss and return. */
export function connect(onConnection) {
  const source = new EventSource("/play/stream");
  source.onmessage = (event) => {
    state = JSON.parse(event.data);
    onConnection(true);
    draw();
  };
  source.onerror = () => {
    onConnection(false);
    if (source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => connect(onConnection), 2000);
  };
}

const platforms = { slack: "Slackbot", teams: "Teams" };

/** The person with this key, or a stand-in so that an unknown one still has a name. */
export function person(key) {
  const known = state?.people.find((one) => one.key === key);
  return known ?? { key, name: platforms[key] ?? key, role: "", guest: false };
}
