#!/usr/bin/env bash
# Puts Latchkey on Cloud Run, with everything it needs in the project. It may be run again and again: what is there
# already is left alone or brought up to date.
#
#   PROJECT=my-project deploy/deploy.sh --dry-run     # print every command, do nothing
#   PROJECT=my-project deploy/deploy.sh               # do it
#   PROJECT=my-project deploy/deploy.sh --delete      # remove what it made, except the users and the database
#
# It needs gcloud (signed in, as an owner of the project) and curl; billing must be on. Settings, as variables:
#
#   REGION           us-central1      of the service, the image and the database
#   SERVICE          latchkey         name of the service, of its account and of the image repository
#   ACCESS           public           or private: then IAM decides who may send requests
#   DOMAINS                           further domains that people sign in on, comma-separated; localhost is removed
#   AUTH_DOMAIN      PROJECT.firebaseapp.com   or a domain of the service, see the README
#   SIGN_IN_METHODS  password         CORS_ORIGINS, IAP_AUDIENCE, GOOGLE_CLIENT_IDS, TENANT_ID: as in the README
set -euo pipefail
cd "$(dirname "$0")/.."

PROJECT=${PROJECT:?set PROJECT to the id of a Google Cloud project}
REGION=${REGION:-us-central1}
SERVICE=${SERVICE:-latchkey}
ACCESS=${ACCESS:-public}
AUTH_DOMAIN=${AUTH_DOMAIN:-$PROJECT.firebaseapp.com}
DOMAINS=${DOMAINS:-}

DRY_RUN=false DELETE=false
for argument in "$@"; do
  case $argument in
    --dry-run) DRY_RUN=true ;;
    --delete) DELETE=true ;;
    *) echo "usage: deploy/deploy.sh [--dry-run] [--delete]" >&2; exit 2 ;;
  esac
done

ACCOUNT=$SERVICE@$PROJECT.iam.gserviceaccount.com             # what the service runs as
BUILDER=$SERVICE-build@$PROJECT.iam.gserviceaccount.com       # what builds and deploys it
SOURCES=gs://$PROJECT-$SERVICE-build
ROLE=${SERVICE//-/_}_accounts

step() { printf '\n# %s\n' "$*"; }

# show prints a command so that it can be pasted.
show() {
  local word line=
  for word in "$@"; do
    [[ $word =~ ^[A-Za-z0-9_@%+=:,./-]+$ ]] || word="'${word//\'/\'\\\'\'}'"
    line+="$word "
  done
  echo "${line% }"
}

# run shows a command, and runs it unless this is a dry run.
run() {
  if [ "$1" = gcloud ]; then set -- "$@" --project="$PROJECT" --quiet; fi
  show "$@"
  $DRY_RUN || command "$@"
}

gcloud() { command gcloud "$@" --project="$PROJECT" --quiet; }

# unless runs the second command where the first, which only looks, finds nothing: unless "look …" create …
unless() {
  local look=$1; shift
  if ! $DRY_RUN && $look >/dev/null 2>&1; then return; fi
  run "$@"
}

# rest calls a Google API that gcloud has no command for: rest METHOD URL [BODY]. It prints the answer.
rest() {
  show curl -X "$1" "$2" -H 'Authorization: Bearer ACCESS_TOKEN' ${3:+-d "$3"} >&2
  $DRY_RUN && return
  # The token goes through a pipe, because everybody on the machine can read a program's arguments.
  curl -sS --fail-with-body -X "$1" "$2" ${3:+-d "$3"} -H @<(printf 'Authorization: Bearer %s' "$(gcloud auth print-access-token)") \
    -H "x-goog-user-project: $PROJECT" -H "Content-Type: application/json"
}

# value prints what a look-up finds, or in a dry run a word that stands for it.
value() {
  if $DRY_RUN; then echo "$1"; else shift; "$@"; fi
}

enable_apis() {
  step "APIs"
  run gcloud services enable apikeys.googleapis.com artifactregistry.googleapis.com cloudbuild.googleapis.com \
    firebaserules.googleapis.com firestore.googleapis.com iam.googleapis.com iamcredentials.googleapis.com \
    identitytoolkit.googleapis.com logging.googleapis.com run.googleapis.com
}

create_database() {
  step "Firestore: the database, its rules, and the field by which Firestore removes notes of erasures"
  unless "gcloud firestore databases describe --database=(default)" \
    gcloud firestore databases create --database="(default)" --location="$REGION" --type=firestore-native \
    --delete-protection
  publish_rules
  run gcloud firestore fields ttls update expireAt --collection-group=erasures --enable-ttl --async
}

# publish_rules uploads firestore.rules, which keep browsers out of the database, and makes them the ones in force.
publish_rules() {
  local api=https://firebaserules.googleapis.com/v1 source ruleset name=projects/$PROJECT/releases/cloud.firestore
  source=$(grep -v '^ *//' firestore.rules | sed 's/\\/\\\\/g; s/"/\\"/g' | tr -s '\n\t' ' ')
  ruleset=$(rest POST "$api/projects/$PROJECT/rulesets" \
    "{\"source\":{\"files\":[{\"name\":\"firestore.rules\",\"content\":\"$source\"}]}}" |
    sed -n 's/^ *"name": "\(projects\/[^"]*\/rulesets\/[^"]*\)".*/\1/p' | head -1)
  $DRY_RUN && ruleset=projects/$PROJECT/rulesets/RULESET
  rest PATCH "$api/$name" "{\"release\":{\"name\":\"$name\",\"rulesetName\":\"$ruleset\"}}" >/dev/null ||
    rest POST "$api/projects/$PROJECT/releases" "{\"name\":\"$name\",\"rulesetName\":\"$ruleset\"}" >/dev/null
}

configure_sign_in() {
  step "Identity Platform: passwords, no account enumeration, a password policy, and the domains to sign in on"
  local api=https://identitytoolkit.googleapis.com domain domains password_required=true
  rest POST "$api/v2/projects/$PROJECT/identityPlatform:initializeAuth" '{}' || true # an error once it is there
  case ,${SIGN_IN_METHODS:-password}, in *,emailLink,*) password_required=false ;; esac
  # A list is replaced as a whole, so what is in it already goes along; but not localhost, which is anybody's.
  domains="\"$PROJECT.firebaseapp.com\",\"$HOST\""
  for domain in ${DOMAINS//,/ } $($DRY_RUN || rest GET "$api/admin/v2/projects/$PROJECT/config" |
    sed -n '/"authorizedDomains": \[/,/\]/p' | grep -o '"[^"]*\.[^"]*"' | tr -d '"'); do
    case $domains in *"\"$domain\""*) ;; *) domains+=",\"$domain\"" ;; esac
  done
  rest PATCH "$api/admin/v2/projects/$PROJECT/config?updateMask=signIn.email,emailPrivacyConfig,passwordPolicyConfig,authorizedDomains" \
    "{\"signIn\":{\"email\":{\"enabled\":true,\"passwordRequired\":$password_required}},\
\"emailPrivacyConfig\":{\"enableImprovedEmailPrivacy\":true},\
\"passwordPolicyConfig\":{\"passwordPolicyEnforcementState\":\"ENFORCE\",\
\"passwordPolicyVersions\":[{\"customStrengthOptions\":{\"minPasswordLength\":8}}]},\
\"authorizedDomains\":[$domains]}" >/dev/null
}

