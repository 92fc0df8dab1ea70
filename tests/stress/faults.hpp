// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/unique_fd.hpp"

namespace stress {

/// Makes one allocation, or copy from or to the user, fail inside a system call, by the kernel's
/// fault injection (/proc/thread-self/fail-nth). One object per thread.
class Faults {
public:
    /// Why fault injection (CONFIG_FAULT_INJECTION) is unavailable; empty if it is available.
    static const char* obstacle();

    /// Enables failures of all kinds of allocation, for tasks that request them only. Once, as
    /// root.
    /// @throws std::system_error
    static void prepare();

    /// @param wanted false: an object that does nothing.
    /// @throws std::system_error
    explicit Faults(bool wanted);

    [[nodiscard]] bool usable() const { return static_cast<bool>(file_); }

    /// Makes the @p nth possible failure of this thread in the kernel happen.
    void arm(unsigned nth) const;

    /// @return true if it has happened; it will not happen later.
    [[nodiscard]] bool disarm() const;

private:
    parallax::UniqueFd file_;
};

} // namespace stress
