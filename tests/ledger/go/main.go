// Checks a log's checkpoint, cosignatures and .tlog-proof files with Go's libraries:
// ledger-interop LOG.vkey WITNESS.vkey|- PROOF ENTRY [PROOF ENTRY ...]
// ledger-interop LOG.vkey notes NOTE [NOTE ...]     a line each: holds, or why not
package main

import (
  "bytes"
  "fmt"
  "os"
  "strings"

  f_log "github.com/transparency-dev/formats/log"
  f_note "github.com/transparency-dev/formats/note"
  f_proof "github.com/transparency-dev/formats/proof"
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
  if os.Args[2] == "notes" {
    for _, path := range os.Args[3:] {
      if _, _, _, err := f_log.ParseCheckpoint(read(path), log.Name(), log); err != nil {
        fmt.Printf("FALSE %q\n", err.Error())
      } else {
        fmt.Println("holds")
      }
    }
    return
  }
  var witnesses []note.Verifier
  if os.Args[2] != "-" {
    witness, err := f_note.NewVerifierForCosignatureV1(strings.TrimSpace(string(read(os.Args[2]))))
    must(err)
    witnesses = append(witnesses, witness)
  }
  for i := 3; i+1 < len(os.Args); i += 2 {
    var file f_proof.TLogProof
    must(file.Unmarshal(read(os.Args[i])))
    parsed, _, opened, err := f_log.ParseCheckpoint(file.Checkpoint, log.Name(), log, witnesses...)
    must(err)
    if len(opened.Sigs) != 1+len(witnesses) {
      must(fmt.Errorf("%d signatures hold, expected %d", len(opened.Sigs), 1+len(witnesses)))
    }
    index := file.Index
    var path [][]byte
    var record tlog.RecordProof
    for _, hash := range file.Hashes {
      path = append(path, hash[:])
      record = append(record, tlog.Hash(hash))
    }
    entry := bytes.TrimSuffix(read(os.Args[i+1]), []byte("\n"))
    must(proof.VerifyInclusion(rfc6962.DefaultHasher, index, parsed.Size, rfc6962.DefaultHasher.HashLeaf(entry), path, parsed.Hash))
    must(tlog.CheckRecord(record, int64(parsed.Size), tlog.Hash(parsed.Hash), int64(index), tlog.RecordHash(entry)))
  }
  fmt.Println("holds", (len(os.Args)-3)/2, "proofs")
}
