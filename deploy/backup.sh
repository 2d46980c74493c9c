#!/bin/sh
# One backup into a folder; daily ones are kept for fourteen days, the first of a month for a year.
# Run it in the site's folder, as its user. Nothing old goes unless the new one is complete.
set -eu
umask 077
folder=${1:?"Say into which folder."}
python=${PYTHON:-.venv/bin/python}

mkdir -p "$folder/daily" "$folder/monthly"
new="$folder/daily/$(date -u +%Y-%m-%d-%H%M%S).zip"
"$python" manage.py backup "$new"

month="$folder/monthly/$(date -u +%Y-%m).zip"
[ -e "$month" ] || ln "$new" "$month"

find "$folder/daily" -name '*.zip' -type f -mtime +13 -delete
find "$folder/monthly" -name '*.zip' -type f -mtime +365 -delete
find "$folder/daily" -name '*.part' -type f -mtime +1 -delete
