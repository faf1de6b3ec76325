#!/usr/bin/env bash
# Tries a deployed service out, as a stranger would meet it:
#
#   deploy/smoke.sh https://latchkey-123.us-central1.run.app
#
# IAM_TOKEN, if set, is sent as IAM's token, which a private service wants.
set -euo pipefail
URL=${1:?usage: deploy/smoke.sh URL}

# ask prints the status and the headers of one GET. A new instance may need a moment.
ask() {
  curl -sS -o /dev/null -D - --max-time 30 --retry 5 --retry-all-errors --retry-delay 2 \
    -H @<(printf '%s' "${IAM_TOKEN:+X-Serverless-Authorization: Bearer $IAM_TOKEN}") "$URL$1" | tr -d '\r'
}

# wants PATH STATUS [HEADER]
wants() {
  local answer
  answer=$(ask "$1")
  if ! grep -q "^HTTP/[0-9.]* $2" <<<"$answer" || ! grep -qi "^${3:-}" <<<"$answer"; then
    printf 'GET %s: want %s %s, got\n%s\n' "$1" "$2" "${3:-}" "$answer" >&2
    return 1
  fi
  echo "ok: GET $1 is $2"
}

wants /health/ready 200                             # keys fetched, Firestore reachable
wants / 200 content-security-policy:                # a page
wants /api/profile 401 "www-authenticate: bearer"   # nobody gets in without a token
wants /nowhere 404
