// SPDX-License-Identifier: MIT
#include "fragmented_memory.hpp"

#include "case.hpp"
#include "memory_loops.hpp"

#include <sys/mman.h>
#include <sys/sysinfo.h>

#include <array>
#include <fstream>
#include <numeric>
#include <sstream>
#include <stdexcept>

namespace parallax::bench {
namespace {

constexpr std::uint64_t piece = 32 * kibibyte;
constexpr std::uint64_t taken_at_once = 16 * mebibyte;
constexpr std::uint64_t left_free = 128 * mebibyte; // so that nothing is reclaimed for it

std::uint64_t free_memory() {
    struct sysinfo info{};
    ::sysinfo(&info);
    return static_cast<std::uint64_t>(info.freeram) * info.mem_unit;
}

/// Free pieces above order 3. Those of the zone DMA are not for programs.
std::uint64_t larger_pieces() {
    std::uint64_t sum = 0;
    std::ifstream zones("/proc/buddyinfo"); // "Node 0, zone   Normal  12  8 ...", by order
    for (std::string line; std::getline(zones, line);) {
        std::istringstream words(line);
        std::string node;
        std::string number;
        std::string zone;
        std::string name;
        words >> node >> number >> zone >> name;
        std::array<std::uint64_t, 16> pieces{};
        for (std::uint64_t& count : pieces) {
            words >> count;
        }
        if (name != "DMA") {
            sum += std::accumulate(pieces.begin() + 4, pieces.end(), std::uint64_t{0});
        }
    }
    return sum;
}

} // namespace

void FragmentedMemory::take(Source& source, std::uint64_t size) {
    source.prepare(size);
    larger_.push_back(source.allocate(size));
}

FragmentedMemory::FragmentedMemory(Source& source) {
    while (free_memory() > left_free + taken_at_once) {
        const std::span<std::byte> part =
            occupied_
                .emplace_back(taken_at_once,
                              MappedBytes::Options{.protection = PROT_READ | PROT_WRITE,
                                                   .flags = MAP_PRIVATE | MAP_ANONYMOUS},
                              "of memory")
                .get();
        ::madvise(part.data(), part.size(), MADV_NOHUGEPAGE);
        touch_pages(part);
    }
    for (const MappedBytes& part : occupied_) { // every other piece is free again
        for (std::uint64_t at = 0; at < taken_at_once; at += 2 * piece) {
            ::madvise(part.get().data() + at, piece, MADV_DONTNEED);
        }
    }
    for (int patience = 100'000; larger_pieces() > 0; --patience) {
        if (patience == 0) {
            throw std::runtime_error("pieces of more than 32 KiB remain");
        }
        take(source, 2 * piece);
    }
    for (int i = 0; i < 8; ++i) { // the kernel counts no pieces that wait for one processor
        take(source, 2 * mebibyte);
    }
}

} // namespace parallax::bench
