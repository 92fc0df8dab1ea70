// SPDX-License-Identifier: MIT
#include "case.hpp"

#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <stdexcept>

namespace parallax::bench {

std::string Case::name() const {
    return text::format("{}/{}/{}", work, subject, short_size(size));
}

std::string short_size(std::uint64_t size) {
    if (size >= 1U << 20 && size % (1U << 20) == 0) {
        return text::format("{}M", size >> 20);
    }
    if (size >= 4096 && size % 1024 == 0) { // 2048 and less are pixels
        return text::format("{}K", size >> 10);
    }
    return std::to_string(size);
}

void throw_reasons(const Reasons& reasons) {
    throw std::runtime_error(joined(reasons, "; "));
}

} // namespace parallax::bench
