// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace parallax {

/// Memory that mmap() gave, unmapped at the end of its life.
class MappedBytes {
public:
    /// The parameters of mmap(), but for an offset of 0.
    struct Options {
        int protection;          ///< PROT_READ and the like
        int flags;               ///< MAP_SHARED and the like
        int fd = -1;             ///< borrowed
        void* address = nullptr; ///< for MAP_FIXED
    };

    MappedBytes() noexcept = default;
    /// @param what follows the size in the message: "of a dma-buf".
    /// @throws std::system_error with mmap's errno.
    MappedBytes(std::size_t size, const Options& options, std::string_view what);

    /// Empty if nothing is mapped.
    [[nodiscard]] std::span<std::byte> get() const noexcept {
        return {start_.get(), start_ ? start_.get_deleter().size : 0};
    }

private:
    struct Unmap {
        std::size_t size;
        void operator()(std::byte* start) const noexcept;
    };
    std::unique_ptr<std::byte, Unmap> start_;
};

} // namespace parallax
