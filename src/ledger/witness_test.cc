#include "ledger/witness.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdio>
#include <thread>

#include "ledger/base64.h"
#include "ledger/merkle.h"

namespace sil::ledger {
namespace {

SigningKey key_of(const std::string& name, uint8_t fill) {
  SigningKey key;
  key.name = name;
  key.seed.fill(fill);
  return key;
}

class WitnessTest : public ::testing::Test {
 protected:
  WitnessTest() {
    for (uint64_t i = 0; i < 64; ++i) leaves.push_back(leaf_hash("entry " + std::to_string(i)));
    open();
  }
  ~WitnessTest() override {
    witness.reset();
    for (const char* ending : {"", "-wal", "-shm"}) std::remove((path + ending).c_str());
  }
  void open() {
    witness.reset();
    auto opened = Witness::open(path, key_of("w.example", 3), {verifier_of(log)}, [this] { return ++now; });
    ASSERT_TRUE(opened) << opened.error().text();
    witness = std::move(*opened);
  }
  std::string note_of(uint64_t size, const SigningKey& key, const Sha256* root = nullptr) {
    Sha256 own = plain_root(std::span(leaves).first(size));
    return signed_note(key, checkpoint_text({log.name, size, root ? *root : own, {}}));
  }
  std::string body_of(uint64_t old_size, uint64_t size) {
    std::string out = "old " + std::to_string(old_size) + "\n";
    auto proof = consistency_proof(old_size, size, nodes_of(std::span(leaves).first(size)));
    for (const Sha256& hash : *proof) out += base64(hash) + "\n";
    return out + "\n" + note_of(size, log);
  }
  int post(const std::string& body) { return witness->handle({"POST", "/add-checkpoint", body}).status; }

  const std::string path =
      ::testing::TempDir() + "witness." + std::to_string(reinterpret_cast<uintptr_t>(this)) + ".db";
  const SigningKey log = key_of("log.example", 1);
  std::vector<Sha256> leaves;
  std::atomic<uint64_t> now{1700000000};
  std::unique_ptr<Witness> witness;
};

// The cases of C2SP tlog-witness; four of them OmniWitness 2026-07 answers otherwise (500 for 403 and 404, 200 for a
// leading zero, 422 for too many lines).
TEST_F(WitnessTest, AnswersWithTheSpecificationsCodes) {
  EXPECT_EQ(post("old 0\n\n" + note_of(0, log)), 200);
  EXPECT_EQ(post(body_of(0, 5)), 200);
  EXPECT_EQ(post(body_of(5, 9)), 200);
  EXPECT_EQ(post(body_of(9, 9)), 200);                            // same again: a fresh time
  EXPECT_EQ(post("old 10\n\n" + note_of(9, log)), 400);           // old larger than size
  HttpAnswer conflict = witness->add_checkpoint(body_of(5, 12));  // not the size last cosigned
  EXPECT_EQ(conflict.status, 409);
  EXPECT_EQ(conflict.type, "text/x.tlog.size");
  EXPECT_EQ(conflict.body, "9\n");
  EXPECT_EQ(post("old 9\n" + base64(leaves[0]) + "\n\n" + note_of(12, log)), 422);  // bad proof
  EXPECT_EQ(post("old 9\n\n" + note_of(9, log, &leaves[0])), 422);                  // same size, other root
  EXPECT_EQ(post("old 9\n\n" + note_of(12, key_of("log.example", 9))), 403);        // no trusted signature
  std::string bent = body_of(9, 12);
  bent[bent.size() - 10] = bent[bent.size() - 10] == 'A' ? 'B' : 'A';
  EXPECT_EQ(post(bent), 403);  // a known key that fails
  SigningKey stranger = key_of("other.example", 1);
  EXPECT_EQ(post("old 0\n\n" + signed_note(stranger, checkpoint_text({"other.example", 1, leaves[0], {}}))), 404);
  std::string many = "old 9\n";
  for (int i = 0; i < 64; ++i) many += base64(leaves[0]) + "\n";
  EXPECT_EQ(post(many + "\n" + note_of(12, log)), 400);
  EXPECT_EQ(post("old 09\n\n" + note_of(12, log)), 400);  // a leading zero
  EXPECT_EQ(post(""), 400);
  EXPECT_EQ(post("old 9\n\n"), 400);
  EXPECT_EQ(witness->handle({"GET", "/add-checkpoint", ""}).status, 405);
  Sha256 id = sha256(log.name);
  HttpAnswer last = witness->handle({"GET", "/" + hex(Bytes(id.data(), 32)) + "/checkpoint", ""});
  EXPECT_EQ(last.status, 200);
  VerifierKey both[] = {verifier_of(log), witness->key()};
  EXPECT_EQ(open_note(last.body, both)->signers.size(), 2u);
  EXPECT_EQ(witness->handle({"GET", "/" + std::string(64, '0') + "/checkpoint", ""}).status, 404);
}

TEST_F(WitnessTest, ANonEmptyProofWithOldZeroAndAFalseEmptyRootAreRefused) {
  EXPECT_EQ(post("old 0\n" + base64(leaves[0]) + "\n\n" + note_of(5, log)), 422);
  EXPECT_EQ(post("old 0\n\n" + note_of(0, log, &leaves[0])), 422);
}

TEST_F(WitnessTest, RemembersAcrossARestart) {
  EXPECT_EQ(post(body_of(0, 7)), 200);
  open();
  EXPECT_EQ(post(body_of(0, 5)), 409);
  EXPECT_EQ(post(body_of(7, 8)), 200);
}

// 1,000 submissions over HTTP from eight clients, each from a size that it believes in: the size never goes back.
TEST_F(WitnessTest, ARaceNeverTakesTheSizeBack) {
  auto server = HttpServer::listen("127.0.0.1:0", [&](const HttpRequest& request) { return witness->handle(request); });
  ASSERT_TRUE(server) << server.error().text();
  const std::string url = (*server)->url() + "/add-checkpoint";
  std::atomic<uint64_t> largest{0}, cosigned{0}, answered{0}, went_back{0};
  std::vector<std::thread> clients;
  for (unsigned c = 0; c < 8; ++c) {
    clients.emplace_back([&, c] {
      uint64_t known = 0;
      for (unsigned i = 0; i < 125; ++i) {
        uint64_t next = std::min<uint64_t>(64, known + (i + c) % 3);
        uint64_t before = largest;
        auto answer = http_call("POST", url, body_of(known, next), 10000);
        if (!answer) continue;
        ++answered;
        if (answer->status == 200) {
          ++cosigned;
          if (next < before) ++went_back;
          for (uint64_t seen = largest; seen < next && !largest.compare_exchange_weak(seen, next);) {
          }
          known = next;
        } else if (answer->status == 409) {
          known = std::stoull(answer->body);
          if (known < before) ++went_back;
        }
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(answered, 1000u);
  EXPECT_GT(cosigned, 60u);
  EXPECT_EQ(went_back, 0u);
  EXPECT_EQ(post(body_of(largest, 64)), 200);
}

}  // namespace
}  // namespace sil::ledger
