#include "ledger/entry.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "bytes/sanitized.h"
#include "ledger/base64.h"
#include "ledger/claim_state.h"
#include "ledger/commitment.h"

namespace sil::ledger {
namespace {

SigningKey key_of(const std::string& name, uint8_t fill) {
  SigningKey key;
  key.name = name;
  key.seed.fill(fill);
  return key;
}

Json claim_body(const std::string& text) {
  Json body, citations;
  citations.set("count", 0).set("root", base64(Sha256{}));
  return body.set("finding", base64(Sha256{}))
      .set("text", text)
      .set("tlp", "amber")
      .set("confidence", "high")
      .set("citations", citations)
      .set("commitments", Json::Array());
}

TEST(Canonical, FollowsRfc8785) {
  auto canonical = [](std::string_view text) {
    auto value = parse_json(text);
    return value ? value->canonical() : value.error().text();
  };
  EXPECT_EQ(canonical(R"({"\u20ac":"Euro Sign","\r":"CR","\ufb33":"Hebrew","1":"One","\ud83d\ude00":"Emoji",)"
                      R"("\u0080":"Control","\u00f6":"o"})"),
            "{\"\\r\":\"CR\",\"1\":\"One\",\"\xC2\x80\":\"Control\",\"\xC3\xB6\":\"o\",\"\xE2\x82\xAC\":\"Euro Sign\","
            "\"\xF0\x9F\x98\x80\":\"Emoji\",\"\xEF\xAC\xB3\":\"Hebrew\"}");
  EXPECT_EQ(canonical("[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001,-0,100000,1e21,1e-7,56.0]"),
            "[333333333.3333333,1e+30,4.5,0.002,1e-27,0,100000,1e+21,1e-7,56]");
  EXPECT_EQ(canonical(R"(["\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/"])"),
            "[\"\xE2\x82\xAC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"]");
  for (const char* bad : {R"({"a":1,"a":2})", R"({"a":1,"\u0061":2})", R"("\ud800")", "[1", "9007199254740993", "5e16",
                          "-9.1e20", "", "\"\xFF\"", "1 2"})
    EXPECT_FALSE(parse_json(bad)) << bad;
  EXPECT_TRUE(parse_json(std::string(63, 0x5B) + std::string(63, 0x5D)));
  EXPECT_FALSE(parse_json(std::string(65, '[') + std::string(65, ']')));
  EXPECT_NE(canonical("\"e\xCC\x81\""), canonical("\"\xC3\xA9\""));  // NFD and NFC stay what they are
  EXPECT_FALSE(parse_canonical("{\"a\": 1}"));
}

std::vector<std::string> signed_batch(const std::vector<std::pair<EntryKind, Json>>& bodies, const SigningKey& author) {
  std::vector<Draft> drafts;
  for (const auto& [kind, body] : bodies) drafts.push_back(*draft_of(kind, body));
  std::vector<std::string> out;
  EXPECT_TRUE(sign_entries(drafts, author, [&](std::string_view text) -> Result<void> {
    out.emplace_back(text);
    return {};
  }));
  return out;
}

// The quick way for ordinary texts and the general one: same verdict, same value, on an entry and what random changes
// make of it, and on the edges of the short cut.
TEST(Canonical, TheQuickReaderAnswersAsThePlainOne) {
  std::vector<std::string> texts = {R"({"a":[1,23,999999999999999],"b":{},"c":[],"d":true,"e":false,"f":null,"g":""})",
                                    R"({"a":1,"a":2})",
                                    R"({"b":1,"a":2})",
                                    R"({"a":01})",
                                    R"({"a":1000000000000000,"b":9007199254740992})",
                                    R"({"a":-0,"b":1.5,"c":-1})",
                                    R"({"a":"\u0041"})",
                                    R"({"a":"\n","b":"\"q\"","c":"\\"})",
                                    "{\"a\":\"\x7F\"}",
                                    "{\"\xC3\xA9\":1,\"z\":2}",
                                    "{\"a\":\"tab\there\"}",
                                    R"({"a":1} )",
                                    R"({"a" :1})",
                                    "{\"a\":1,}",
                                    "[1,]",
                                    "",
                                    "\"",
                                    "tru",
                                    "true",
                                    std::string(63, 0x5B) + std::string(63, 0x5D),
                                    std::string(64, 0x5B) + std::string(64, 0x5D),
                                    std::string(65, 0x5B) + std::string(65, 0x5D)};
  texts.push_back(signed_batch({{EntryKind::kClaim, claim_body("a claim")}}, key_of("lab.example", 5)).front());
  uint64_t dice = 5, same = 0;
  auto roll = [&](uint64_t below) {
    dice = dice * 6364136223846793005 + 1442695040888963407;
    return (dice >> 33) % below;
  };
  const std::string marks = "{}[]\",:0129\\ truefalsn\x7F\xC3\n";
  for (uint64_t turn = 0; turn < random_rounds(20000); ++turn) {
    std::string text = texts[turn % texts.size()];
    for (uint64_t changes = turn < texts.size() ? 0 : 1 + roll(3); changes > 0 && !text.empty(); --changes) {
      const size_t at = roll(text.size());
      switch (roll(3)) {
        case 0: text[at] = marks[roll(marks.size())]; break;
        case 1: text.erase(at, 1); break;
        default: text.insert(at, 1, marks[roll(marks.size())]);
      }
    }
    auto quick = parse_canonical(text), plain = parse_canonical_plainly(text);
    ASSERT_EQ(quick.has_value(), plain.has_value()) << text;
    if (quick) {
      ASSERT_EQ(*quick, *plain) << text;
      ++same;
    }
  }
  EXPECT_GT(same, random_rounds(20000) / 50);
}

