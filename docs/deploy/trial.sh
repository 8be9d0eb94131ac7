#!/bin/sh
# Makes what the trial of compose.yaml needs and nobody else may know. What is there already stays.
set -eu
cd /trial
umask 022

[ -f master.key ] || openssl rand -base64 32 >master.key

if [ ! -f postgres.password ]; then
    openssl rand -hex 24 >postgres.password
    printf 'postgres:5432:salesos:salesos:%s\n' "$(cat postgres.password)" >pgpass
fi

if [ ! -f server.pem ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 365 -subj "/CN=SalesOS trial" \
        -keyout ca.key -out ca.pem -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign"
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=keys.localhost" -keyout server.key -out server.csr
    printf 'subjectAltName=DNS:keys.localhost,DNS:login.localhost\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n' >server.ext
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 365 -extfile server.ext -out server.pem
    rm ca.key server.csr server.ext
fi

# The nodes run as a user without rights, and PostgreSQL wants the password file to be its owner's alone.
chown 1654 master.key pgpass
chmod 0400 master.key pgpass
