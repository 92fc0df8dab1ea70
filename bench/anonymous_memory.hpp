// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

namespace parallax::bench {

/// A program's own memory, aligned to 2 MiB and in huge pages as far as the kernel gives them: what
/// memory of other kinds is measured against. Zeroed; not moved.
class AnonymousMemory {
public:
    /// @throws std::system_error with mmap's errno.
    explicit AnonymousMemory(std::size_t size);
    AnonymousMemory(const AnonymousMemory&) = delete;
    AnonymousMemory& operator=(const AnonymousMemory&) = delete;
    ~AnonymousMemory();

    [[nodiscard]] std::span<std::byte> bytes() const noexcept { return bytes_; }

private:
    std::span<std::byte> reserved_;
    std::span<std::byte> bytes_;
};

} // namespace parallax::bench
