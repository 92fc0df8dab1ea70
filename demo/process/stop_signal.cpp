// SPDX-License-Identifier: MIT
#include "process/stop_signal.hpp"

#include "parallax/error.hpp"

#include <poll.h>
#include <sys/signalfd.h>

#include <csignal>

namespace parallax::demo {

StopSignal::StopSignal() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        sigaddset(&signals, signal);
    }
    fd_.reset(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd_) {
        throw_errno("cannot wait for signals");
    }
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

bool StopSignal::raised() const {
    pollfd waiting{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    return ::poll(&waiting, 1, 0) == 1; // the signal is never taken out, so it stays
}

} // namespace parallax::demo
