// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/unique_fd.hpp"

namespace stress {

/// Makes one allocation, or copy from or to the user, fail inside a system call: the kernel's
/// fault injection, asked for by /proc/thread-self/fail-nth. One object a thread.
class Faults {
public:
    /// Whether this kernel can (CONFIG_FAULT_INJECTION), in a sentence: empty if it can.
    static const char* obstacle();

    /// Lets every kind of allocation fail when a task asks for it, and nobody else's. Once, as
    /// root.
    /// @throws std::system_error
    static void prepare();

    /// @param wanted false: an object that does nothing.
    /// @throws std::system_error
    explicit Faults(bool wanted);

    [[nodiscard]] bool usable() const { return static_cast<bool>(file_); }

    /// The @p nth place from now on in which this thread could fail in the kernel will.
    void arm(unsigned nth) const;

    /// @return whether that has happened; if not, it will not happen any more.
    [[nodiscard]] bool disarm() const;

private:
    parallax::UniqueFd file_;
};

} // namespace stress