create_key() {
  step "The browser's API key: it names the project, and opens nothing but sign-in"
  local find="gcloud services api-keys list --filter=displayName=$SERVICE-browser --format=value(name)"
  if $DRY_RUN || [ -z "$($find)" ]; then
    run gcloud services api-keys create --display-name="$SERVICE-browser" \
      --api-target=service=identitytoolkit.googleapis.com --api-target=service=securetoken.googleapis.com
  fi
  API_KEY=API_KEY
  $DRY_RUN || API_KEY=$(gcloud services api-keys get-key-string "$($find | head -1)" --format='value(keyString)')
}

create_accounts() {
  step "The service's account: the documents, the user records and its own signature, and nothing else"
  unless "gcloud iam service-accounts describe $ACCOUNT" \
    gcloud iam service-accounts create "$SERVICE" --display-name="Latchkey, the service"
  # roles/firebaseauth.admin could change the project's sign-in settings and read the key of the password hashes.
  local permissions=firebaseauth.configs.get,firebaseauth.users.get,firebaseauth.users.update,firebaseauth.users.delete
  permissions+=,identitytoolkit.tenants.get
  if $DRY_RUN || ! gcloud iam roles describe "$ROLE" >/dev/null 2>&1; then
    run gcloud iam roles create "$ROLE" --title="Latchkey: user accounts" --stage=GA --permissions="$permissions"
  else
    run gcloud iam roles update "$ROLE" --permissions="$permissions"
  fi
  grant "$ACCOUNT" "projects/$PROJECT/roles/$ROLE"
  grant "$ACCOUNT" roles/datastore.user
  # Custom tokens (passkeys) are signed by the account itself, without a key file.
  run gcloud iam service-accounts add-iam-policy-binding "$ACCOUNT" \
    --member="serviceAccount:$ACCOUNT" --role=roles/iam.serviceAccountTokenCreator

  step "The account that builds and deploys"
  unless "gcloud iam service-accounts describe $BUILDER" \
    gcloud iam service-accounts create "$SERVICE-build" --display-name="Latchkey, build and deploy"
  grant "$BUILDER" roles/logging.logWriter
  grant "$BUILDER" roles/run.developer
  run gcloud iam service-accounts add-iam-policy-binding "$ACCOUNT" \
    --member="serviceAccount:$BUILDER" --role=roles/iam.serviceAccountUser
}

# grant adds one role of the project to one account; roles of others are not touched.
grant() {
  run gcloud projects add-iam-policy-binding "$PROJECT" --member="serviceAccount:$1" --role="$2" --condition=None
}

