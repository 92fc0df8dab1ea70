// SPDX-License-Identifier: MIT
#include "process/guardian.hpp"

#include "exit_status.hpp"
#include "process/stop_signal.hpp"

#include "parallax/error.hpp"
#include "parallax/unique_fd.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <print>

namespace parallax::demo {
namespace {

/// Waits for the child, and asks it to stop when this process is asked to.
int wait_for(pid_t child, const StopSignal& stop) {
    // glibc 2.41 declares pidfd_open() without C linkage, so it cannot be called from here.
    const UniqueFd handle(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
    std::array<pollfd, 2> waiting{{{.fd = handle.get(), .events = POLLIN, .revents = 0},
                                   {.fd = stop.fd(), .events = POLLIN, .revents = 0}}};
    while (waiting[0].revents == 0) {
        if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) {
            break;
        }
        if (waiting[1].revents != 0) {
            ::kill(child, SIGTERM);
            waiting[1] = {.fd = -1, .events = 0, .revents = 0}; // once is enough
        }
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

} // namespace

std::optional<int> guard(const std::function<void()>& undo) {
    std::fflush(nullptr);  // what is in the buffers must not be printed twice
    const StopSignal stop; // blocks the signals in both processes
    const pid_t child = ::fork();
    if (child < 0) {
        throw_errno("cannot start a second process");
    }
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGTERM); // nobody would undo
        return std::nullopt;
    }
    const int status = wait_for(child, stop);
    undo();
    if (WIFSIGNALED(status)) {
        std::println(stderr, "parallax: ended by signal {} ({}); all is as it was before",
                     WTERMSIG(status), ::strsignal(WTERMSIG(status)));
        return static_cast<int>(ExitStatus::failed);
    }
    return WEXITSTATUS(status);
}

} // namespace parallax::demo
