#!/usr/bin/env bash
# Deploys Latchkey to Cloud Run and sets up everything it needs in the project. You can run it again at
# any time: it skips what exists and updates the rest. docs/deployment.md explains every step.
#
#   PROJECT=my-project deploy/deploy.sh --dry-run     # print every command without running it
#   PROJECT=my-project deploy/deploy.sh               # run them
#   PROJECT=my-project deploy/deploy.sh --delete      # remove everything except user data
#
# Requirements: gcloud, signed in as an owner of the project; curl; a billing account. Settings, as
# environment variables. One that you leave out is reset to its default, except for AUTH_DOMAIN and
# LOAD_BALANCER:
#
#   REGION           us-central1      region of the service, the images, the build and the database
#   SERVICE          latchkey         name of the service, its account and the image repository
#   ACCESS           public           or private, which puts IAM in front of the service
#   DOMAINS                           more domains that users sign in on, comma-separated
#   AUTH_DOMAIN      the site's host  exactly the host that users open; later runs keep it
#   SIGN_IN_METHODS  password         sign-in methods that the pages offer, comma-separated
#   LOAD_BALANCER                     public addresses of the load balancer for the first of the DOMAINS,
#                                     comma-separated; closes the run.app URL, and later runs keep it closed
#
# CORS_ORIGINS, IAP_AUDIENCE, GOOGLE_CLIENT_IDS and TENANT_ID are passed to the service; see README.md.
set -euo pipefail
cd "$(dirname "$0")/.."

PROJECT=${PROJECT:?set PROJECT to the ID of a Google Cloud project}
REGION=${REGION:-us-central1}
SERVICE=${SERVICE:-latchkey}
ACCESS=${ACCESS:-public}
AUTH_DOMAIN=${AUTH_DOMAIN:-}
DOMAINS=${DOMAINS:-}
LOAD_BALANCER=${LOAD_BALANCER:-}
if [ -n "$LOAD_BALANCER" ] && [ -z "$DOMAINS" ]; then
  echo "set DOMAINS, too: the first one must lead to the load balancer" >&2
  exit 2
fi

DRY_RUN=false DELETE=false
for argument in "$@"; do
  case $argument in
    --dry-run) DRY_RUN=true ;;
    --delete) DELETE=true ;;
    *) echo "usage: deploy/deploy.sh [--dry-run] [--delete]" >&2; exit 2 ;;
  esac
done

