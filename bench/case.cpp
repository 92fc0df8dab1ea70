// SPDX-License-Identifier: MIT
#include "case.hpp"

#include "parallax/printable.hpp"

#include <format>
#include <stdexcept>

namespace parallax::bench {

std::string Case::name() const {
    return std::format("{}/{}/{}", work, subject, short_size(size));
}

std::string short_size(std::uint64_t size) {
    if (size >= 1U << 20 && size % (1U << 20) == 0) {
        return std::format("{}M", size >> 20);
    }
    if (size >= 4096 && size % 1024 == 0) { // 2048 and less are pixels
        return std::format("{}K", size >> 10);
    }
    return std::to_string(size);
}

void throw_reasons(const Reasons& reasons) {
    throw std::runtime_error(joined(reasons, "; "));
}

} // namespace parallax::bench
