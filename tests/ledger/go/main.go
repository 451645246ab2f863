// Checks a log's checkpoint, cosignatures and .tlog-proof files with Go's libraries:
// ledger-interop LOG.vkey WITNESS.vkey|- PROOF ENTRY [PROOF ENTRY ...]
package main

import (
  "bytes"
  "encoding/base64"
  "fmt"
  "os"
  "strconv"
  "strings"

  f_log "github.com/transparency-dev/formats/log"
  f_note "github.com/transparency-dev/formats/note"
  "github.com/transparency-dev/merkle/proof"
  "github.com/transparency-dev/merkle/rfc6962"
  "golang.org/x/mod/sumdb/note"
  "golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
  if err != nil {
    fmt.Println("FALSE", err)
    os.Exit(1)
  }
}

func read(path string) []byte {
  data, err := os.ReadFile(path)
  must(err)
  return data
}

func main() {
  log, err := note.NewVerifier(strings.TrimSpace(string(read(os.Args[1]))))
  must(err)
  var witnesses []note.Verifier
  if os.Args[2] != "-" {
    witness, err := f_note.NewVerifierForCosignatureV1(strings.TrimSpace(string(read(os.Args[2]))))
    must(err)
    witnesses = append(witnesses, witness)
  }
  for i := 3; i+1 < len(os.Args); i += 2 {
    head, checkpoint, found := bytes.Cut(read(os.Args[i]), []byte("\n\n"))
    if !found {
      must(fmt.Errorf("no blank line in %s", os.Args[i]))
    }
    parsed, _, opened, err := f_log.ParseCheckpoint(checkpoint, log.Name(), log, witnesses...)
    must(err)
    if len(opened.Sigs) != 1+len(witnesses) {
      must(fmt.Errorf("%d signatures hold, expected %d", len(opened.Sigs), 1+len(witnesses)))
    }
    lines := strings.Split(string(head), "\n")
    if lines[0] != "c2sp.org/tlog-proof@v1" {
      must(fmt.Errorf("header %q", lines[0]))
    }
    index, err := strconv.ParseUint(strings.TrimPrefix(lines[1], "index "), 10, 64)
    must(err)
    var path [][]byte
    var record tlog.RecordProof
    for _, line := range lines[2:] {
      hash, err := base64.StdEncoding.DecodeString(line)
      must(err)
      path = append(path, hash)
      record = append(record, tlog.Hash(hash))
    }
    entry := bytes.TrimSuffix(read(os.Args[i+1]), []byte("\n"))
    must(proof.VerifyInclusion(rfc6962.DefaultHasher, index, parsed.Size, rfc6962.DefaultHasher.HashLeaf(entry), path, parsed.Hash))
    must(tlog.CheckRecord(record, int64(parsed.Size), tlog.Hash(parsed.Hash), int64(index), tlog.RecordHash(entry)))
  }
  fmt.Println("holds", (len(os.Args)-3)/2, "proofs")
}
