// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/mapping.hpp"

namespace parallax::bench {

/// Anonymous memory, aligned to large entries and in huge pages if available: the reference for
/// other memory. Zeroed.
class AnonymousMemory {
public:
    /// @throws std::system_error with mmap's errno.
    explicit AnonymousMemory(std::size_t size);

    [[nodiscard]] std::span<std::byte> bytes() const noexcept { return bytes_; }

private:
    MappedBytes reserved_;
    std::span<std::byte> bytes_;
};

} // namespace parallax::bench
