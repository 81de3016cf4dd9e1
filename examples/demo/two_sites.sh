# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# A central and the association's server on one machine: their peers, and their pipeline files with the peers' addresses and short
# times. To be sourced, in the tree's root, after peers.sh; $build is a built tree, $folder an absolute path.
export RELEVE_PLUGINS=$build/plugins
# The secrets that the two files name; the mail server's is its own.
export WES_PASSWORD=wes SIM_PIN=1234 DB_PASSWORD=readings MAIL_PASSWORD=s3cret-word LINK_KEY
LINK_KEY=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')

cant() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }
cant_after() { tail -n 20 "$1" >&2; cant "$2"; } # LOG SENTENCE: the log is gone with its folder

as_admin() { mariadb --no-defaults --socket="$folder/mariadb.sock" --user=root "$@"; }
asked_server() { mariadb --no-defaults --socket="$folder/mariadb.sock" --user=releve --password=readings --batch --skip-column-names --execute="$1" readings; }

start_mariadb() {
  local as=()
  [[ $(id -u) -ne 0 ]] || as=(--user=root) # else it refuses
  ((${#folder} < 90)) || cant "the path of $folder is too long for the socket in it"
  mariadb-install-db --no-defaults --datadir="$folder/mariadb" --skip-test-db --auth-root-authentication-method=normal \
    --innodb-log-file-size=16M "${as[@]}" >"$folder/mariadb.log" 2>&1 || cant_after "$folder/mariadb.log" "MariaDB can't make its database: its log is above"
  (beside mariadbd --no-defaults --datadir="$folder/mariadb" --socket="$folder/mariadb.sock" --pid-file="$folder/mariadb.pid" \
    --skip-networking --skip-log-bin --innodb-log-file-size=16M --innodb-flush-log-at-trx-commit=2 "${as[@]}" \
    >>"$folder/mariadb.log" 2>&1) &
  local tries
  for ((tries = 0; tries < 900; ++tries)); do # a server offers no descriptor to wait on
    as_admin --execute="CREATE DATABASE readings; CREATE USER releve@localhost IDENTIFIED BY '$DB_PASSWORD';
      GRANT ALL ON readings.* TO releve@localhost" 2>/dev/null && return
    sleep 0.1
  done
  cant_after "$folder/mariadb.log" "MariaDB does not answer: its log is above"
}

# Three WES servers, a téléinfo line, two connected modems ($@: their options), a database and a mail server.
start_peers() {
  local i line
  mkdir -p "$folder/mail"
  exec {servers}< <(beside "$(simulator wes-simulator)" --port 0 --count 3)
  exec {linky}< <(beside "$(simulator teleinfo-player)" --link "$folder/linky")
  exec {modems}< <(beside "$(simulator gsm-modem)" --link-a "$folder/modem-a" --link-b "$folder/modem-b" "$@")
  exec {mail}< <(beside /usr/bin/python3 plugins/mail/tests/mail_server.py "$folder/mail" < <(beside sleep infinity))
  for i in 0 1 2; do
    line=$(listening "$servers" "the WES simulator")
    wes[i]=${line##*:}
  done
  listening "$linky" "the player of the téléinfo line" >/dev/null
  IFS= read -r -t 60 -u "$modems" line || cant "the modems did not start"
  IFS= read -r -t 60 -u "$mail" line || cant "the mail server did not start"
  line=${line#starttls=}
  mail_port=${line%% *}
  start_mariadb
}

# Writes FILE from conf/ with pairs of texts replaced. A text that is not in the file is an error: the file has changed.
adapt() { # FILE [TEXT REPLACEMENT]...
  local file=$1 text
  text=$(<"conf/${file##*/}")
  shift
  while (($# >= 2)); do
    [[ $text == *"$1"* ]] || cant "conf/${file##*/} has no: $1"
    text=${text//"$1"/"$2"}
    shift 2
  done
  printf '%s\n' "$text" >"$file"
}

write_files() { # PERIOD, at which the central sends
  local link=('gather = "10m"' 'gather = "1s"' 'max_per_day = 20' 'max_per_day = 100000'
    'resend_after = "30h"' 'resend_after = "3s"' 'acknowledge_after = "20h"' 'acknowledge_after = "1s"')
  local modem=('pin       = { env = "SIM_PIN" }' $'pin = { env = "SIM_PIN" }\ntimeout = "2s"\nsend_timeout = "2s"'
    'component  = "gsm_sms"' $'component = "gsm_sms"\nsweep = "1s"')
  local site=('timezone = "Europe/Paris"' $'timezone = "Europe/Paris"\ncommit = "50ms"')
  adapt "$folder/central.toml" "${site[@]}" "${link[@]}" "${modem[@]}" \
    'host = "192.168.1.110"' "host = \"127.0.0.1\", port = ${wes[0]}" \
    'host = "192.168.1.111"' "host = \"127.0.0.1\", port = ${wes[1]}" \
    'host = "192.168.1.112"' "host = \"127.0.0.1\", port = ${wes[2]}" \
    /dev/serial/by-id/usb-teleinfo "$folder/linky" /dev/serial/by-id/usb-modem "$folder/modem-a" \
    /var/lib/releve/central "$folder/central" 'interval   = "30s"' 'interval = "1s"' 'every     = "6h"' "every = \"$1\""
  adapt "$folder/association.toml" "${site[@]}" "${link[@]}" "${modem[@]}" \
    /dev/serial/by-id/usb-modem "$folder/modem-b" /var/lib/releve/association "$folder/association" \
    'interval  = "10s"' 'interval = "1s"' /run/mysqld/mysqld.sock "$folder/mariadb.sock" \
    '"smtp.example.org"' "\"localhost\""$'\n'"ca = \"$folder/mail/ca.pem\"" 'port      = 587' "port = $mail_port" \
    'digest    = "1m"' 'digest = "2s"'
  cp conf/les-tilleuls.csv "$folder/les-tilleuls.csv"
}