create_repository() {
  step "Artifact Registry, and a bucket for the sources of a build"
  unless "gcloud artifacts repositories describe $SERVICE --location=$REGION" \
    gcloud artifacts repositories create "$SERVICE" --location="$REGION" --repository-format=docker
  run gcloud artifacts repositories add-iam-policy-binding "$SERVICE" --location="$REGION" \
    --member="serviceAccount:$BUILDER" --role=roles/artifactregistry.writer
  unless "gcloud storage buckets describe $SOURCES" \
    gcloud storage buckets create "$SOURCES" --location="$REGION" --uniform-bucket-level-access
  run gcloud storage buckets add-iam-policy-binding "$SOURCES" \
    --member="serviceAccount:$BUILDER" --role=roles/storage.objectViewer
}

create_service() {
  step "The service, with a placeholder at first: a build deploys without traffic, which a service has to exist for"
  unless "gcloud run services describe $SERVICE --region=$REGION" \
    gcloud run deploy "$SERVICE" --region="$REGION" --image=us-docker.pkg.dev/cloudrun/container/hello \
    --service-account="$ACCOUNT" --no-allow-unauthenticated --max-instances=1
  if [ "$ACCESS" = public ]; then # everybody may load the pages; who may call the API, ID tokens decide
    run gcloud run services add-iam-policy-binding "$SERVICE" --region="$REGION" --member=allUsers --role=roles/run.invoker
  else
    run gcloud run services remove-iam-policy-binding "$SERVICE" --region="$REGION" --member=allUsers --role=roles/run.invoker || true
  fi
  run gcloud run services add-iam-policy-binding "$SERVICE" --region="$REGION" \
    --member="serviceAccount:$BUILDER" --role=roles/run.invoker # for the smoke test of a private service
}

create_metric() {
  step "A counter of refusals, by reason and route"
  unless "gcloud logging metrics describe latchkey_refusals" \
    gcloud logging metrics create latchkey_refusals --config-from-file=deploy/refusals-metric.yaml
}

build_and_deploy() {
  step "Test, build, push, deploy, try it out, and only then give it the traffic (cloudbuild.yaml)"
  run gcloud builds submit . --region="$REGION" --gcs-source-staging-dir="$SOURCES/source" \
    --service-account="projects/$PROJECT/serviceAccounts/$BUILDER" \
    --substitutions="^;^_REGION=$REGION;_REPOSITORY=$SERVICE;_SERVICE=$SERVICE;_SERVICE_ACCOUNT=$ACCOUNT;_FIREBASE_API_KEY=$API_KEY;_FIREBASE_AUTH_DOMAIN=$AUTH_DOMAIN;_SIGN_IN_METHODS=${SIGN_IN_METHODS:-password};_CORS_ORIGINS=${CORS_ORIGINS:-};_IAP_AUDIENCE=${IAP_AUDIENCE:-};_GOOGLE_CLIENT_IDS=${GOOGLE_CLIENT_IDS:-};_TENANT_ID=${TENANT_ID:-}"
}

smoke_test() {
  step "Try it out"
  if [ "$ACCESS" = public ]; then
    run deploy/smoke.sh "https://$HOST"
  else
    echo "# private: gcloud run services proxy $SERVICE --region=$REGION, then deploy/smoke.sh http://localhost:8080"
  fi
}

# delete_all leaves what holds people's data: the users of Identity Platform and the database.
delete_all() {
  step "Delete the service, its images, its accounts and the key"
  run gcloud run services delete "$SERVICE" --region="$REGION" || true
  run gcloud artifacts repositories delete "$SERVICE" --location="$REGION" || true
  run gcloud storage rm "$SOURCES" --recursive || true
  local account role
  for role in "projects/$PROJECT/roles/$ROLE" roles/datastore.user; do revoke "$ACCOUNT" "$role"; done
  for role in roles/logging.logWriter roles/run.developer; do revoke "$BUILDER" "$role"; done
  for account in "$ACCOUNT" "$BUILDER"; do run gcloud iam service-accounts delete "$account" || true; done
  run gcloud logging metrics delete latchkey_refusals || true
  local key
  for key in $(value KEY gcloud services api-keys list --filter="displayName=$SERVICE-browser" --format="value(name)"); do
    run gcloud services api-keys delete "$key" || true
  done
  cat <<END

# The users, the database and the role $ROLE (nobody has it; its id could not be used again for a week) are left. To delete them too, for ever, delete the project:
# gcloud projects delete $PROJECT
END
}

revoke() {
  run gcloud projects remove-iam-policy-binding "$PROJECT" --member="serviceAccount:$1" --role="$2" --condition=None || true
}

if $DELETE; then
  delete_all
  exit
fi
NUMBER=$(value 123456789 gcloud projects describe "$PROJECT" --format='value(projectNumber)')
HOST=$SERVICE-$NUMBER.$REGION.run.app
enable_apis
create_database
configure_sign_in
create_key
create_accounts
create_repository
create_service
create_metric
build_and_deploy
smoke_test
step "Done: https://$HOST"
