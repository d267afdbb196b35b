"""The words and commands of VERIFY.txt that are the same in every container.

Commands need bash, the GNU core utilities (basenc: version 8.31 of 2019), awk, grep, sed, unzip and openssl 3. They
work on a terminal as they do in a script: nothing depends on an earlier failure stopping anything.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "ACTS",
    "ACT_COMMANDS",
    "FUNCTIONS",
    "FUNCTION_COMMANDS",
    "KEY_COMMANDS",
    "LIMITS",
    "MEMBERS",
    "MEMBERS_COMMANDS",
    "ORIGINALS",
    "RECEIPTS",
    "RECEIPT_COMMANDS",
    "RELEASE",
    "RENEWALS",
    "ROOT",
    "ROOT_COMMANDS",
    "SEALS",
    "SEAL_TIMES",
    "SEAL_TIME_COMMANDS",
    "TEXTS",
    "TITLE",
    "TRUST",
    "TRUST_COMMANDS",
]

TITLE: Final = """\
HOW TO CHECK THIS CONTAINER BY HAND

Dossier {dossier}

You need no program of those who made this file: unzip, openssl (version 3),
the usual text tools of a Unix system, bash, and any PDF reader. Nothing here
connects to a network. Put the container, named dossier.asice, into an empty
folder, and type the commands there, in one shell and in this order. Each block
is followed by what a sound container prints; openssl adds remarks of its own.
Whatever prints anything else is not sound, or not this container.
"""

TRUST: Final = """\
1. UNPACK, AND DECIDE WHOM YOU TRUST

The certificates in trust/ come from this container. Whoever forges a container
forges them too, so they prove nothing by being here. Compare the digests below
with those that each party published or gave to you in some other way; or put
your own certificates into anchors.pem instead.
"""

TRUST_COMMANDS: Final = """\
unzip -q dossier.asice
cat trust/*.pem > anchors.pem
for f in trust/*.pem; do
  openssl x509 -in "$f" -outform DER | sha256sum
done
"""

FUNCTIONS: Final = """\
Three abbreviations for what follows. cms checks a signature over some bytes and
stamp a time stamp over some bytes, both at an instant in seconds since 1970
(date -u -d @SECONDS shows it), so that they still work when certificates have
expired. gap takes a signature out of a PDF file, whose name is in f: it signs
everything before and after one gap, in which it stands in hexadecimal. The
numbers are the beginning and the end of the gap, the end of the signed bytes,
and the length of the signature.
"""

FUNCTION_COMMANDS: Final = """\
cms() {
  openssl cms -verify -cades -binary -inform DER -in "$1" -content "$2" \\
    -CAfile anchors.pem -no-CApath -purpose any -attime "$3" \\
    -out /dev/null && echo "$1: good"
}
stamp() {
  openssl ts -verify -in "$1" -token_in -data "$2" \\
    -CAfile anchors.pem -attime "$3" > /dev/null && echo "$1: good"
}
gap() {
  { head -c "$1" "$f"
    head -c "$3" "$f" | tail -c "+$(($2 + 1))"; } > signed.bin
  tail -c "+$(($1 + 2))" "$f" | head -c "$((2 * $4))" |
    tr a-f A-F | basenc --base16 -d > contents.der
}
"""

MEMBERS: Final = """\
2. EVERY FILE IS THE ONE THAT WAS SEALED

Each party sealed a list of all files with their SHA-512. This compares the
lists with the files. It shows that nothing was changed, added or left out since
the lists were written; who wrote them is the next question.
"""

MEMBERS_COMMANDS: Final = """\
listed() {
  awk -F'"' '/URI="/ { name = $2 }
    /DigestValue/ { split($0, part, "[<>]"); print part[3], name }' "$1"
}
unzip -Z1 dossier.asice | grep -v -e ^META-INF/ -e ^mimetype$ > names.txt
while read -r name; do
  echo "$(openssl dgst -sha512 -binary "$name" | base64 -w 0) $name"
done < names.txt > have.txt
"""

SEALS: Final = """\
3. WHO SEALED THE LISTS

A good seal shows that the holder of the key in a certificate, which leads to
one of your anchors, sealed exactly this list, and with step 2 exactly these
files. It does not show whose key it is: read the certificate for that
(openssl cms -cmsout -print -inform DER -in META-INF/signature001.p7s).
"""

SEAL_TIMES: Final = """\
A seal carries a time stamp over its signature: the signature existed at that
time. Both are cut out of the seal here.
"""

SEAL_TIME_COMMANDS: Final = """\
cut_out() {
  tail -c "+$(($2 + 1))" "$1" | head -c "$3"
}
sealed() {
  openssl asn1parse -inform DER -in "$1" | tr ':=' '  ' |
    awk '{ begin = $1; head = $5; size = $7 }
      /OCTET STRING/ { last = begin + head " " size }
      /cont \\[ 1 \\]/ { signature = last }
      found == 2 { print signature, begin, head + size; exit }
      found { found++ }
      /id-smime-aa-timeStampToken/ { found = 1 }' > places.txt
  read -r begin size from length < places.txt
  cut_out "$1" "$begin" "$size" > signed.bin
  cut_out "$1" "$from" "$length" > token.der
  stamp token.der signed.bin "$2"
}
"""

ORIGINALS: Final = """\
4. THE ORIGINALS AND THEIR SIGNATURES

For each original: its SHA-256; the SHA-256 of its beginning, which is the
original as agreed before anybody signed (the acts originals-engrossed of all
parties state it); each signature, with everything before it; last, the document
time stamp over all of them. A good signature shows that the holder of the
signatory's key signed exactly these bytes no later than the instant given. It
does not show that the certificate was not revoked then (see the end), nor what
was added between one signature and the next: a PDF reader shows that, and
paraph verify proves that nothing was.
"""

TEXTS: Final = """\
5. THE TEXT

The agreed text has one SHA-256, and every party initialled it: the acts below
say so. The same bytes are attached to each original.
"""

RELEASE: Final = """\
6. THE RELEASE

The mediator released the deposited signatures at one instant: this time stamp
is over the plan and all deposits. Before it no party had another's signature.
"""

ACTS: Final = """\
7. THE ACTS

An act is signed by the node of its author with two keys, Ed25519 and ML-DSA-65.
This checks the Ed25519 half of every act, that the readable file is what was
signed, and that each author's acts follow one another without a gap. (The other
half needs openssl 3.5.) The keys come from the cards that the first act names;
whose they are follows from the seals of step 3.
"""

RENEWALS: Final = """\
In this dossier keys were renewed: an act card-renewed, signed with the old keys,
names the card with the new ones, and every later act of its author is signed
with those.
"""

KEY_COMMANDS: Final = """\
inside() { sed 's/.*"payload":"\\([^"]*\\)".*/\\1/' "$1" | base64 -d; }
hex() { printf %s "$1" | tr a-f A-F | basenc --base16 -d; }
key() {
  { hex 302a300506032b6570032100
    inside "attachments/$2" |
      sed 's/.*"ed25519":"\\([^"]*\\)".*/\\1/' | base64 -d; } > "$1.key"
}
verified() {
  openssl pkeyutl -verify -pubin -keyform DER -inkey "$1.key" -rawin \\
    -in "$2" -sigfile "$3" > /dev/null
}
"""

ACT_COMMANDS: Final = """\
declare -A last=()
good=0
for f in acts/*[0-9].json; do
  e=${f%.json}.dsse.json
  read -r author previous <<< "$(
    sed 's/^{"author":"\\([^"]*\\)","author_prev":"\\([^"]*\\)".*/\\1 \\2/' "$f")"
  { printf 'DSSEv1 31 application/vnd.paraph.act+json %s ' \\
      "$(wc -c < "$f")"; cat "$f"; } > signed.bin
  sed 's/.*\\/ed25519","sig":"\\([^"]*\\)".*/\\1/' "$e" |
    base64 -d > contents.bin
  inside "$e" | cmp - "$f" && [ "$previous" = "${last[$author]}" ] &&
    verified "$author" signed.bin contents.bin && good=$((good + 1))
  last[$author]=$(sha256sum < "$f" | cut -c1-64)