ACCOUNT=$SERVICE@$PROJECT.iam.gserviceaccount.com             # runs the service
BUILDER=$SERVICE-build@$PROJECT.iam.gserviceaccount.com       # builds and deploys it
SOURCES=gs://$PROJECT-$SERVICE-build
ROLE=${SERVICE//-/_}_accounts                                 # custom role of the service
BUILD_ROLE=${SERVICE//-/_}_deployments                        # custom role of the builder

step() { printf '\n# %s\n' "$*"; }

# show prints a command, quoted so that you can paste it.
show() {
  local word line=
  for word in "$@"; do
    [[ $word =~ ^[A-Za-z0-9_@%+=:,./-]+$ ]] || word="'${word//\'/\'\\\'\'}'"
    line+="$word "
  done
  echo "${line% }"
}

# run prints a command and runs it, unless this is a dry run.
run() {
  if [ "$1" = gcloud ]; then set -- "$@" --project="$PROJECT" --quiet; fi
  show "$@"
  $DRY_RUN || command "$@"
}

gcloud() { command gcloud "$@" --project="$PROJECT" --quiet; }

# unless LOOKUP COMMAND... runs COMMAND if LOOKUP, which is read-only, fails.
unless() {
  local lookup=$1; shift
  if ! $DRY_RUN && $lookup >/dev/null 2>&1; then return; fi
  run "$@"
}

# rest METHOD URL [BODY] calls a Google API that gcloud has no command for and prints the response.
rest() {
  show curl -X "$1" "$2" -H 'Authorization: Bearer ACCESS_TOKEN' \
    -H "x-goog-user-project: $PROJECT" -H "Content-Type: application/json" ${3:+-d "$3"} >&2
  $DRY_RUN && return
  # The token goes through a pipe, because other users of the machine can read a program's arguments.
  curl -sS --fail-with-body -X "$1" "$2" ${3:+-d "$3"} \
    -H @<(printf 'Authorization: Bearer %s' "$(gcloud auth print-access-token)") \
    -H "x-goog-user-project: $PROJECT" -H "Content-Type: application/json"
}

# value PLACEHOLDER LOOKUP... prints the result of LOOKUP, or PLACEHOLDER in a dry run.
value() {
  if $DRY_RUN; then echo "$1"; else shift; "$@"; fi
}

enable_apis() {
  step "APIs"
  run gcloud services enable apikeys.googleapis.com artifactregistry.googleapis.com \
    cloudbuild.googleapis.com cloudresourcemanager.googleapis.com \
    containeranalysis.googleapis.com firebaserules.googleapis.com firestore.googleapis.com \
    iam.googleapis.com iamcredentials.googleapis.com identitytoolkit.googleapis.com \
    logging.googleapis.com run.googleapis.com securetoken.googleapis.com
}

# choose_auth_domain sets AUTH_DOMAIN if you didn't: to the one that the service has, or else to the
# site's own host. On any other host, even a subdomain, redirects to providers don't work.
choose_auth_domain() {
  if [ -n "$AUTH_DOMAIN" ]; then return; fi
  AUTH_DOMAIN=$(value "" current_auth_domain)
  # The load balancer closes the run.app URL, so that can't stay the auth domain.
  if [ -n "$LOAD_BALANCER" ] && [ "${AUTH_DOMAIN:-$HOST}" = "$HOST" ]; then
    AUTH_DOMAIN=${DOMAINS%%,*}
  fi
  AUTH_DOMAIN=${AUTH_DOMAIN:-$HOST}
}

# current_auth_domain prints the auth domain that the service has, or nothing.
current_auth_domain() {
  local service
  if ! service=$(gcloud run services describe "$SERVICE" --region="$REGION" --format=json 2>&1); then
    case $service in *"Cannot find service"*) return ;; esac
    echo "$service" >&2
    return 1
  fi
  sed -n '/"name": "FIREBASE_AUTH_DOMAIN"/,/}/s/.*"value": "\(.*\)".*/\1/p' <<<"$service"
}

# on_firebase succeeds if the auth domain is Firebase's, and so not the host that users open.
on_firebase() { [[ $AUTH_DOMAIN = *.firebaseapp.com || $AUTH_DOMAIN = *.web.app ]]; }

create_database() {
  step "Firestore: the database, its security rules, and the expiry of records"
  unless "gcloud firestore databases describe --database=(default)" \
    gcloud firestore databases create --database="(default)" --location="$REGION" \
    --type=firestore-native --delete-protection
  publish_rules
  run gcloud firestore fields ttls update expireAt --collection-group=erasures --enable-ttl --async
  run gcloud firestore fields ttls update expireAt --collection-group=demotions --enable-ttl --async
}

# publish_rules uploads firestore.rules, which deny all browsers access, and releases them.
publish_rules() {
  local api=https://firebaserules.googleapis.com/v1 source ruleset
  local name=projects/$PROJECT/releases/cloud.firestore
  source=$(grep -v '^ *//' firestore.rules | sed 's/\\/\\\\/g; s/"/\\"/g' | tr -s '\n\t' ' ')
  ruleset=$(rest POST "$api/projects/$PROJECT/rulesets" \
    "{\"source\":{\"files\":[{\"name\":\"firestore.rules\",\"content\":\"$source\"}]}}" |
    sed -n 's/^ *"name": "\(projects\/[^"]*\/rulesets\/[^"]*\)".*/\1/p' | head -1)
  $DRY_RUN && ruleset=projects/$PROJECT/rulesets/RULESET
  rest PATCH "$api/$name" "{\"release\":{\"name\":\"$name\",\"rulesetName\":\"$ruleset\"}}" >/dev/null ||
    rest POST "$api/projects/$PROJECT/releases" "{\"name\":\"$name\",\"rulesetName\":\"$ruleset\"}" >/dev/null
}

configure_sign_in() {
  step "Identity Platform: passwords, enumeration protection, password policy, authorized domains"
  local api=https://identitytoolkit.googleapis.com domain domains password_required=true
  # This fails if Identity Platform is enabled already.
  rest POST "$api/v2/projects/$PROJECT/identityPlatform:initializeAuth" '{}' || true
  case ,${SIGN_IN_METHODS:-password}, in *,emailLink,*) password_required=false ;; esac
  # A PATCH replaces the whole list, so it must include the domains that are there already. localhost is
  # dropped: with it, a page on any machine could use the project.
  domains="\"$PROJECT.firebaseapp.com\",\"$HOST\""
  for domain in "$AUTH_DOMAIN" ${DOMAINS//,/ } \
    $($DRY_RUN || rest GET "$api/admin/v2/projects/$PROJECT/config" |
    sed -n '/"authorizedDomains": \[/,/\]/p' | grep -o '"[^"]*\.[^"]*"' | tr -d '"'); do
    case $domains in *"\"$domain\""*) ;; *) domains+=",\"$domain\"" ;; esac
  done
  local fields=signIn.email,emailPrivacyConfig,passwordPolicyConfig,authorizedDomains
  rest PATCH "$api/admin/v2/projects/$PROJECT/config?updateMask=$fields" \
    "{\"signIn\":{\"email\":{\"enabled\":true,\"passwordRequired\":$password_required}},\
\"emailPrivacyConfig\":{\"enableImprovedEmailPrivacy\":true},\
\"passwordPolicyConfig\":{\"passwordPolicyEnforcementState\":\"ENFORCE\",\
\"passwordPolicyVersions\":[{\"customStrengthOptions\":{\"minPasswordLength\":8}}]},\
\"authorizedDomains\":[$domains]}" >/dev/null
}

