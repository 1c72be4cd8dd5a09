#!/usr/bin/env bash
# Plans, shows the plan to people, and applies exactly that plan when they approved it.
# Usage: apply.sh WORKSPACE ENVIRONMENT. APPROVALS_URL, APPROVALS_KEY and APPROVALS_INITIATOR are in the environment.
set -euo pipefail
umask 077 # plans hold secrets

# The card names the workspace: it must be the one in use, and stay it whatever is selected meanwhile.
selected=$(terraform workspace show)
if [ "$selected" != "$1" ]; then
    echo "the workspace in use is $selected: terraform workspace select $1" >&2
    exit 1
fi
export TF_WORKSPACE=$1

terraform plan -input=false -out=tfplan
trap 'rm -f tfplan plan.json' EXIT
terraform show -json tfplan >plan.json

ChatApprovals ask \
    --terraform-plan plan.json \
    --bind tfplan \
    --resource "terraform.workspace/$1" \
    --env "$2" \
    --data-scope classification=internal \
    -- terraform apply -input=false tfplan