TEST(Entry, EachOfABatchIsCheckedByItself) {
  SigningKey author = key_of("lab.example", 5);
  std::vector<std::pair<EntryKind, Json>> bodies;
  for (int i = 0; i < 7; ++i) bodies.emplace_back(EntryKind::kClaim, claim_body("claim " + std::to_string(i)));
  std::vector<std::string> entries = signed_batch(bodies, author);
  ASSERT_EQ(entries.size(), 7u);
  for (int i = 0; i < 7; ++i) {
    auto entry = parse_entry(entries[static_cast<size_t>(i)]);
    ASSERT_TRUE(entry) << entry.error().text();
    EXPECT_EQ(entry->body.text("text"), "claim " + std::to_string(i));
    EXPECT_EQ(entry->author, verifier_of(author));
  }
}

TEST(Entry, EveryFlippedBitIsSeen) {
  const std::string text = signed_batch({{EntryKind::kClaim, claim_body("a")}, {EntryKind::kClaim, claim_body("b")}},
                                        key_of("lab.example", 5))
                               .front();
  for (size_t bit = 0; bit < text.size() * 8; ++bit) {
    std::string bent = text;
    bent[bit / 8] = static_cast<char>(bent[bit / 8] ^ (1 << bit % 8));
    ASSERT_FALSE(parse_entry(bent)) << bit << " " << bent;
  }
}

// What stands in `sig` is not covered by the signature, so there is room for nothing else in it.
TEST(Entry, ASigWithOtherMembersIsRefused) {
  const std::string text = signed_batch({{EntryKind::kClaim, claim_body("a")}}, key_of("lab.example", 5)).front();
  ASSERT_TRUE(parse_entry(text));
  std::string more = text;
  more.insert(more.size() - 2, R"(,"x":{"y":1,"sig":{}})");
  EXPECT_FALSE(parse_entry(more));
  std::string other = text;
  other.replace(other.find("\"path\":[]"), 9, "\"pbth\":{}");
  EXPECT_FALSE(parse_entry(other));
}

TEST(Entry, MembersOfTheWrongTypeAreRefused) {
  SigningKey author = key_of("lab.example", 5);
  Json body = claim_body("x");
  body.set("citations", "none");
  EXPECT_FALSE(draft_of(EntryKind::kClaim, body));
  EXPECT_FALSE(draft_of(EntryKind::kRetract, Json(Json::Object{})));
  Json large = claim_body(std::string(70000, 'x'));
  EXPECT_EQ(sign_entry(*draft_of(EntryKind::kClaim, large), author).error().code, ErrorCode::kLimit);
}

