// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/unique_fd.hpp"

#include <cstddef>
#include <cstdint>
#include <unordered_set>

namespace fuzz {

/// The places of the module that this thread has reached, from KCOV. The debug kernel has it, and
/// only the module is instrumented.
class Coverage {
public:
    /// Not usable if the kernel has no KCOV; no place is new then.
    Coverage();
    Coverage(const Coverage&) = delete;
    Coverage& operator=(const Coverage&) = delete;
    ~Coverage();

    [[nodiscard]] bool usable() const { return trace_ != nullptr; }

    /// Clears the places that this thread has reached since the last call.
    void start() const;

    /// @return true if it has reached a new place since start().
    bool found_new();

    [[nodiscard]] std::size_t places() const { return known_.size(); }

private:
    parallax::UniqueFd file_;
    std::uint64_t* trace_ = nullptr; ///< the number of places, and then these
    std::unordered_set<std::uint64_t> known_;
};

} // namespace fuzz
