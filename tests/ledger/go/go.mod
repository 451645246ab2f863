module ledger-interop

go 1.25

require (
  github.com/transparency-dev/formats v0.1.2-0.20260710124811-af9e607161b6
  github.com/transparency-dev/merkle v0.0.2
  golang.org/x/mod v0.37.0
)
