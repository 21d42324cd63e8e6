#!/bin/sh
# Both APIs of a running bridge with curl. BRIDGE_URL and BRIDGE_KEY say which one.
set -eu
url=${BRIDGE_URL:-http://127.0.0.1:8000}
key=${BRIDGE_KEY:-none}

ask() { # path, body
  curl --silent --show-error --fail-with-body --no-buffer "$url$1" \
    --header "authorization: Bearer $key" --header 'content-type: application/json' --data "$2"
}

echo '── OpenAI, streaming'
ask /v1/chat/completions '{"model":"auto","stream":true,"messages":[{"role":"user","content":"Hello!"}]}'

echo '── Anthropic, streaming'
ask /v1/messages '{"model":"auto","max_tokens":500,"stream":true,"messages":[{"role":"user","content":"Hello!"}]}'

echo '── OpenAI, whole'
ask /v1/chat/completions '{"model":"auto","messages":[{"role":"user","content":"Hello!"}]}'
echo

echo '── models'
curl --silent --show-error --fail-with-body "$url/v1/models" --header "authorization: Bearer $key"
echo
