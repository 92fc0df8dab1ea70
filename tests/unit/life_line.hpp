// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/unique_fd.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <string>

namespace parallax::test {

/// A pipe whose write end every child inherits: it is closed when the last of them has ended.
class LifeLine {
public:
    LifeLine() {
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) != 0) {
            throw_errno("cannot create a pipe");
        }
        reading_.reset(ends[0]);
        ours_.reset(ends[1]);
    }

    /// Waits until a child has written a byte. @return false when all of them ended without that.
    [[nodiscard]] bool alive() const {
        char byte = 0;
        return ::read(reading_.get(), &byte, 1) == 1;
    }

    /// True if all children end soon.
    [[nodiscard]] bool ends() {
        constexpr int too_long = 60'000; // ms; only ever reached by a failure
        ours_.reset();
        pollfd waiting{.fd = reading_.get(), .events = POLLIN, .revents = 0};
        return ::poll(&waiting, 1, too_long) == 1 && !alive();
    }

    /// Writes the byte that alive() waits for.
    void tell() const { static_cast<void>(!::write(ours_.get(), "x", 1)); }

    [[nodiscard]] std::string in_shell() const { return text::format("/dev/fd/{}", ours_.get()); }

private:
    UniqueFd reading_;
    UniqueFd ours_;
};

} // namespace parallax::test
