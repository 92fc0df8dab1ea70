// SPDX-License-Identifier: MIT
#include "process/stop_signal.hpp"

#include "parallax/system_call.hpp"

#include <sys/signalfd.h>
#include <unistd.h>

namespace parallax::demo {
namespace {

bool is_ignored(int signal) {
    struct sigaction action{};
    return ::sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

} // namespace

bool Interrupt::raised() const {
    pollfd waiting{.fd = fd, .events = events, .revents = 0};
    return ::poll(&waiting, 1, 0) == 1;
}

StopSignal::StopSignal() {
    sigemptyset(&signals_);
    sigaddset(&signals_, SIGINT);
    sigaddset(&signals_, SIGTERM);
    if (!is_ignored(SIGHUP)) {
        sigaddset(&signals_, SIGHUP);
    }
    fd_.reset(::signalfd(-1, &signals_, SFD_CLOEXEC | SFD_NONBLOCK));
    if (!fd_) {
        throw_errno("cannot wait for signals");
    }
    ::pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
}

bool StopSignal::raised() const {
    return Interrupt{.fd = fd()}.raised(); // the signal is never read, so it stays pending
}

void StopSignal::end_process() const noexcept {
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        if (sigismember(&signals_, signal) == 1) {
            std::signal(signal, SIG_DFL); // a shell's background job ignores SIGINT
        }
    }
    ::pthread_sigmask(SIG_UNBLOCK, &signals_, nullptr); // delivers the pending one
    constexpr int ended_by_a_signal = 128;              // as in a shell
    ::_exit(ended_by_a_signal + SIGTERM);
}

} // namespace parallax::demo
