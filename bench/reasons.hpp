// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"

#include <stdexcept>

namespace parallax::bench {

/// A case that cannot be measured here ends by an exception; this makes one of reasons.
[[noreturn]] inline void throw_reasons(const Reasons& reasons) {
    std::string text;
    for (const std::string& reason : reasons) {
        text += (text.empty() ? "" : "; ") + reason;
    }
    throw std::runtime_error(text);
}

} // namespace parallax::bench
