// Rules for text in model files, and for what comes to stand there.

#ifndef ALEXNET_CORE_BASE_TEXT_H_
#define ALEXNET_CORE_BASE_TEXT_H_

#include <cstddef>
#include <string_view>

#include "core/base/status.h"

namespace alexnet {

// Bytes.
inline constexpr size_t kMaxNameBytes = 255;       // layers, tensors, keys
inline constexpr size_t kMaxLabelBytes = 1000;     // class labels
inline constexpr size_t kMaxSentenceBytes = 4096;  // sources, tools
inline constexpr size_t kMaxValueBytes = 1 << 20;  // metadata values

enum class Lines { kOne, kMany };

// Refuses text that is longer than `max_bytes`, is not UTF-8, or holds control
// characters, which could play tricks on a terminal; with Lines::kMany, line
// feeds and tabs are allowed.
Status CheckText(std::string_view text, size_t max_bytes,
                 Lines lines = Lines::kOne);

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_TEXT_H_