create_key() {
  step "The browser API key, which identifies the project and allows sign-in only"
  local find="gcloud services api-keys list --filter=displayName=$SERVICE-browser --format=value(name)"
  if $DRY_RUN || [ -z "$($find)" ]; then
    run gcloud services api-keys create --display-name="$SERVICE-browser" \
      --api-target=service=identitytoolkit.googleapis.com \
      --api-target=service=securetoken.googleapis.com
  fi
  API_KEY=API_KEY
  $DRY_RUN ||
    API_KEY=$(gcloud services api-keys get-key-string "$($find | head -1)" --format='value(keyString)')
}

create_accounts() {
  step "The service account that runs the service"
  unless "gcloud iam service-accounts describe $ACCOUNT" \
    gcloud iam service-accounts create "$SERVICE" --display-name="Latchkey, the service"
  # A custom role, because roles/firebaseauth.admin could also change the project's sign-in settings and
  # read the key of the password hashes.
  local permissions=firebaseauth.configs.get,firebaseauth.users.get,firebaseauth.users.update
  permissions+=,firebaseauth.users.delete,identitytoolkit.tenants.get
  custom_role "$ROLE" "Latchkey: user accounts" "$permissions"
  grant "$ACCOUNT" "projects/$PROJECT/roles/$ROLE"
  grant "$ACCOUNT" roles/datastore.user

  step "The service account that builds and deploys"
  unless "gcloud iam service-accounts describe $BUILDER" \
    gcloud iam service-accounts create "$SERVICE-build" --display-name="Latchkey, build and deploy"
  grant "$BUILDER" roles/logging.logWriter
  # gcloud waits until the deployment, an operation of the project, has finished. create_service grants
  # the role to deploy.
  custom_role "$BUILD_ROLE" "Latchkey: wait for deployments" run.operations.get
  grant "$BUILDER" "projects/$PROJECT/roles/$BUILD_ROLE"
  run gcloud iam service-accounts add-iam-policy-binding "$ACCOUNT" \
    --member="serviceAccount:$BUILDER" --role=roles/iam.serviceAccountUser
}

# custom_role ID TITLE PERMISSIONS creates or updates a role of the project.
custom_role() {
  if $DRY_RUN || ! gcloud iam roles describe "$1" >/dev/null 2>&1; then
    run gcloud iam roles create "$1" --title="$2" --stage=GA --permissions="$3"
  else
    run gcloud iam roles update "$1" --permissions="$3"
  fi
}

# grant ACCOUNT ROLE grants a role on the project. It leaves all other grants alone.
grant() {
  run gcloud projects add-iam-policy-binding "$PROJECT" \
    --member="serviceAccount:$1" --role="$2" --condition=None
}

