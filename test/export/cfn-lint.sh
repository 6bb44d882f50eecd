#!/usr/bin/env bash
# Lets cfn-lint look at the templates that evp export cloudformation writes: no error, no warning.
# It is the one that CFN_LINT names, or the pinned one from PyPI: an older one knows fewer properties.
set -euo pipefail
cd "$(dirname "$0")/../.."
version=1.58.0

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

linter=${CFN_LINT:-}
if [ -z "$linter" ]; then
  if ! { python3 -m venv "$scratch/venv" && "$scratch/venv/bin/pip" install --quiet "cfn-lint==$version"; }; then
    echo "cfn-lint cannot be had here (python3 with venv, and PyPI): the templates are not linted"
    exit 0
  fi
  linter=$scratch/venv/bin/cfn-lint
fi

evp() { node_modules/.bin/node bin/evp.js "$@"; }
export_to() { evp export cloudformation --quiet --out "$@" >/dev/null; }
cat >"$scratch/odd.json" <<'EOF'
{ "stack": "odd", "maxEventBytes": 393216, "ingress": { "kind": "standard" }, "journal": { "replayIndex": false, "rejectionIndex": false },
  "clients": [ { "id": "Shop_A-1", "allowedTypes": [] }, { "id": "1", "allowedTypes": ["monitoring"], "active": false } ] }
EOF
cat >"$scratch/database.json" <<'EOF'
{ "stack": "tenants", "store": { "kind": "postgres" }, "clients": [ { "id": "client-1", "allowedTypes": [] } ] }
EOF
export_to "$scratch/plain.template.json"
export_to "$scratch/function.template.json" --function
export_to "$scratch/fixed.template.json" --account 123456789012 --region eu-west-1
export_to "$scratch/odd.template.json" --function --config "$scratch/odd.json"
export_to "$scratch/database.template.json" --function --config "$scratch/database.json"

"$linter" --regions us-east-1 eu-west-1 cn-north-1 -- "$scratch"/*.template.json
echo "cfn-lint: nothing to say about $(ls "$scratch"/*.template.json | wc -l) templates"
