#!/usr/bin/env bash
# Looks at the configurations that evp export terraform writes, as far as this machine can: `validate` where terraform or tofu is in PATH
# and its provider can be downloaded; otherwise, with Go, HashiCorp's own reader of configurations, which needs no provider.
# (`fmt` has no opinion on the JSON syntax.)
set -euo pipefail
cd "$(dirname "$0")/../.."
inspector=github.com/hashicorp/terraform-config-inspect@v0.0.0-20260904064934-75d64de68c31

scratch=$(mktemp -d)
trap 'chmod -R u+w "$scratch" && rm -rf "$scratch"' EXIT

evp() { node_modules/.bin/node bin/evp.js "$@"; }
export_to() { evp export terraform --quiet --out "$@" >/dev/null; }
configurations=(plain function database fixed)
export_to "$scratch/plain"
export_to "$scratch/function" --function
cat >"$scratch/database.json" <<'EOF'
{ "stack": "tenants", "store": { "kind": "postgres" }, "clients": [ { "id": "client-1", "allowedTypes": [] } ] }
EOF
export_to "$scratch/database" --function --config "$scratch/database.json"
export_to "$scratch/fixed" --account 123456789012 --region eu-west-1

terraform=$(command -v terraform || command -v tofu || true)
if [ -n "$terraform" ]; then
  export TF_PLUGIN_CACHE_DIR=$scratch/cache
  mkdir "$TF_PLUGIN_CACHE_DIR"
  if timeout 90 "$terraform" -chdir="$scratch/plain" init -backend=false -input=false >"$scratch/log" 2>&1; then
    for name in "${configurations[@]}"; do
      "$terraform" -chdir="$scratch/$name" init -backend=false -input=false >/dev/null
      "$terraform" -chdir="$scratch/$name" validate
    done
    exit 0
  fi
  echo "$terraform cannot have its provider here"
fi
if command -v go >/dev/null && GOBIN=$scratch timeout 240 go install "$inspector"; then
  for name in "${configurations[@]}"; do "$scratch/terraform-config-inspect" "$scratch/$name" >/dev/null; done
  echo "terraform-config-inspect: ${#configurations[@]} configurations are well-formed"
else
  echo "neither a provider nor Go can be had here: the configurations are only looked at by npm test"
fi