create_repository() {
  step "Artifact Registry, and a bucket for the build's sources"
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
  step "The service, at first with a placeholder image"
  # The service must exist before a build can deploy to it without traffic.
  unless "gcloud run services describe $SERVICE --region=$REGION" \
    gcloud run deploy "$SERVICE" --region="$REGION" --image=us-docker.pkg.dev/cloudrun/container/hello \
    --service-account="$ACCOUNT" --no-allow-unauthenticated --max-instances=1
  if [ "$ACCESS" = public ]; then # the pages are public; the API requires an ID token
    run gcloud run services add-iam-policy-binding "$SERVICE" --region="$REGION" \
      --member=allUsers --role=roles/run.invoker
  else
    run gcloud run services remove-iam-policy-binding "$SERVICE" --region="$REGION" \
      --member=allUsers --role=roles/run.invoker || true
  fi
  # On the service, not the project: the builder must not change other services.
  run gcloud run services add-iam-policy-binding "$SERVICE" --region="$REGION" \
    --member="serviceAccount:$BUILDER" --role=roles/run.developer
  # For the smoke test of a private service.
  run gcloud run services add-iam-policy-binding "$SERVICE" --region="$REGION" \
    --member="serviceAccount:$BUILDER" --role=roles/run.invoker
}

create_metric() {
  step "A metric of rejected and failed requests, by reason and route"
  unless "gcloud logging metrics describe latchkey_refusals" \
    gcloud logging metrics create latchkey_refusals --config-from-file=deploy/refusals-metric.yaml
}

build_and_deploy() {
  step "Test, build, push, deploy, smoke-test, then send traffic (cloudbuild.yaml)"
  local settings="_REGION=$REGION;_REPOSITORY=$SERVICE;_SERVICE=$SERVICE;_SERVICE_ACCOUNT=$ACCOUNT"
  settings+=";_FIREBASE_API_KEY=$API_KEY;_FIREBASE_AUTH_DOMAIN=$AUTH_DOMAIN"
  settings+=";_SIGN_IN_METHODS=${SIGN_IN_METHODS:-password};_CORS_ORIGINS=${CORS_ORIGINS:-}"
  settings+=";_IAP_AUDIENCE=${IAP_AUDIENCE:-};_GOOGLE_CLIENT_IDS=${GOOGLE_CLIENT_IDS:-}"
  settings+=";_TENANT_ID=${TENANT_ID:-};_TRUSTED_PROXIES=$LOAD_BALANCER"
  run gcloud builds submit . --region="$REGION" --gcs-source-staging-dir="$SOURCES/source" \
    --service-account="projects/$PROJECT/serviceAccounts/$BUILDER" \
    --substitutions="^;^$settings" # with ";" between them, because the values contain commas
}

# ingress prints who can reach the service: "all", or "internal-and-cloud-load-balancing".
ingress() {
  gcloud run services describe "$SERVICE" --region="$REGION" \
    --format='value(metadata.annotations."run.googleapis.com/ingress")'
}

smoke_test() {
  step "Smoke-test the service"
  SITE=$HOST
  if [ -n "$LOAD_BALANCER" ] || [[ $(value all ingress) = internal* ]]; then SITE=${DOMAINS%%,*}; fi
  if [ "$ACCESS" = public ] && [ -n "$SITE" ]; then
    run deploy/smoke.sh "https://$SITE"
  elif [ "$SITE" != "$HOST" ]; then
    SITE=${SITE:-YOUR-DOMAIN}
    echo "# Only the load balancer can reach the service. To test it: deploy/smoke.sh https://$SITE"
  else
    echo "# The service is private. To test it, start the proxy, then run the smoke test:"
    echo "#   gcloud run services proxy $SERVICE --region=$REGION --project=$PROJECT"
    echo "#   deploy/smoke.sh http://localhost:8080"
  fi
}

# close_default_url keeps out requests that bypass the load balancer. It runs after the smoke test, which
# shows that the load balancer works.
close_default_url() {
  if [ -z "$LOAD_BALANCER" ]; then return; fi
  step "Accept requests only through the load balancer"
  run gcloud run services update "$SERVICE" --region="$REGION" \
    --ingress=internal-and-cloud-load-balancing
}

