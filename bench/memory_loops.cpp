// SPDX-License-Identifier: MIT
// In a separate file, so that the compiler cannot specialise them for a caller: the same
// instructions run over every kind of memory.
#include "memory_loops.hpp"

#include "parallax/dmabuf/mapping.hpp"
#include "parallax/dmabuf/page_size.hpp"

#include <sys/mman.h>

#include <algorithm>

namespace parallax::bench {
namespace {

template <typename Word, typename Byte>
std::span<Word> words(std::span<Byte> memory) {
    return {reinterpret_cast<Word*>(memory.data()), memory.size() / sizeof(Word)};
}

} // namespace

void touch_pages(std::span<std::byte> memory) {
    const std::size_t page = page_size();
    for (std::size_t at = 0; at < memory.size(); at += page) {
        const_cast<volatile std::byte&>(memory[at]) = std::byte{1};
    }
}

void flush_tlb() {
    // Unmapping many pages makes Linux flush the whole TLB: on x86 more than 33
    // (tlb_single_page_flush_ceiling).
    const std::size_t size = 256 * page_size();
    const MappedBytes scratch(
        size, {.protection = PROT_READ | PROT_WRITE, .flags = MAP_PRIVATE | MAP_ANONYMOUS},
        "of memory");
    touch_pages(scratch.get());
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
