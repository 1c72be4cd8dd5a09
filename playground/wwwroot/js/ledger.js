// The ledger: its entries as they are written, the tree's head, and whether all of it holds together.

import { act } from "./act.js";
import { clock, flash, followEnd, h, keyed, redraw } from "./dom.js";
import { icon } from "./icons.js";
import { json } from "./json.js";
import { kindWords } from "./kinds.js";
import { onState } from "./state.js";

/** Builds the ledger in `root` and keeps it up to date. */
export function startLedger(root) {
  const list = h("ol", { class: "entries", tabindex: "0", "aria-label": "Ledger entries" });
  const head = h("div", { class: "tree-head" });
  const verify = h(
    "button",
    { type: "button", class: "quiet-button strong", "data-testid": "ledger-verify" },
    icon("shield"),
    "Verify",
  );
  const verdict = h("div", { class: "verdict", role: "status", "data-testid": "ledger-verdict" });
  verify.title = "Reads the whole ledger again and checks every hash and the signature.";
  verify.addEventListener("click", () => act("/play/ledger/verify", {}, verify));
  root.append(
    h(
      "div",
      { class: "box ledger-box" },
      list,
      h("div", { class: "ledger-foot" }, head, verify, verdict),
    ),
  );
  let begun = false;
  onState(({ ledger, bot }) => {
    const entries = ledger.entries ?? [];
    followEnd(
      list,
      () =>
        keyed(
          list,
          entries,
          (one) => one.seq,
          () => entryNode(begun),
        ),
      !begun,
    );
    list.classList.toggle("empty", entries.length === 0);
    redraw(head, [ledger.available, ledger.head, bot.running, ledger.message], () =>
      drawHead(ledger, bot),
    );
    redraw(verdict, [ledger.verified, addedSince(ledger)], () => drawVerdict(ledger));
    verdict.className = `verdict ${ledger.verified ? (ledger.verified.ok ? "good" : "bad") : ""}`;
    begun = true;
  });
}

function entryNode(isNew) {
  const summary = h("summary", null);
  const body = h("pre", { class: "json", tabindex: "0", "aria-label": "The entry as JSON" });
  const node = h(
    "li",
    { class: "entry", "data-testid": "ledger-entry" },
    h("details", null, summary, body),
  );
  return {
    node,
    update(entry) {
      const { sign, words, tone } = kindWords(entry.kind);
      node.dataset.kind = entry.kind;
      node.className = `entry ${tone}`;
      summary.replaceChildren(
        h("span", { class: "seq" }, String(entry.seq)),
        icon(sign),
        h(
          "span",
          { class: "entry-words" },
          words,
          h(
            "span",
            { class: "entry-small" },
            h("time", null, clock(entry.at, true)),
            h("span", { title: entry.txn ?? "" }, shortId(entry.txn)),
          ),
        ),
      );
      body.replaceChildren(...json(entry.body ?? entry));
      if (isNew) flash(node);
    },
  };
}

/** The end of an id: enough to tell requests apart by eye. */
function shortId(id) {
  if (!id) return "";
  return id.length > 12 ? `${id.slice(0, 4)}…${id.slice(-5)}` : id;
}

function drawHead({ available, head, message }, bot) {
  if (!bot.running) return h("p", { class: "quiet" }, "The bot is down: the ledger rests on disk.");
  if (!available && message) return h("p", { class: "quiet" }, message);
  if (!head) return h("p", { class: "quiet" }, "No signed tree head yet.");
  return [
    h(
      "p",
      null,
      h("b", null, `${head.size} ${head.size === 1 ? "entry" : "entries"}`),
      " under one signed root",
    ),
    h("p", { class: "root-hash", title: `${head.origin}\n${head.root}` }, head.root),
  ];
}

function addedSince(ledger) {
  const last = ledger.entries?.at(-1);
  return Boolean(ledger.verified && last && new Date(last.at) > new Date(ledger.verified.at));
}

function drawVerdict(ledger) {
  const { verified } = ledger;
  if (!verified) return [];
  return [
    icon(verified.ok ? "shield" : "ban"),
    h(
      "span",
      null,
      h("b", null, verified.ok ? "Everything holds together. " : "The check failed. "),
      verified.detail ?? "",
      h(
        "span",
        { class: "quiet" },
        ` Checked at ${clock(verified.at, true)}${addedSince(ledger) ? "; entries were added since" : ""}.`,
      ),
    ),
  ];
}
