#!/usr/bin/env bash
# Tests a deployed service from the outside, without signing in:
#
#   deploy/smoke.sh https://latchkey-123.us-central1.run.app
#
# If IAM_TOKEN is set, it is sent to IAM, which a private service requires.
set -euo pipefail
URL=${1:?usage: deploy/smoke.sh URL}

# get PATH prints the status and headers of the response. It retries, because a new instance may need
# a moment.
get() {
  curl -sS -o /dev/null -D - --max-time 30 --retry 5 --retry-all-errors --retry-delay 2 \
    -H @<(printf '%s' "${IAM_TOKEN:+X-Serverless-Authorization: Bearer $IAM_TOKEN}") "$URL$1" | tr -d '\r'
}

# expect PATH STATUS [HEADER] fails unless the response has this status and a header that begins so.
expect() {
  local response
  response=$(get "$1")
  if ! grep -q "^HTTP/[0-9.]* $2" <<<"$response" || ! grep -qi "^${3:-}" <<<"$response"; then
    printf 'GET %s: got\n%s\nwant %s %s\n' "$1" "$response" "$2" "${3:-}" >&2
    return 1
  fi
  echo "ok: GET $1 returned $2"
}

expect /health/ready 200                             # Google's keys are loaded, Firestore is reachable
expect / 200 content-security-policy:                # a page
expect /api/profile 401 "www-authenticate: bearer"   # the API requires a token
expect /nowhere 404
