#include "ledger/note.h"

#include <gtest/gtest.h>

#include "ledger/base64.h"
#include "ledger/policy.h"
#include "ledger/proof_file.h"

namespace sil::ledger {
namespace {

// The key and note of the Go package golang.org/x/mod/sumdb/note's documentation.
constexpr char kVkey[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr char kSkey[] = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
constexpr char kText[] =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n";
const std::string kDash = "\xE2\x80\x94 ";
const std::string kSigned =
    std::string(kText) + "\n" + kDash +
    "PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6"
    "KE6RyyBwJnAM=\n";

SigningKey key_of(const std::string& name, uint8_t fill) {
  SigningKey key;
  key.name = name;
  key.seed.fill(fill);
  return key;
}

TEST(Note, GoesBothWaysWithGosVector) {
  auto skey = parse_signing_key(kSkey);
  ASSERT_TRUE(skey);
  EXPECT_EQ(vkey_text(verifier_of(*skey)), kVkey);
  EXPECT_EQ(signed_note(*skey, kText), kSigned);
  EXPECT_EQ(signing_key_text(*skey), std::string(kSkey) + "\n");
  VerifierKey known[] = {*parse_vkey(kVkey)};
  auto opened = open_note(kSigned, known);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->note.text, kText);
}

TEST(Note, UnknownKeysArePassedOverAKnownOneThatFailsRejects) {
  SigningKey a = key_of("a.example", 1), b = key_of("b.example", 2);
  VerifierKey known_a[] = {verifier_of(a)}, known_both[] = {verifier_of(a), verifier_of(b)};
  std::string good = signed_note(a, kText) + signature_line(b, kText);
  EXPECT_TRUE(open_note(good, known_a));
  EXPECT_EQ(open_note(good, known_both)->signers.size(), 2u);
  std::string false_b = signed_note(a, kText) + signature_line(b, "another text\n");
  EXPECT_TRUE(open_note(false_b, known_a));
  EXPECT_FALSE(open_note(false_b, known_both));
  VerifierKey stranger[] = {verifier_of(key_of("c.example", 3))};
  EXPECT_FALSE(open_note(good, stranger));
}

TEST(Note, SixteenSignaturesOfMlDsaSizePassThousandDoNot) {
  SigningKey a = key_of("a.example", 1);
  VerifierKey known[] = {verifier_of(a)};
  std::string note = signed_note(a, kText);
  std::string large(4 + 8 + 2420, 'x');
  for (int i = 0; i < 16; ++i) note += kDash + "w" + std::to_string(i) + " " + base64(as_bytes(large)) + "\n";
  EXPECT_TRUE(open_note(note, known));
  for (int i = 0; i < 1000; ++i) note += kDash + "v" + std::to_string(i) + " " + base64(as_bytes(large)) + "\n";
  EXPECT_FALSE(open_note(note, known));
}

TEST(Note, HostileNotesAreRefused) {
  SigningKey a = key_of("a.example", 1);
  VerifierKey known[] = {verifier_of(a)};
  std::string line = signature_line(a, kText);
  std::string text = kText;
  const std::string bad[] = {"",
                             "\n",
                             text,
                             text + "\n",
                             text + line,
                             text + "\n" + line.substr(0, line.size() - 1),
                             "x\r\n\n" + line,
                             "\xFF\n\n" + line,
                             "x\ty\n\n" + line,
                             text + "\n" + line + "\n",
                             text + "\n- a.example AAAAAAAA\n",
                             text + "\n" + kDash + "a b AAAAAAAA\n",
                             text + "\n" + kDash + "a+b AAAAAAAA\n",
                             text + "\n" + kDash + "a AAAA\n",
                             text + "\n" + kDash + "a.example AAAAAAA\n",
                             text + "\n" + kDash + " AAAAAAAA\n",
                             text + "\n\n" + line + line + "x"};
  for (const std::string& note : bad) EXPECT_FALSE(open_note(note, known)) << note;
  std::string gaps = "first\n\nsecond\n";  // the text may hold blank lines: the last one splits
  EXPECT_TRUE(open_note(signed_note(a, gaps), known));
}

TEST(Note, EveryFlippedBitOfASignedNoteIsSeen) {
  SigningKey a = key_of("a.example", 1);
  VerifierKey known[] = {verifier_of(a)};
  const std::string note = signed_note(a, "origin\n3\n" + base64(Sha256{}) + "\n");
  for (size_t bit = 0; bit < note.size() * 8; ++bit) {
    std::string bent = note;
    bent[bit / 8] = static_cast<char>(bent[bit / 8] ^ (1 << bit % 8));
    ASSERT_FALSE(open_note(bent, known)) << bit;
  }
}

TEST(Vkey, RefusesWhatIsNoKey) {
  EXPECT_FALSE(parse_vkey("PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"));  // another id
  EXPECT_FALSE(parse_vkey("PeterNeumann+c74f20a3"));
  VerifierKey weak;
  weak.name = "weak";
  weak.key[0] = 1;  // the neutral element
  std::string id = vkey_text(weak);
  EXPECT_FALSE(parse_vkey(id));
}

TEST(Cosignature, CommitsToTheTime) {
  SigningKey witness = key_of("w.example", 7), log = key_of("log", 8);
  std::string text = checkpoint_text({"log", 5, Sha256{}, {}});
  std::string note = signed_note(log, text) + cosignature_line(witness, text, 1700000000);
  VerifierKey known[] = {verifier_of(log), verifier_of(witness, KeyType::kCosignature)};
  auto opened = open_note(note, known);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->times, (std::vector<uint64_t>{0, 1700000000}));
}

TEST(Checkpoint, IsStrict) {
  std::string root = base64(Sha256{});
  EXPECT_TRUE(parse_checkpoint("o\n0\n" + root + "\n"));
  EXPECT_TRUE(parse_checkpoint("o\n18446744073709551615\n" + root + "\nextension\n"));
  for (const std::string& text : std::vector<std::string>{
           "o\n01\n" + root + "\n", "o\n-1\n" + root + "\n", "o\n18446744073709551616\n" + root + "\n",
           "\n1\n" + root + "\n", "o\n1\n" + root, "o\n1\nAAAA\n", "o\n1\n" + root + "\n\n"})
    EXPECT_FALSE(parse_checkpoint(text)) << text;
}

TEST(ProofFile, GoesBothWays) {
  SigningKey log = key_of("log", 8);
  std::vector<Sha256> leaves{leaf_hash("a"), leaf_hash("b"), leaf_hash("c")};
  ProofFile proof{"salt", 1, *inclusion_proof(1, 3, nodes_of(leaves)),
                  signed_note(log, checkpoint_text({"log", 3, plain_root(leaves), {}}))};
  auto read = parse_proof(proof_text(proof));
  ASSERT_TRUE(read);
  EXPECT_EQ(proof_text(*read), proof_text(proof));
  VerifierKey known[] = {verifier_of(log)};
  EXPECT_TRUE(verify_proof(*read, leaves[1], known));
  EXPECT_FALSE(verify_proof(*read, leaves[2], known));
}

TEST(Policy, CountsWitnessesInGroups) {
  std::string text = "log " + vkey_text(verifier_of(key_of("log", 9))) + "\n";
  for (int i = 0; i < 3; ++i) {
    std::string name = "w" + std::to_string(i);
    text += "witness " + name + " " +
            vkey_text(verifier_of(key_of(name, static_cast<uint8_t>(20 + i)), KeyType::kCosignature)) + " http://x\n";
  }
  auto policy = parse_policy(text + "group two 2 w0 w1 w2\nquorum two\n");
  ASSERT_TRUE(policy);
  EXPECT_FALSE(policy->satisfied({1}));
  EXPECT_TRUE(policy->satisfied({0, 2}));
  for (const char* rest : {"group g 4 w0 w1 w2\nquorum g\n", "quorum w9\n", "", "quorum none\nquorum none\n",
                           "group g any w9\nquorum g\n", "group g any w0 w0\nquorum g\n", "frobnicate\nquorum none\n"})
    EXPECT_FALSE(parse_policy(text + rest)) << rest;
}

}  // namespace
}  // namespace sil::ledger