done
echo "$good acts good"
"""

ROOT: Final = """\
The log is a Merkle tree (RFC 6962) whose leaves are the envelopes. First its
root as computed from the files, then the root in the checkpoint.
"""

ROOT_COMMANDS: Final = """\
digest() { sha256sum | cut -c1-64; }
row=()
for e in acts/*.dsse.json; do
  row+=("$({ printf '\\0'; cat "$e"; } | digest)")
done
while [ ${#row[@]} -gt 1 ]; do
  next=()
  for ((i = 0; i + 1 < ${#row[@]}; i += 2)); do
    next+=("$({ printf '\\1'; hex "${row[i]}${row[i + 1]}"; } | digest)")
  done
  if [ $i -lt ${#row[@]} ]; then next+=("${row[i]}"); fi
  row=("${next[@]}")
done
echo "${row[0]}"
sed -n 3p log/checkpoint.txt | base64 -d | od -An -v -tx1 | tr -d ' \\n'
echo
"""

RECEIPTS: Final = """\
A party's signature below the checkpoint is its receipt for all these acts: a
node signs only what it holds. Again this is the Ed25519 half (of a C2SP
cosignature).
"""

RECEIPT_COMMANDS: Final = """\
receipt() {{
  {{ printf 'cosignature/v1\\ntime %s\\n' "$2"
    head -n 3 {checkpoint}; }} > signed.bin
  awk -v who="$1" '$2 == who && length($3) == 104 {{ print $3 }}' \\
    {checkpoint} | base64 -d | tail -c 64 > contents.bin
  verified "$1" signed.bin contents.bin && echo "$1: good"
}}
"""

LIMITS: Final = """\
8. WHAT THIS DOES NOT SHOW

Revocation. The revocation lists that were in force at the signing are in
attachments/; the originals carry them too. To read them all:

    for f in attachments/*; do
      openssl crl -inform DER -in "$f" -noout -text 2> /dev/null
    done

Rules. That everybody who signed had authority and was told to sign, that
deposits came before the release, that no act was made out of turn: the acts say
so one by one, and can be read. The program paraph applies the rules to them
(paraph verify dossier.asice --trust FOLDER), replays every original from the
acts and compares it byte by byte. It needs no network either.

Law. Nothing in this container says what the signatures mean in law.
"""
