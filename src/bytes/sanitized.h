// Whether this build watches memory or threads. Such a build is about ten times as slow: tests whose rounds of random
// input only add chances take a tenth of them there, and the release build runs them all.
#pragma once

namespace sil {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SIL_SANITIZED 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SIL_SANITIZED 1
#endif

#ifdef SIL_SANITIZED
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kAddressSanitized = true;
#else
inline constexpr bool kAddressSanitized = false;
#endif

constexpr int random_rounds(int whole) {
  return kSanitized ? whole / 10 : whole;
}

}  // namespace sil