# link_emails makes the links in emails open the site's own page, unless you chose another one. Many
# projects aren't allowed to change it: the response is EMAIL_TEMPLATE_UPDATE_NOT_ALLOWED.
link_emails() {
  local api=https://identitytoolkit.googleapis.com/admin/v2/projects/$PROJECT/config current response
  local page=https://$SITE/auth/action
  on_firebase || page=https://$AUTH_DOMAIN/auth/action
  step "Links in emails"
  if [ "$ACCESS" != public ] || [[ $page = *YOUR-DOMAIN* ]]; then
    echo "# They stay as they are. See docs/deployment.md, Links in emails."
    return
  fi
  current=$(value "" rest GET "$api" | sed -n 's/.*"callbackUri": "\([^"]*\)".*/\1/p')
  case $current in
    "$page") echo "# They lead to $page"; return ;;
    "" | https://*.firebaseapp.com/__/auth/action | "https://$HOST/auth/action") ;;
    *) echo "# They lead to $current and stay as they are. This service's own page is $page"; return ;;
  esac
  if ! response=$(rest PATCH "$api?updateMask=notification.sendEmail.callbackUri" \
    "{\"notification\":{\"sendEmail\":{\"callbackUri\":\"$page\"}}}"); then
    echo "$response"
    echo "# The links stay as they are, which works. See docs/deployment.md, Links in emails."
    return
  fi
  echo "# They lead to $page"
}

# show_redirect_uri prints what to register with the providers in SIGN_IN_METHODS.
show_redirect_uri() {
  local method name field host list='' methods=${SIGN_IN_METHODS:-}
  for method in ${methods//,/ }; do
    case $method in
      google.com) name=Google field="OAuth client of the project, Authorized redirect URIs:
#     https://console.cloud.google.com/apis/credentials?project=$PROJECT" ;;
      facebook.com) name=Facebook field="settings of Facebook Login, Valid OAuth Redirect URIs" ;;
      github.com) name=GitHub field="OAuth app, Authorization callback URL" ;;
      apple.com) name=Apple field="services ID, Return URLs" ;;
      microsoft.com) name=Microsoft field="app registration, Redirect URIs of the platform Web" ;;
      twitter.com) name=X field="settings of the app, Callback URL" ;;
      yahoo.com) name=Yahoo field="app, Redirect URI; if it asks for a callback domain, the host" ;;
      *) continue ;;
    esac
    list+="#   $name: $field"$'\n'
  done
  if [ -z "$list" ]; then return; fi
  step "Register this redirect URI with each provider: https://$AUTH_DOMAIN/__/auth/handler"
  printf '%s' "$list"
  if on_firebase; then
    echo "# $AUTH_DOMAIN isn't the host that users open, so redirects don't work, and Microsoft and X"
    host=${DOMAINS%%,*}
    host=${host:-$SITE}
    echo "# need them. Register https://$host/__/auth/handler, too. Then set AUTH_DOMAIN=$host"
    echo "# and run this script again."
  fi
}

# delete_all keeps what holds user data: the users of Identity Platform and the database.
delete_all() {
  step "Delete the service, its images, its service accounts and the API key"
  run gcloud run services delete "$SERVICE" --region="$REGION" || true
  run gcloud artifacts repositories delete "$SERVICE" --location="$REGION" || true
  run gcloud storage rm "$SOURCES" --recursive || true
  local account role
  for role in "projects/$PROJECT/roles/$ROLE" roles/datastore.user; do revoke "$ACCOUNT" "$role"; done
  for role in "projects/$PROJECT/roles/$BUILD_ROLE" roles/logging.logWriter; do
    revoke "$BUILDER" "$role"
  done
  for account in "$ACCOUNT" "$BUILDER"; do
    run gcloud iam service-accounts delete "$account" || true
  done
  run gcloud logging metrics delete latchkey_refusals || true
  local key
  for key in $(value KEY gcloud services api-keys list \
    --filter="displayName=$SERVICE-browser" --format="value(name)"); do
    run gcloud services api-keys delete "$key" || true
  done
  cat <<END

# Not deleted: the users, the database, and the roles $ROLE and $BUILD_ROLE. No account
# has these roles anymore, and their IDs could not be used again for a week. To delete everything,
# delete the project:
# gcloud projects delete $PROJECT
END
}

revoke() {
  run gcloud projects remove-iam-policy-binding "$PROJECT" \
    --member="serviceAccount:$1" --role="$2" --condition=None || true
}

if $DELETE; then
  delete_all
  exit
fi
NUMBER=$(value 123456789 gcloud projects describe "$PROJECT" --format='value(projectNumber)')
HOST=$SERVICE-$NUMBER.$REGION.run.app
enable_apis
choose_auth_domain
create_database
configure_sign_in
create_key
create_accounts
create_repository
create_service
create_metric
build_and_deploy
smoke_test
close_default_url
link_emails
show_redirect_uri
step "Done: https://$SITE"
