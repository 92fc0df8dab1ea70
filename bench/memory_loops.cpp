// SPDX-License-Identifier: MIT
// In a file of their own, so that the compiler cannot fit them to where they are called from: the
// same instructions run over every kind of memory.
#include "memory_loops.hpp"

#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace parallax::bench {
namespace {

constexpr std::size_t page = 4096;

template <typename Word, typename Byte>
std::span<Word> words(std::span<Byte> memory) {
    return {reinterpret_cast<Word*>(memory.data()), memory.size() / sizeof(Word)};
}

} // namespace

void touch_pages(std::span<std::byte> memory) {
    for (std::size_t at = 0; at < memory.size(); at += page) {
        const_cast<volatile std::byte&>(memory[at]) = std::byte{1};
    }
}

void forget_translations() {
    // Unmapping more pages than are worth forgetting one by one makes Linux forget all: x86 does so
    // beyond 33 (tlb_single_page_flush_ceiling).
    constexpr std::size_t size = 256 * page;
    void* const scratch =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (scratch == MAP_FAILED) {
        throw std::system_error(errno, std::generic_category(), "mmap");
    }
    touch_pages({static_cast<std::byte*>(scratch), size});
    ::munmap(scratch, size);
}

void write_words(std::span<std::byte> memory, std::uint64_t value) {
    std::ranges::fill(words<std::uint64_t>(memory), value);
}

std::uint64_t read_words(std::span<const std::byte> memory) {
    std::uint64_t sum = 0;
    for (const std::uint64_t word : words<const std::uint64_t>(memory)) {
        sum ^= word;
    }
    return sum;
}

} // namespace parallax::bench
