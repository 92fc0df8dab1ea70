// SPDX-License-Identifier: MIT
#include "process/end_on_stop.hpp"
#include "process/say.hpp"

#include "parallax/system_call.hpp"

#include <poll.h>
#include <sys/eventfd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

namespace parallax::demo {

EndOnStop::EndOnStop(const StopSignal& stop, std::chrono::milliseconds patience,
                     std::function<void()> before)
    : stop_(stop),
      patience_(patience),
      before_(std::move(before)),
      over_(::eventfd(0, EFD_CLOEXEC)) {
    if (!over_) {
        throw_errno("cannot create an eventfd");
    }
    thread_ = std::jthread([this] {
        std::array<pollfd, 2> waiting{{{.fd = stop_.fd(), .events = POLLIN, .revents = 0},
                                       {.fd = over_.get(), .events = POLLIN, .revents = 0}}};
        while (::poll(waiting.data(), waiting.size(), -1) < 0 && errno == EINTR) {
        }
        const bool asked = waiting[0].revents != 0;
        const bool in_time = asked && patience_.count() > 0 &&
                             ::poll(&waiting[1], 1, static_cast<int>(patience_.count())) > 0;
        if (asked && !in_time) {
            if (patience_.count() > 0) {
                say("parallax: asked to stop, it has not within {}: it hangs, in a "
                    "driver or the kernel, and is ended",
                    patience_);
            }
            if (before_) {
                before_();
            }
            stop_.end_process();
        }
    });
}

EndOnStop::~EndOnStop() {
    ::eventfd_write(over_.get(), 1);
}

} // namespace parallax::demo
