// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"
#include "parallax/image_layout.hpp"

#include <sys/mman.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <format>
#include <span>
#include <type_traits>
#include <utility>

// What an Eye and its process say to each other: one message, one struct. They are the same
// program, so this is no protocol, and has no versions.

namespace parallax::demo {

/// Asks for a look; if fds come with it, at other memory than before: the dma-buf's, and that of
/// the memory for the answers.
struct Question {
    ImageLayout layout;       ///< its format is a constant, at the same address in both processes
    std::uint64_t turn = 0;   ///< comes back with the answer
    std::uint32_t memory = 0; ///< which one, counted
    std::uint32_t looks = 0;  ///< 0: the memory is handed over, no more

    /// Bytes from the picture's first pixel to its last.
    [[nodiscard]] std::size_t length() const { return layout.size() - layout.offset; }
};

struct Answer {
    enum class What : std::uint32_t {
        seen,    ///< the rows are there
        nothing, ///< this time; asking again makes sense
        refused, ///< this memory cannot be seen from there
    };
    std::uint64_t turn = 0;
    std::uint32_t memory = 0;
    What what = What::seen;
    std::array<char, 512> trouble{}; ///< why nothing was seen; ends with 0
};

static_assert(std::is_trivially_copyable_v<Question> && std::is_trivially_copyable_v<Answer>);

/// Memory that both processes have mapped. Owns the mapping.
class SharedRows {
public:
    SharedRows() = default;
    /// @throws std::system_error.
    SharedRows(int fd, std::size_t size) : size_(size) {
        // NOLINTNEXTLINE(clang-analyzer-unix.StdCLibraryFunctions): it refuses 0 bytes by itself
        void* const address = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
        if (address == MAP_FAILED) {
            throw_errno(std::format("cannot map {} bytes for what is seen elsewhere", size));
        }
        address_ = static_cast<std::byte*>(address);
    }
    SharedRows(const SharedRows&) = delete;
    SharedRows& operator=(const SharedRows&) = delete;
    SharedRows(SharedRows&&) = delete;
    SharedRows& operator=(SharedRows&& other) noexcept {
        std::swap(address_, other.address_);
        std::swap(size_, other.size_);
        return *this;
    }
    ~SharedRows() {
        if (address_ != nullptr) {
            ::munmap(address_, size_);
        }
    }

    [[nodiscard]] std::span<std::byte> bytes() const noexcept { return {address_, size_}; }

private:
    std::byte* address_ = nullptr;
    std::size_t size_ = 0;
};

} // namespace parallax::demo