// HMAC-SHA-256: RFC 4231, cases 1, 2 and 6.
TEST(Commitment, HmacFollowsRfc4231) {
  auto mac = [](const std::string& key, const std::string& text) {
    Sha256 out = hmac_sha256(as_bytes(key), as_bytes(text));
    return hex(Bytes(out.data(), 32));
  };
  EXPECT_EQ(mac(std::string(20, '\x0b'), "Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(mac("Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(mac(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

// docs/ledger-format.md, Commitments; tests/ledger/format_vectors.py holds the page against Python.
TEST(Commitment, HasTheVectorsOfTheFormatPage) {
  Secret secret;
  secret.fill(7);
  const Sha256 digest = sha256("a record"), salt = record_salt(secret, 4608);
  EXPECT_EQ(base64(salt), "4wQunLioelvTBuygFuh+/Ks8EHDnIITPvrNlRFrrCLY=");
  EXPECT_EQ(base64(salted_leaf(salt, Bytes(digest.data(), digest.size()))),
            "6A5vWJflwkGqgcvFx183nENltlOyj5GyRbzzYxwzy4I=");
  Json file;
  file.set("size", "8").set("sha256", hex(Bytes(digest.data(), digest.size()))).set("name", "Security.evtx");
  EXPECT_EQ(base64(salted_leaf(salt_of(secret, "file"), file.canonical())),
            "sTKF59RLSgHvgHsoYCz8QrbruR6wl0RQjlgFpxCSFRo=");
}

class Story {
 public:
  void say(const SigningKey& who, EntryKind kind, const Json& body) {
    auto draft = draft_of(kind, body);
    ASSERT_TRUE(draft) << draft.error().text();
    fold.add(next++, *parse_entry(*sign_entry(*draft, who)));
  }
  std::vector<News> news;
  ClaimFold fold{[this](const News& one) { news.push_back(one); }};
  uint64_t next = 0;
  [[nodiscard]] int64_t without_effect() const {
    return std::ranges::count_if(news, [](const News& one) { return !has_effect(one.did); });
  }
};

Json key_body(const char* action, const SigningKey& key) {
  Json body;
  return body.set("action", action).set("key", vkey_text(verifier_of(key)));
}

// The dispute of April to July 2024 as a log would have carried it: claim, revision with reason, contest, answer.
TEST(ClaimFold, TellsTheThreatMonStory) {
  SigningKey vendor = key_of("threatmon.example", 1), centre = key_of("cverc.example", 2);
  Story story;
  story.say(vendor, EntryKind::kKey, key_body("add", vendor));
  story.say(vendor, EntryKind::kKey, key_body("add", centre));
  story.say(vendor, EntryKind::kClaim, claim_body("these addresses belong to the gang"));
  story.say(vendor, EntryKind::kClaim, claim_body("these addresses belong to the gang, five of them left out"));
  Json revise, contest, answer;
  revise.set("old", 2).set("new", 3).set("reason", "judged possibly wrong after further analysis");
  story.say(vendor, EntryKind::kRevise, revise);
  contest.set("claims", Json::Array{Json(3)}).set("grounds", "the edit was ordered suppression");
  story.say(centre, EntryKind::kContest, contest);
  answer.set("contest", 5).set("text", "no pressure; shared addresses do not prove identity");
  story.say(vendor, EntryKind::kAnswer, answer);
  EXPECT_EQ(story.fold.claim(2)->words(), "revised");
  EXPECT_EQ(story.news[2].text, "these addresses belong to the gang");
  EXPECT_EQ(story.fold.claim(3)->words(), "standing, contested by cverc.example (answered)");
  EXPECT_EQ(story.without_effect(), 0);
  EXPECT_EQ(story.news[4].did, Did::kRevises);
  EXPECT_EQ(story.news[4].claim, 2u);
  EXPECT_EQ(story.news[4].other, 3u);
  EXPECT_EQ(story.news[4].text, "judged possibly wrong after further analysis");
}

TEST(ClaimFold, NobodyRevisesWhatIsNotHisAndKeysAreValidAsOfAnIndex) {
  SigningKey a = key_of("a.example", 1), b = key_of("b.example", 2);
  Story story;
  story.say(b, EntryKind::kClaim, claim_body("no key yet"));
  story.say(a, EntryKind::kKey, key_body("add", a));
  story.say(a, EntryKind::kKey, key_body("add", b));
  story.say(a, EntryKind::kClaim, claim_body("mine"));
  Json retract;
  retract.set("claim", 3).set("reason", "I say so");
  story.say(b, EntryKind::kRetract, retract);
  story.say(a, EntryKind::kKey, key_body("revoke", a));
  story.say(a, EntryKind::kClaim, claim_body("after the revocation"));
  ASSERT_EQ(story.fold.claims(), 1u);
  EXPECT_EQ(story.fold.claim(3)->words(), "standing");
  EXPECT_EQ(story.without_effect(), 3);
}

// A name is what somebody wrote into a key; whose it is, the log says.
TEST(ClaimFold, ANameOfAnotherPartyGivesNoRights) {
  SigningKey a = key_of("a.example", 1), b = key_of("b.example", 2), false_a = key_of("a.example", 3),
             a2 = key_of("a.example", 4);
  Story story;
  story.say(a, EntryKind::kKey, key_body("add", a));
  story.say(a, EntryKind::kKey, key_body("add", b));
  story.say(a, EntryKind::kClaim, claim_body("mine"));
  story.say(b, EntryKind::kKey, key_body("add", false_a));  // no effect
  Json retract;
  retract.set("claim", 2).set("reason", "under another's name");
  story.say(false_a, EntryKind::kRetract, retract);      // no effect
  story.say(b, EntryKind::kKey, key_body("revoke", a));  // no effect: a let b in, not the other way
  EXPECT_EQ(story.without_effect(), 3);
  EXPECT_EQ(story.fold.claim(2)->words(), "standing");
  story.say(a, EntryKind::kKey, key_body("add", a2));  // rotation
  story.say(a, EntryKind::kKey, key_body("retire", a));
  story.say(a2, EntryKind::kRetract, retract);
  EXPECT_EQ(story.fold.claim(2)->words(), "retracted");
  story.say(a2, EntryKind::kKey, key_body("revoke", b));  // the party that let b in
  story.say(b, EntryKind::kClaim, claim_body("after the revocation"));
  EXPECT_EQ(story.without_effect(), 4);
  EXPECT_EQ(story.fold.claims(), 1u);
}

TEST(ClaimFold, OnlyAuthorsAnswerAndEachContestedClaimIsAnswered) {
  SigningKey a = key_of("a.example", 1), b = key_of("b.example", 2);
  Story story;
  story.say(a, EntryKind::kKey, key_body("add", a));
  story.say(a, EntryKind::kKey, key_body("add", b));
  story.say(a, EntryKind::kClaim, claim_body("one"));
  story.say(a, EntryKind::kClaim, claim_body("two"));
  Json contest, answer, backwards;
  contest.set("claims", Json::Array{Json(2), Json(3), Json(3)}).set("grounds", "both are wrong");
  answer.set("contest", 4).set("text", "no");
  backwards.set("old", 3).set("new", 2).set("reason", "in a circle");
  story.say(b, EntryKind::kContest, contest);
  story.say(b, EntryKind::kAnswer, answer);
  EXPECT_EQ(story.fold.claim(2)->words(), "standing, contested by b.example (not answered)");
  story.say(a, EntryKind::kAnswer, answer);
  for (uint64_t claim : {2, 3})
    EXPECT_EQ(story.fold.claim(claim)->words(), "standing, contested by b.example (answered)");
  story.say(a, EntryKind::kRevise, backwards);
  EXPECT_EQ(story.without_effect(), 2);
  EXPECT_EQ(story.fold.claim(3)->revised_by, 0u);
}

TEST(ClaimFold, APartyEndorsesOnceAndEndorsingIsNotWitnessing) {
  SigningKey a = key_of("a.example", 1), b = key_of("b.example", 2);
  Story story;
  story.say(a, EntryKind::kKey, key_body("add", a));
  story.say(a, EntryKind::kKey, key_body("add", b));
  story.say(a, EntryKind::kClaim, claim_body("mine"));
  Json endorse;
  endorse.set("claims", Json::Array{Json(2)});
  SigningKey b2 = key_of("b.example", 3);
  story.say(b, EntryKind::kEndorse, endorse);
  story.say(b, EntryKind::kEndorse, endorse);
  story.say(b, EntryKind::kKey, key_body("add", b2));
  story.say(b2, EntryKind::kEndorse, endorse);
  EXPECT_EQ(story.fold.claim(2)->words(), "standing, endorsed by 1");
}

}  // namespace
}  // namespace sil::ledger
