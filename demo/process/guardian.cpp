// SPDX-License-Identifier: MIT
#include "process/guardian.hpp"

#include "process/child_process.hpp"
#include "process/exit_status.hpp"
#include "process/say.hpp"
#include "process/stop_signal.hpp"

#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <system_error>

namespace parallax::demo {
namespace {

/// Time limit for the worker to stop: for a frame, and its own cleanup.
constexpr std::chrono::seconds time_to_stop{30};

/// Waits for the worker, and terminates it when this process is asked to stop.
void wait_for(ChildProcess& worker, const StopSignal& stop) {
    pollfd asked{.fd = stop.fd(), .events = POLLIN, .revents = 0};
    if (!worker.wait(std::chrono::milliseconds(-1), asked)) {
        worker.end(time_to_stop);
    }
}

/// The exit status of this process; reports an unexpected end of the worker.
int status_after(ChildProcess& worker) {
    if (!worker.ended()) {
        say("parallax: process {} does not end, it hangs in the kernel", worker.pid());
        return static_cast<int>(ExitStatus::failed);
    }
    if (const int signal = worker.signal(); signal != 0) {
        say("parallax: ended by signal {} ({})", signal, ::strsignal(signal));
        return static_cast<int>(ExitStatus::failed);
    }
    return worker.status();
}

} // namespace

std::optional<int> guard(const std::function<void()>& undo) {
    const StopSignal stop; // blocks the signals in both processes
    const pid_t guardian = ::getpid();
    const auto quit = std::signal(SIGQUIT, SIG_IGN); // Ctrl-\ ends the worker alone
    const pid_t child = fork_process();
    if (child == 0) {
        std::signal(SIGQUIT, quit);
        ::prctl(PR_SET_PDEATHSIG, SIGTERM); // undo() would not be called
        if (::getppid() != guardian) {      // it ended before the prctl()
            ::kill(::getpid(), SIGTERM);
        }
        return std::nullopt;
    }
    try {
        ChildProcess worker(child);
        wait_for(worker, stop);
        undo();
        return status_after(worker);
    } catch (const std::system_error&) { // there is no pidfd; the worker has been killed
        undo();
        throw;
    }
}

} // namespace parallax::demo
