#!/usr/bin/env bash
# Runs ASK_RUN when people approved it. Who is behind it, and why, comes from action.yml; what it is a part of, from the
# runner. The program ChatApprovals is on the PATH; APPROVALS_URL and APPROVALS_KEY are in the environment.
set -euo pipefail

# Nobody may approve their own change: without knowing who that is, nothing is asked.
: "${ASK_INITIATOR:?the initiator is empty: is the person who started this in the variable APPROVALS_PEOPLE?}"

# A re-run keeps the actor of the first run: whoever started it again is behind it too, and could approve it.
if [ "${GITHUB_TRIGGERING_ACTOR:?the runner does not say who started this run}" != "$GITHUB_ACTOR" ]; then
    echo "$GITHUB_TRIGGERING_ACTOR re-ran a run of $GITHUB_ACTOR: let $GITHUB_ACTOR re-run it, or start a new one" >&2
    exit 1
fi

# Whoever merges is the actor of a push; whose commits it brings is behind it too. The event names them, by the addresses
# in the commits and by their GitHub names, which ASK_PEOPLE (JSON) may know. What cannot be read stops here.
[ -n "${ASK_PEOPLE:-}" ] || ASK_PEOPLE='{}'
authors=$(jq -r --argjson people "$ASK_PEOPLE" '
    [.commits[]? | .author, .committer | select(. != null)
        | .email, $people[.username // ""]]
    | map(select(. != null and (endswith("@users.noreply.github.com") or . == "noreply@github.com") == false))
    | unique[]' "${GITHUB_EVENT_PATH:?the runner does not say what started this run}")
behalf=()
while IFS= read -r author; do
    [ -z "$author" ] || behalf+=(--on-behalf-of "$author")
done <<<"$authors"

exec ChatApprovals ask \
    --action "$ASK_ACTION" \
    --resource "$ASK_RESOURCE" \
    --env "$ASK_ENVIRONMENT" \
    --initiator "$ASK_INITIATOR" \
    ${behalf[@]+"${behalf[@]}"} \
    --justification "${ASK_JUSTIFICATION:-$GITHUB_WORKFLOW}" \
    --timeout "$ASK_TIMEOUT" \
    --context "repository=$GITHUB_REPOSITORY" \
    --context "commit=$GITHUB_SHA" \
    --context "ref=$GITHUB_REF" \
    --fact "Workflow=$GITHUB_WORKFLOW, job $GITHUB_JOB, attempt $GITHUB_RUN_ATTEMPT" \
    --fact "Started by=$GITHUB_ACTOR on GitHub" \
    --link "Run=$GITHUB_SERVER_URL/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID" \
    -- bash --noprofile --norc -eo pipefail -c "$ASK_RUN"
