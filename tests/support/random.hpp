// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>

namespace parallax::test {

/// The same numbers for the same seeds, on every machine. (The standard defines the engine, but not
/// its distributions, so these are implemented here; a slight bias for large moduli does not
/// matter.)
class Random {
public:
    Random(std::initializer_list<std::uint64_t> seeds) {
        std::uint64_t state = 0;
        for (const std::uint64_t seed : seeds) {
            state = (state ^ seed) * 0x9e3779b97f4a7c15U;
            state ^= state >> 29;
        }
        engine_.seed(state);
    }

    std::uint64_t any() { return engine_(); }

    /// @return a number from 0 to @p end - 1.
    std::uint64_t below(std::uint64_t end) { return engine_() % end; }

    /// @return a number from @p first to @p last.
    std::uint64_t between(std::uint64_t first, std::uint64_t last) {
        return first + below(last - first + 1);
    }

    bool one_in(std::uint64_t n) { return below(n) == 0; }

    template <typename Container>
    auto& pick(Container& from) {
        return from[below(from.size())];
    }

    /// @return 64 bits of an error-prone kind: few bits set, few clear, near a power of two, a
    /// small number, any number.
    std::uint64_t awkward() {
        const std::uint64_t power = std::uint64_t{1} << below(64);
        switch (below(6)) {
        case 0:
            return below(16);
        case 1:
            return power;
        case 2:
            return power - 1;
        case 3:
            return ~below(4096);
        case 4:
            return power + below(4096);
        default:
            return any();
        }
    }

private:
    std::mt19937_64 engine_;
};

} // namespace parallax::test
