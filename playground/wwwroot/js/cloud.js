// Acme's cloud: what the agent's guarded call changes, and only after somebody approved it.

import { act } from "./act.js";
import { announce, clock, flash, h, keyed } from "./dom.js";
import { icon } from "./icons.js";
import { onState } from "./state.js";

/** Builds the panel in `root` and keeps it up to date. */
export function startCloud(root) {
  const title = h("h3", { id: "cloud-title" });
  const list = h("ul", { class: "cloud-policies", "data-testid": "cloud-policies" });
  const reset = h(
    "button",
    { type: "button", class: "quiet-button", "data-testid": "cloud-reset" },
    "Detach",
  );
  reset.addEventListener("click", () => act("/play/cloud/reset", {}, reset));
  root.append(
    h(
      "section",
      { class: "box cloud", "aria-labelledby": "cloud-title" },
      h("div", { class: "cloud-head" }, icon("cloud"), title, reset),
      list,
    ),
  );
  let begun = false;
  onState(({ cloud }) => {
    title.textContent = `Acme’s cloud, role ${cloud.role}`;
    reset.disabled = cloud.policies.length < 2;
    keyed(
      list,
      cloud.policies,
      (one) => one.n,
      (one) => policyNode(one, begun),
    );
    begun = true;
  });
}

function policyNode(one, isNew) {
  const node = h("li", null, h("b", null, one.name), " ", h("time", null, clock(one.at, true)));
  if (isNew) {
    announce(`The role now has ${one.name}.`);
    setTimeout(() => flash(node));
  }
  return { node, update() {} };
}
