// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/unique_fd.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_set>

namespace fuzz {

/// Which places of the module this thread has reached, from KCOV: the debug kernel has it, and of
/// all its code only the module is instrumented.
class Coverage {
public:
    /// Not usable where the kernel has no KCOV, and then nothing is ever new.
    Coverage();
    Coverage(const Coverage&) = delete;
    Coverage& operator=(const Coverage&) = delete;
    ~Coverage();

    [[nodiscard]] bool usable() const { return trace_ != nullptr; }

    /// Forgets what this thread has reached since the last time.
    void start() const;

    /// @return whether it has reached a place since start() that it never had before.
    bool found_new();

    [[nodiscard]] std::size_t places() const { return known_.size(); }

private:
    parallax::UniqueFd file_;
    std::uint64_t* trace_ = nullptr; ///< the number of places, and then these
    std::unordered_set<std::uint64_t> known_;
};

} // namespace fuzz
